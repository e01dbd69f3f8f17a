// PriorityClasses. kubernetes: pkg/apis/scheduling/validation/validation.go
import { ageOf } from '../../../apimachinery/duration.ts';
import type { PriorityClass } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { forbidden } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validateChoice } from './pod-spec-validation.ts';

/** Above this only Kubernetes' own classes may go. */
const highestUserValue = 1_000_000_000;
const systemClasses: Readonly<Record<string, number>> = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 };

export const priorityClassStrategy: Strategy<PriorityClass> = {
  ...kindFacts('scheduling.k8s.io/v1', 'PriorityClass'),
  hasGeneration: true,
  bumpsGeneration: () => false,
  default(priorityClass) {
    priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  validate: validatePriorityClass,
  validateUpdate(priorityClass, old) {
    const errors = validateObjectMetaUpdate(priorityClass.metadata, old.metadata);
    if (priorityClass.value !== old.value) errors.push(forbidden('value', 'may not be changed in an update.'));
    errors.push(...validateImmutable(priorityClass.preemptionPolicy, old.preemptionPolicy, 'preemptionPolicy'));
    return errors;
  },
  cells: ({ metadata, value, globalDefault, preemptionPolicy }, nowMs) => [
    metadata.name,
    value,
    globalDefault ?? false,
    ageOf(metadata.creationTimestamp, nowMs),
    preemptionPolicy ?? '',
  ],
};

function validatePriorityClass(priorityClass: PriorityClass): FieldError[] {
  const { metadata, value = 0, preemptionPolicy } = priorityClass;
  const errors = validateObjectMeta(metadata, false, nameIsDNSSubdomain);
  if (metadata.name?.startsWith('system-')) {
    const why = describeSystemFault(priorityClass);
    if (why) {
      const text = `priority class names with 'system-' prefix are reserved for system use only. error: ${why}`;
      errors.push(forbidden('metadata.name', text));
    }
  } else if (value > highestUserValue) {
    errors.push(forbidden('value', `maximum allowed value of a user defined priority is ${highestUserValue}`));
  }
  return [...errors, ...validateChoice(preemptionPolicy, ['PreemptLowerPriority', 'Never'], 'preemptionPolicy')];
}

/** kubernetes: pkg/apis/scheduling/v1/helpers.go IsKnownSystemPriorityClass */
function describeSystemFault({ metadata, value, globalDefault }: PriorityClass): string | undefined {
  const known = systemClasses[metadata.name];
  if (known === undefined) return `${metadata.name} is not a known system priority class`;
  if (known !== (value ?? 0)) return `value of ${metadata.name} PriorityClass must be ${known}`;
  return globalDefault ? `globalDefault of ${metadata.name} PriorityClass must be false` : undefined;
}
