// StatefulSets. kubernetes: pkg/registry/apps/statefulset/strategy.go
import { clone, isEqual } from '../../../apimachinery/clone.ts';
import type { PodSpec, StatefulSet, StatefulSetUpdateStrategy } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { statefulSetCells } from '../table/workload.ts';
import { forbidden, invalid, notSupported, required } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { validateAnnotations, validateLabels } from './label-validation.ts';
import { nameIsDNSLabel } from './name-validation.ts';
import { validateNonNegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validatePodSpec } from './pod-spec-validation.ts';
import { defaultTemplate } from './pod-template.ts';
import { workloadWarnings } from './pod-warnings.ts';
import { validateCounts, validateSelector, validateSelectorMatches } from './scaled-validation.ts';

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
    statefulSet.status = { replicas: 0, availableReplicas: 0 };
  },
  validate: (statefulSet) => [...validateObjectMeta(statefulSet.metadata, true, nameIsDNSLabel), ...validateSpec(statefulSet)],
  validateUpdate(statefulSet, old) {
    const errors = [...validateObjectMetaUpdate(statefulSet.metadata, old.metadata), ...validateSpec(statefulSet)];
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
  warnings: (statefulSet, _, reader) =>
    workloadWarnings(statefulSet.metadata.namespace, statefulSet.spec?.template, 'spec.template', reader),
  cells: statefulSetCells,
};

function unchangeable({ spec }: StatefulSet): unknown {
  return Object.fromEntries(Object.entries(spec ?? {}).filter(([name]) => !changeable.includes(name)));
}

function validateSpec(statefulSet: StatefulSet): FieldError[] {
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
    ...validateNonNegative(spec?.replicas, 'spec.replicas'),
    ...validateNonNegative(spec?.minReadySeconds, 'spec.minReadySeconds'),
    ...validateNonNegative(spec?.ordinals?.start, 'spec.ordinals.start'),
    ...validateSelector(spec?.selector, 'empty selector is invalid for statefulset'),
    ...validateSelectorMatches(spec?.selector, template),
    ...validateLabels(template?.metadata?.labels, 'spec.template.labels'),
    ...validateAnnotations(template?.metadata?.annotations, 'spec.template.annotations'),
    ...validatePodSpec(withClaims(statefulSet), undefined, 'spec.template.spec'),
  );
  const restartPolicy = template?.spec?.restartPolicy ?? '';
  if (restartPolicy !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']));
  const deadline = template?.spec?.activeDeadlineSeconds;
  if (deadline !== undefined) {
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', 'activeDeadlineSeconds in StatefulSet is not Supported'));
  }
  return errors;
}

/** The pods' spec with the volumes that the set's claims will become: mounts may name them. */
function withClaims({ spec }: StatefulSet): PodSpec {
  const pod = clone(spec?.template?.spec ?? { containers: [] });
  const claims = (spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? '');
  const own = (pod.volumes ?? []).filter((volume) => !claims.includes(volume.name));
  return { ...pod, volumes: [...claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })), ...own] };
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
