// Jobs. kubernetes: pkg/registry/batch/job/strategy.go, pkg/apis/batch/{v1/defaults.go,validation/validation.go}
import { isEqual } from '../../../apimachinery/clone.ts';
import type { Job } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { jobCells } from '../table/workload.ts';
import { invalid } from './field-error.ts';
import { goPodTemplate } from './go-pod.ts';
import { goFailurePolicy, goSuccessPolicy } from './job-policy-validation.ts';
import { manyIndexesWarnings, validateJob, validateJobSpec } from './job-validation.ts';
import { kindFacts } from './kind-facts.ts';
import { selectorValue } from './label-validation.ts';
import { immutableText, validateImmutable, validateNonNegative, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { defaultTemplate, dropDisabledFields } from './pod-template.ts';
import { nameWarnings, workloadWarnings } from './pod-warnings.ts';

const uidLabel = 'batch.kubernetes.io/controller-uid';
const nameLabel = 'batch.kubernetes.io/job-name';

export const jobStrategy: Strategy<Job> = {
  ...kindFacts('batch/v1', 'Job'),
  hasGeneration: true,
  default(job) {
    const spec = job.spec;
    if (!spec) return;
    if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
    spec.parallelism ??= 1;
    spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2147483647;
    spec.completionMode ??= 'NonIndexed';
    spec.suspend ??= false;
    spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
    spec.manualSelector ??= false;
    for (const rule of spec.podFailurePolicy?.rules ?? []) for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True';
    defaultLabels(job);
    defaultTemplate(spec);
  },
  prepareForCreate(job) {
    dropDisabledFields(job.spec?.template.spec);
    job.status = {};
    const template = job.spec?.template.metadata?.labels ?? {};
    // A job that was given its template's labels keeps getting what the template gets: inside Kubernetes the two are one map.
    const isShared = Object.keys(template).length > 0 && isEqual(job.metadata.labels ?? {}, template);
    if (!job.spec?.manualSelector) generateSelector(job);
    if (isShared) job.metadata.labels = { ...job.spec?.template.metadata?.labels };
    defaultLabels(job);
  },
  prepareForUpdate(job) {
    dropDisabledFields(job.spec?.template.spec);
  },
  validate: validateJob,
  validateUpdate: (job, old) => [
    ...validateJob(job),
    ...validateObjectMetaUpdate(job.metadata, old.metadata),
    ...validateJobSpec(job.spec, 'spec'),
    ...validateSpecUpdate(job, old),
  ],
  validateStatusUpdate: (job, old) => [
    ...validateObjectMetaUpdate(job.metadata, old.metadata),
    ...(['active', 'succeeded', 'failed', 'ready', 'terminating'] as const).flatMap((name) =>
      validateNonNegative(job.status?.[name], `status.${name}`),
    ),
  ],
  warnings: (job, old, reader) => [
    ...(old ? [] : nameWarnings(job.metadata)),
    ...manyIndexesWarnings(job.spec, 'spec'),
    ...workloadWarnings(job, old, job.spec?.template, 'spec.template', reader),
  ],
  // kubectl always names a policy; without one Kubernetes keeps the pods for old clients' sake.
  defaultGarbageCollection: 'Orphan',
  cells: jobCells,
  selectableFields: (job) => ({ 'status.successful': String(job.status?.succeeded ?? 0) }),
};

/** A job without labels has its template's. */
function defaultLabels(job: Job): void {
  const labels = job.spec?.template?.metadata?.labels ?? {};
  if (Object.keys(labels).length > 0 && Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata.labels = { ...labels };
}

/** Two jobs never choose each other's pods: the selector is the job's uid. */
function generateSelector(job: Job): void {
  const { uid = '', name } = job.metadata;
  const template = job.spec!.template;
  const meta = template.metadata ?? { name: '' };
  template.metadata = meta;
  // What a client set itself stays, for validation to refuse it.
  meta.labels = { [uidLabel]: uid, [nameLabel]: name, 'controller-uid': uid, 'job-name': name, ...meta.labels };
  const selector = job.spec!.selector;
  job.spec!.selector = { ...selector, matchLabels: { [uidLabel]: uid, ...selector?.matchLabels } };
}

function validateSpecUpdate(job: Job, old: Job): FieldError[] {
  const spec = job.spec!;
  const before = old.spec!;
  const errors: FieldError[] = [];
  if (spec.completionMode === 'Indexed') {
    if (spec.completions !== undefined && spec.completions !== before.completions && spec.completions !== spec.parallelism) {
      errors.push(invalid('spec.completions', spec.completions, 'can only be modified in tandem with spec.parallelism'));
    }
  } else errors.push(...validateImmutable(spec.completions, before.completions, 'spec.completions'));
  errors.push(...validateImmutable(spec.selector, before.selector, 'spec.selector', selectorValue(spec.selector)));
  if (!isEqual(templateThatMatters(job, old), before.template))
    errors.push(invalid('spec.template', goPodTemplate(spec.template), immutableText));
  errors.push(...validateImmutable(spec.completionMode, before.completionMode, 'spec.completionMode'));
  errors.push(...validateImmutable(spec.podFailurePolicy, before.podFailurePolicy, 'spec.podFailurePolicy', goFailurePolicy(spec)));
  errors.push(...validateImmutable(spec.backoffLimitPerIndex, before.backoffLimitPerIndex, 'spec.backoffLimitPerIndex'));
  errors.push(...validateImmutable(spec.managedBy, before.managedBy, 'spec.managedBy'));
  errors.push(...validateImmutable(spec.successPolicy, before.successPolicy, 'spec.successPolicy', goSuccessPolicy(spec)));
  return errors;
}

/** A suspended job that never started may still be told where its pods go. */
function templateThatMatters(job: Job, old: Job): unknown {
  const template = job.spec!.template;
  if (!old.spec?.suspend || old.status?.startTime) return template;
  const was = old.spec.template.spec!;
  const spec = { ...template.spec!, nodeSelector: was.nodeSelector, tolerations: was.tolerations, schedulingGates: was.schedulingGates };
  const meta = { ...template.metadata, annotations: old.spec.template.metadata?.annotations, labels: old.spec.template.metadata?.labels };
  return { metadata: meta, spec };
}
