// Deployments. kubernetes: pkg/registry/apps/deployment/strategy.go, pkg/apis/apps/{v1/defaults.go,validation/validation.go}
import { isEqual } from '../../../apimachinery/clone.ts';
import type { Deployment, DeploymentStrategy } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { deploymentCells } from '../table/workload.ts';
import { forbidden, invalid, notSupported, required } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { selectorValue } from './label-validation.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { validateImmutable, validateNonNegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { defaultTemplate, dropDisabledFields } from './pod-template.ts';
import { nameWarnings, workloadWarnings } from './pod-warnings.ts';
import {
  amountOf,
  goRollingUpdate,
  validateAtMost100Percent,
  validateCounts,
  validateIntOrPercent,
  validateSelectedTemplate,
  validateSelector,
} from './scaled-validation.ts';

export const deploymentStrategy: Strategy<Deployment> = {
  ...kindFacts('apps/v1', 'Deployment'),
  hasGeneration: true,
  default(deployment) {
    const spec = deployment.spec;
    if (!spec) return;
    spec.replicas ??= 1;
    spec.strategy ??= {};
    spec.strategy.type ||= 'RollingUpdate';
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate = { ...spec.strategy.rollingUpdate };
      spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
      spec.strategy.rollingUpdate.maxSurge ??= '25%';
    }
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    defaultTemplate(spec);
  },
  prepareForCreate(deployment) {
    dropDisabledFields(deployment.spec?.template.spec);
    deployment.status = {};
  },
  prepareForUpdate(deployment) {
    dropDisabledFields(deployment.spec?.template.spec);
  },
  prepareForStatusUpdate(deployment, old) {
    deployment.metadata.labels = old.metadata.labels;
  },
  // Annotations count too: they are copied to ReplicaSets.
  bumpsGeneration: (deployment, old) =>
    !isEqual(deployment.spec, old.spec) || !isEqual(deployment.metadata.annotations ?? {}, old.metadata.annotations ?? {}),
  validate: (deployment) => [...validateObjectMeta(deployment.metadata, true, nameIsDNSSubdomain), ...validateSpec(deployment)],
  validateUpdate: (deployment, old) => [
    ...validateObjectMetaUpdate(deployment.metadata, old.metadata),
    ...validateSpec(deployment),
    ...validateImmutable(deployment.spec?.selector, old.spec?.selector, 'spec.selector', selectorValue(deployment.spec?.selector)),
  ],
  validateStatusUpdate: (deployment, old) => [
    ...validateObjectMetaUpdate(deployment.metadata, old.metadata),
    ...validateCounts(
      deployment.status,
      ['observedGeneration', 'replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'],
      ['updatedReplicas', 'readyReplicas', 'availableReplicas'],
    ),
  ],
  warnings: (deployment, old, reader) => [
    ...(old ? [] : nameWarnings(deployment.metadata)),
    ...workloadWarnings(deployment, old, deployment.spec?.template, 'spec.template', reader),
  ],
  cells: deploymentCells,
};

function validateSpec({ spec }: Deployment): FieldError[] {
  const errors = [
    ...validateNonNegative(spec?.replicas, 'spec.replicas'),
    ...validateSelector(spec?.selector, 'empty selector is invalid for deployment'),
    ...validateSelectedTemplate(spec?.selector, spec?.template),
    ...validateStrategy(spec?.strategy ?? {}),
    ...validateNonNegative(spec?.minReadySeconds, 'spec.minReadySeconds'),
    ...validateNonNegative(spec?.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
  const deadline = spec?.progressDeadlineSeconds;
  if (deadline !== undefined) {
    errors.push(...validateNonNegative(deadline, 'spec.progressDeadlineSeconds'));
    if (deadline <= (spec?.minReadySeconds ?? 0)) {
      errors.push(invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
    }
  }
  return errors;
}

function validateStrategy({ type, rollingUpdate }: DeploymentStrategy): FieldError[] {
  const field = 'spec.strategy';
  if (type === 'Recreate') {
    return rollingUpdate ? [forbidden(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")] : [];
  }
  if (type !== 'RollingUpdate') {
    return [notSupported(field, { Type: type ?? '', RollingUpdate: goRollingUpdate(rollingUpdate) }, ['Recreate', 'RollingUpdate'])];
  }
  if (!rollingUpdate) return [required(`${field}.rollingUpdate`, 'this should be defaulted and never be nil')];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const path = `${field}.rollingUpdate`;
  const errors = [...validateIntOrPercent(maxUnavailable, `${path}.maxUnavailable`), ...validateIntOrPercent(maxSurge, `${path}.maxSurge`)];
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0) {
    errors.push(invalid(`${path}.maxUnavailable`, maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...validateAtMost100Percent(maxUnavailable, `${path}.maxUnavailable`)];
}
