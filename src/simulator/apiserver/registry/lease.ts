// Leases: who leads, which node lives. kubernetes: pkg/apis/coordination/validation/validation.go
import { ageOf } from '../../../apimachinery/duration.ts';
import type { Lease } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { invalid } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { negativeText, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

export const leaseStrategy: Strategy<Lease> = {
  ...kindFacts('coordination.k8s.io/v1', 'Lease'),
  hasGeneration: false,
  allowCreateOnUpdate: true,
  default(lease) {
    lease.spec ??= {};
  },
  validate: (lease) => [...validateObjectMeta(lease.metadata, true, nameIsDNSSubdomain), ...validateSpec(lease)],
  validateUpdate: (lease, old) => [...validateObjectMetaUpdate(lease.metadata, old.metadata), ...validateSpec(lease)],
  requiresResourceVersion: true,
  cells: ({ metadata, spec }, nowMs) => [metadata.name, spec?.holderIdentity ?? '', ageOf(metadata.creationTimestamp, nowMs)],
};

function validateSpec({ spec }: Lease): FieldError[] {
  const errors: FieldError[] = [];
  const seconds = spec?.leaseDurationSeconds;
  if (seconds !== undefined && seconds <= 0) errors.push(invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  const transitions = spec?.leaseTransitions;
  if (transitions !== undefined && transitions < 0) errors.push(invalid('spec.leaseTransitions', transitions, negativeText));
  return errors;
}
