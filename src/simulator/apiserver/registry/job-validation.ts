// What a job must fulfil, by itself or in a CronJob. kubernetes: pkg/apis/batch/validation/validation.go
import type { Job, JobSpec } from '../../../apimachinery/objects.ts';
import { matches } from '../../../apimachinery/selector.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { eachInvalid, invalid, mapValue, notSupported, required, tooLong } from './field-error.ts';
import { goSuccessPolicy, validatePodFailurePolicy, validateSuccessPolicy } from './job-policy-validation.ts';
import { selectorValue, validateLabelSelector } from './label-validation.ts';
import { isDNS1123Label, isDNS1123Subdomain, nameIsDNSSubdomain } from './name-validation.ts';
import { validateNonNegative, validateObjectMeta } from './object-meta-validation.ts';
import { validatePodTemplate } from './pod-spec-validation.ts';
import { isReadable, mismatchText } from './scaled-validation.ts';

const maxIndexed = 100000;
/** For jobs of more than that. */
const maxOfMany = 10000;

export function validateJob(job: Job): FieldError[] {
  const errors = [
    ...validateObjectMeta(job.metadata, true, nameIsDNSSubdomain),
    ...validateGeneratedSelector(job),
    ...validateJobSpec(job.spec, 'spec'),
  ];
  if (job.spec?.completionMode === 'Indexed' && job.spec.completions) {
    // Pods are named after their index, and their hostname is their name.
    const longest = `${job.metadata.name}-${job.spec.completions - 1}`;
    if (isDNS1123Label(longest).length > 0) {
      errors.push(invalid('metadata.name', job.metadata.name, `will not able to create pod with invalid DNS label: ${longest}`));
    }
  }
  return errors;
}

/** The labels that a job gives its pods are its own; a client may neither give them others nor choose by more. */
function validateGeneratedSelector({ metadata, spec }: Job): FieldError[] {
  if (spec?.manualSelector || !spec?.selector) return [];
  const labels = spec.template?.metadata?.labels ?? {};
  const expected = {
    'controller-uid': metadata.uid ?? '',
    'job-name': metadata.name,
    'batch.kubernetes.io/controller-uid': metadata.uid ?? '',
    'batch.kubernetes.io/job-name': metadata.name,
  };
  const errors = Object.entries(expected).flatMap(([key, value]) => {
    const field = `spec.template.metadata.labels[${key}]`;
    if (labels[key] === undefined) return [required(field, `must be '${value}'`)];
    return labels[key] === value ? [] : [invalid(field, mapValue(labels), `must be '${value}'`)];
  });
  if (isReadable(spec.selector) && !matches(spec.selector, expected)) {
    errors.push(invalid('spec.selector', selectorValue(spec.selector), '`selector` not auto-generated'));
  }
  return errors;
}

export function validateJobSpec(spec: JobSpec | undefined, field: string): FieldError[] {
  const errors = validateJobTemplateSpec(spec, field);
  if (!spec?.selector) errors.push(required(`${field}.selector`));
  errors.push(...validateLabelSelector(spec?.selector, `${field}.selector`));
  const labels = spec?.template?.metadata?.labels;
  if (isReadable(spec?.selector) && !matches(spec?.selector, labels)) {
    errors.push(invalid(`${field}.template.metadata.labels`, mapValue(labels), mismatchText));
  }
  return errors;
}

/** All but the selector, which a CronJob's template hasn't got. */
export function validateJobTemplateSpec(spec: JobSpec | undefined, field: string): FieldError[] {
  const numbers = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const;
  const errors = numbers.flatMap((name) => validateNonNegative(spec?.[name], `${field}.${name}`));
  if (spec?.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  if (spec?.managedBy !== undefined) errors.push(...validatePrefixedPath(spec.managedBy, `${field}.managedBy`));
  return [
    ...errors,
    ...validateCompletionMode(spec, field),
    ...validatePolicies(spec, field),
    ...validatePodTemplate(spec?.template, `${field}.template`),
    ...validateRestartPolicy(spec, `${field}.template.spec.restartPolicy`),
  ];
}

// kubernetes: apimachinery/pkg/util/validation/validation.go IsDomainPrefixedPath
function validatePrefixedPath(text: string, field: string): FieldError[] {
  if (!text) return [required(field)];
  const [, host, path] = /^([^/]+)\/(.+)$/s.exec(text) ?? [];
  if (!host || !path) return [invalid(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = eachInvalid(field, host, isDNS1123Subdomain(host));
  const format = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  if (!new RegExp(`^${format}$`).test(path)) errors.push(invalid(field, path, `Invalid path (regex used for validation is '${format}')`));
  if (text.length > 63) errors.push(tooLong(field, 63));
  return errors;
}

function validateCompletionMode(spec: JobSpec | undefined, field: string): FieldError[] {
  const mode = spec?.completionMode ?? 'NonIndexed';
  const errors: FieldError[] = [];
  if (mode === 'NonIndexed') {
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      if (spec?.[name] !== undefined) errors.push(invalid(`${field}.${name}`, spec[name], 'requires indexed completion mode'));
    }
    return errors;
  }
  if (mode !== 'Indexed') return [notSupported(`${field}.completionMode`, mode, ['NonIndexed', 'Indexed'])];
  const { completions, parallelism = 0, maxFailedIndexes = 0 } = spec!;
  const atMost = (name: string, value: number, most: number | string, when = '') =>
    errors.push(invalid(`${field}.${name}`, value, `must be less than or equal to ${most}${when}`));
  if (completions === undefined) errors.push(required(`${field}.completions`, 'when completion mode is Indexed'));
  if (parallelism > maxIndexed) atMost('parallelism', parallelism, maxIndexed, ' when completion mode is Indexed');
  if (completions !== undefined && maxFailedIndexes > completions) atMost('maxFailedIndexes', maxFailedIndexes, 'completions');
  if (maxFailedIndexes > maxIndexed) atMost('maxFailedIndexes', maxFailedIndexes, maxIndexed);
  if ((completions ?? 0) <= maxIndexed || spec!.backoffLimitPerIndex === undefined) return errors;
  const when = ` when completions are above ${maxIndexed} and used with backoff limit per index`;
  if (spec!.maxFailedIndexes === undefined) {
    errors.push(required(`${field}.maxFailedIndexes`, `must be specified when completions is above ${maxIndexed}`));
  }
  if (parallelism > maxOfMany) atMost('parallelism', parallelism, maxOfMany, when);
  if (maxFailedIndexes > maxOfMany) atMost('maxFailedIndexes', maxFailedIndexes, maxOfMany, when);
  return errors;
}

function validatePolicies(spec: JobSpec | undefined, field: string): FieldError[] {
  if (!spec) return [];
  const errors: FieldError[] = spec.podFailurePolicy ? validatePodFailurePolicy(spec, `${field}.podFailurePolicy`) : [];
  if (spec.successPolicy) {
    if (spec.completionMode === 'Indexed') errors.push(...validateSuccessPolicy(spec, `${field}.successPolicy`));
    else errors.push(invalid(`${field}.successPolicy`, goSuccessPolicy(spec), 'requires indexed completion mode'));
  }
  const replacement = spec.podReplacementPolicy;
  const supported = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  if (replacement !== undefined && !supported.includes(replacement)) {
    errors.push(notSupported(`${field}.podReplacementPolicy`, replacement, supported));
  }
  return errors;
}

function validateRestartPolicy(spec: JobSpec | undefined, path: string): FieldError[] {
  const policy = spec?.template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(path, policy, ['OnFailure', 'Never'])];
  if (!spec?.podFailurePolicy || policy === 'Never') return [];
  return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}

/** kubernetes: pkg/api/job/warnings.go */
export function manyIndexesWarnings(spec: JobSpec | undefined, path: string): string[] {
  if (spec?.completionMode !== 'Indexed' || (spec.completions ?? 0) <= maxIndexed || (spec.parallelism ?? 0) <= maxOfMany) return [];
  const text =
    'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail';
  return [`${path}: ${text}`];
}
