// ReplicaSets. kubernetes: pkg/registry/apps/replicaset/strategy.go
import type { ReplicaSet } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { replicaSetCells } from '../table/workload.ts';
import { kindFacts } from './kind-facts.ts';
import { selectorValue } from './label-validation.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { validateImmutable, validateNonNegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { defaultTemplate, dropDisabledFields } from './pod-template.ts';
import { nameWarnings, workloadWarnings } from './pod-warnings.ts';
import { validateCounts, validateSelectedTemplate, validateSelector } from './scaled-validation.ts';

const counts = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'];

export const replicaSetStrategy: Strategy<ReplicaSet> = {
  ...kindFacts('apps/v1', 'ReplicaSet'),
  hasGeneration: true,
  default(replicaSet) {
    if (!replicaSet.spec) return;
    replicaSet.spec.replicas ??= 1;
    defaultTemplate(replicaSet.spec);
  },
  prepareForCreate(replicaSet) {
    dropDisabledFields(replicaSet.spec?.template?.spec);
    replicaSet.status = { replicas: 0 };
  },
  prepareForUpdate(replicaSet) {
    dropDisabledFields(replicaSet.spec?.template?.spec);
  },
  validate: (replicaSet) => [...validateObjectMeta(replicaSet.metadata, true, nameIsDNSSubdomain), ...validateSpec(replicaSet)],
  validateUpdate: (replicaSet, old) => [
    ...validateObjectMetaUpdate(replicaSet.metadata, old.metadata),
    ...validateSpec(replicaSet),
    ...validateImmutable(replicaSet.spec?.selector, old.spec?.selector, 'spec.selector', selectorValue(replicaSet.spec?.selector)),
  ],
  validateStatusUpdate: (replicaSet, old) => [
    ...validateObjectMetaUpdate(replicaSet.metadata, old.metadata),
    ...validateCounts(replicaSet.status, counts, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),
  ],
  warnings: (replicaSet, old, reader) => [
    ...(old ? [] : nameWarnings(replicaSet.metadata)),
    ...workloadWarnings(replicaSet, old, replicaSet.spec?.template, 'spec.template', reader),
  ],
  cells: replicaSetCells,
};

function validateSpec({ spec }: ReplicaSet): FieldError[] {
  return [
    ...validateNonNegative(spec?.replicas, 'spec.replicas'),
    ...validateNonNegative(spec?.minReadySeconds, 'spec.minReadySeconds'),
    ...validateSelector(spec?.selector, 'empty selector is invalid for deployment'),
    ...validateSelectedTemplate(spec?.selector, spec?.template),
  ];
}
