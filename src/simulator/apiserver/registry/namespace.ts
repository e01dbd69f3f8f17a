// Namespaces. kubernetes: pkg/registry/core/namespace/strategy.go

import { ageOf } from '../../../apimachinery/duration.ts';
import type { Namespace } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { stricterNamespaceWarnings } from '../admission/pod-security.ts';
import type { Strategy } from '../strategy.ts';
import { eachInvalid, invalid } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { isQualifiedName, nameIsDNSLabel } from './name-validation.ts';
import { validateKubeFinalizerName, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

const nameLabel = 'kubernetes.io/metadata.name';
const securityLabels = ['enforce', 'audit', 'warn'].map((mode) => `pod-security.kubernetes.io/${mode}`);
const securityLevels = ['privileged', 'baseline', 'restricted'];

export const namespaceStrategy: Strategy<Namespace> = {
  ...kindFacts('v1', 'Namespace'),
  hasGeneration: false,
  default: labelWithName,
  prepareForCreate(namespace) {
    namespace.status = { phase: 'Active' };
    namespace.spec = { ...namespace.spec, finalizers: [...new Set([...(namespace.spec?.finalizers ?? []), 'kubernetes'])] };
    labelWithName(namespace);
  },
  prepareForUpdate(namespace, old, context) {
    // Only the finalize sub-resource may change the list.
    if (context.subresource === '') namespace.spec = { ...namespace.spec, finalizers: old.spec?.finalizers };
  },
  validate: (namespace) => [
    ...validateObjectMeta(namespace.metadata, false, nameIsDNSLabel),
    ...(namespace.spec?.finalizers ?? []).flatMap((finalizer) => validateFinalizer(finalizer, 'spec.finalizers')),
    ...validateSecurityLabels(namespace),
  ],
  validateUpdate: (namespace, old, context) => [
    ...validateObjectMetaUpdate(namespace.metadata, old.metadata),
    ...(context.subresource === 'finalize'
      ? (namespace.spec?.finalizers ?? []).flatMap((finalizer, index) => validateFinalizer(finalizer, `spec.finalizers[${index}]`))
      : []),
    ...validateSecurityLabels(namespace),
  ],
  validateStatusUpdate: (namespace, old) => [...validateObjectMetaUpdate(namespace.metadata, old.metadata), ...validatePhase(namespace)],
  warnings: stricterNamespaceWarnings,
  cells: (namespace, nowMs) => [namespace.metadata.name, namespace.status?.phase ?? '', ageOf(namespace.metadata.creationTimestamp, nowMs)],
  selectableFields: (namespace) => ({ name: namespace.metadata.name, 'status.phase': namespace.status?.phase ?? '' }),
};

function labelWithName(namespace: Namespace): void {
  const { name } = namespace.metadata;
  if (name) namespace.metadata.labels = { ...namespace.metadata.labels, [nameLabel]: name };
}

function validateFinalizer(finalizer: string, field: string): FieldError[] {
  return [...eachInvalid(field, finalizer, isQualifiedName(finalizer)), ...validateKubeFinalizerName(finalizer, field)];
}

function validatePhase(namespace: Namespace): FieldError[] {
  const phase = namespace.status?.phase ?? '';
  const isDeleted = !!namespace.metadata.deletionTimestamp;
  if (phase === (isDeleted ? 'Terminating' : 'Active')) return [];
  const text = isDeleted
    ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
    : "may only be 'Active' if `deletionTimestamp` is empty";
  return [invalid('status.Phase', phase, text)];
}

// kubernetes: staging/src/k8s.io/pod-security-admission/api/helpers.go
function validateSecurityLabels(namespace: Namespace): FieldError[] {
  return securityLabels.flatMap((label) => {
    const level = namespace.metadata.labels?.[label];
    if (level === undefined || securityLevels.includes(level)) return [];
    return [invalid(`metadata.labels[${label}]`, level, `must be one of ${securityLevels.join(', ')}`)];
  });
}
