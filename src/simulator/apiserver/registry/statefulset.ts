// StatefulSets. kubernetes: pkg/registry/apps/statefulset/strategy.go
import { clone, isEqual } from '../../../apimachinery/clone.ts';
import type { PodSpec, StatefulSet, StatefulSetUpdateStrategy } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { statefulSetCells } from '../table/workload.ts';
import { eachInvalid, forbidden, invalid, notSupported, required } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { selectorValue, validateAnnotations, validateLabels } from './label-validation.ts';
import { isDNS1123Label, nameIsDNSLabel } from './name-validation.ts';
import { validateNonNegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validateClaimSpec } from './persistentvolumeclaim-validation.ts';
import { validatePodSpec } from './pod-spec-validation.ts';
import { defaultTemplate, dropDisabledFields } from './pod-template.ts';
import { workloadWarnings } from './pod-warnings.ts';
import { isReadable, validateCounts, validateSelector, validateSelectorMatches } from './scaled-validation.ts';
import { claimWarnings } from './volume-warnings.ts';

const forbiddenText =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

const historyWarning = 'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended';

export const statefulSetStrategy: Strategy<StatefulSet> = {
  ...kindFacts('apps/v1', 'StatefulSet'),
  hasGeneration: true,
  default(statefulSet) {
    const spec = statefulSet.spec;
    if (!spec) return;
    spec.podManagementPolicy ||= 'OrderedReady';
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= 'RollingUpdate';
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate = { ...spec.updateStrategy.rollingUpdate };
      spec.updateStrategy.rollingUpdate.partition ??= 0;
    }
    spec.persistentVolumeClaimRetentionPolicy = {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
      ...spec.persistentVolumeClaimRetentionPolicy,
    };
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    for (const claim of spec.volumeClaimTemplates ?? []) {
      claim.kind ||= 'PersistentVolumeClaim';
      claim.apiVersion ||= 'v1';
      claim.spec ??= {};
      claim.spec.volumeMode ??= 'Filesystem';
      claim.spec.resources ??= {};
      claim.status = { phase: 'Pending', ...claim.status };
    }
    defaultTemplate(spec);
  },
  prepareForCreate(statefulSet) {
    dropDisabledFields(statefulSet.spec?.template.spec);
    statefulSet.status = { replicas: 0, availableReplicas: 0 };
  },
  prepareForUpdate(statefulSet) {
    dropDisabledFields(statefulSet.spec?.template.spec);
  },
  validate: (statefulSet) => [...validateObjectMeta(statefulSet.metadata, true, nameIsDNSLabel), ...validateSpec(statefulSet, true)],
  validateUpdate(statefulSet, old) {
    const errors = [...validateObjectMetaUpdate(statefulSet.metadata, old.metadata), ...validateSpec(statefulSet, false)];
    if (!isEqual(unchangeable(statefulSet), unchangeable(old))) errors.push(forbidden('spec', forbiddenText));
    return errors;
  },
  validateStatusUpdate: (statefulSet, old) => [
    ...validateCounts(
      statefulSet.status,
      ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas', 'observedGeneration'],
      ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
    ),
    ...validateObjectMetaUpdate(statefulSet.metadata, old.metadata),
  ],
  warnings: (statefulSet, old, reader) => [
    ...workloadWarnings(statefulSet, old, statefulSet.spec?.template, 'spec.template', reader),
    ...(statefulSet.spec?.volumeClaimTemplates ?? []).flatMap((claim, index) =>
      // Kubernetes leaves the spec out of the path of a new set, and writes it with a capital letter in an update's.
      claimWarnings(claim.spec, `spec.volumeClaimTemplates[${index}]${old ? '.Spec' : ''}`),
    ),
    ...((statefulSet.spec?.revisionHistoryLimit ?? 0) < 0 ? [historyWarning] : []),
  ],
  cells: statefulSetCells,
};

function unchangeable({ spec }: StatefulSet): unknown {
  const kept = Object.entries(spec ?? {}).filter(([name]) => !changeable.includes(name));
  // Inside Kubernetes a claim carries no kind and version of its own.
  const claims = spec?.volumeClaimTemplates?.map(({ kind: _kind, apiVersion: _version, ...claim }) => claim);
  return { ...Object.fromEntries(kept), volumeClaimTemplates: claims };
}

/** What can't change is looked at only in a new set. */
function validateSpec(statefulSet: StatefulSet, isNew: boolean): FieldError[] {
  const spec = statefulSet.spec;
  const template = spec?.template;
  const policy = spec?.podManagementPolicy;
  const errors: FieldError[] = [];
  if (!policy) errors.push(required('spec.podManagementPolicy'));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    errors.push(invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  }
  errors.push(
    ...validateUpdateStrategy(spec?.updateStrategy ?? {}),
    ...validateRetention(statefulSet),
    ...(isNew ? validateClaimTemplates(statefulSet) : []),
    ...validateNonNegative(spec?.replicas, 'spec.replicas'),
    ...validateNonNegative(spec?.minReadySeconds, 'spec.minReadySeconds'),
    ...validateNonNegative(spec?.ordinals?.start, 'spec.ordinals.start'),
    ...(isNew && spec?.serviceName ? eachInvalid('spec.serviceName', spec.serviceName, isDNS1123Label(spec.serviceName)) : []),
    ...validateSelector(spec?.selector, 'empty selector is invalid for statefulset'),
    ...(isReadable(spec?.selector) ? validateTemplate(statefulSet) : [invalid('spec.selector', selectorValue(spec?.selector), '')]),
  );
  const restartPolicy = template?.spec?.restartPolicy ?? '';
  if (restartPolicy !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']));
  const deadline = template?.spec?.activeDeadlineSeconds;
  if (deadline !== undefined) {
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', 'activeDeadlineSeconds in StatefulSet is not Supported'));
  }
  return errors;
}

function validateTemplate(statefulSet: StatefulSet): FieldError[] {
  const template = statefulSet.spec?.template;
  const labelErrors = [
    ...validateLabels(template?.metadata?.labels, 'spec.template.labels'),
    ...validateAnnotations(template?.metadata?.annotations, 'spec.template.annotations'),
  ];
  // Kubernetes looks at labels and annotations twice, and so names each fault of them twice.
  return [
    ...validateSelectorMatches(statefulSet.spec?.selector, template),
    ...labelErrors,
    ...validatePodSpec(withClaims(statefulSet), undefined, 'spec.template.spec'),
    ...labelErrors,
  ];
}

function validateClaimTemplates({ spec }: StatefulSet): FieldError[] {
  return (spec?.volumeClaimTemplates ?? []).flatMap((claim, index) =>
    validateClaimSpec(claim.spec, `spec.volumeClaimTemplates[${index}].spec`),
  );
}

/** The pods' spec with the volumes that the set's claims will become: mounts may name them. */
function withClaims({ spec }: StatefulSet): PodSpec {
  const pod = clone(spec?.template?.spec ?? { containers: [] });
  const claims = [...new Set((spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? ''))];
  const own = (pod.volumes ?? []).filter((volume) => !claims.includes(volume.name));
  // Each pod is given a hostname and subdomain of its own.
  const { hostname: _hostname, subdomain: _subdomain, ...rest } = pod;
  return { ...rest, volumes: [...claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })), ...own] };
}

function validateUpdateStrategy({ type, rollingUpdate }: StatefulSetUpdateStrategy): FieldError[] {
  const field = 'spec.updateStrategy';
  if (!type) return [required(field)];
  if (type === 'RollingUpdate') return validateNonNegative(rollingUpdate?.partition, `${field}.rollingUpdate.partition`);
  const rolling = rollingUpdate && { Partition: rollingUpdate.partition ?? 0, MaxUnavailable: rollingUpdate.maxUnavailable ?? null };
  if (type !== 'OnDelete') return [invalid(field, { Type: type, RollingUpdate: rolling ?? null }, "must be 'RollingUpdate' or 'OnDelete'")];
  return rolling ? [invalid(`${field}.rollingUpdate`, rolling, "only allowed for updateStrategy 'RollingUpdate'")] : [];
}

function validateRetention({ spec }: StatefulSet): FieldError[] {
  return (['whenDeleted', 'whenScaled'] as const).flatMap((name) => {
    const policy = spec?.persistentVolumeClaimRetentionPolicy?.[name];
    if (policy === undefined || policy === 'Retain' || policy === 'Delete') return [];
    return [notSupported(`spec.persistentVolumeClaimRetentionPolicy.${name}`, policy, ['Retain', 'Delete'])];
  });
}
