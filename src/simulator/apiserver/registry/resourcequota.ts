// ResourceQuotas. kubernetes: pkg/apis/core/validation/validation.go ValidateResourceQuota
import { ageOf } from '../../../apimachinery/duration.ts';
import type { ResourceQuota } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { invalid, required } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { immutableText, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validateQuotaResourceName, validateResourceQuantity } from './resource-validation.ts';

const scopes = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
];
const conflicting = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

export const resourceQuotaStrategy: Strategy<ResourceQuota> = {
  ...kindFacts('v1', 'ResourceQuota'),
  hasGeneration: false,
  deleteReturnsObject: true,
  default(quota) {
    quota.spec ??= {};
  },
  prepareForCreate(quota) {
    quota.status = {};
  },
  validate: (quota) => [...validateObjectMeta(quota.metadata, true, nameIsDNSSubdomain), ...validateSpec(quota)],
  validateUpdate(quota, old) {
    const errors = [...validateObjectMetaUpdate(quota.metadata, old.metadata), ...validateSpec(quota)];
    const now = quota.spec?.scopes ?? [];
    if (String([...now].sort()) !== String([...(old.spec?.scopes ?? [])].sort())) errors.push(invalid('spec.scopes', now, immutableText));
    return errors;
  },
  validateStatusUpdate: (quota, old) => validateObjectMetaUpdate(quota.metadata, old.metadata),
  cells(quota, nowMs) {
    const used = quota.status?.used ?? {};
    const texts = Object.entries(quota.status?.hard ?? {})
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, hard]) => ({ name, text: `${name}: ${used[name] ?? '0'}/${hard}` }));
    const column = (isLimit: boolean) =>
      texts
        .filter(({ name }) => name.includes('limits') === isLimit)
        .map(({ text }) => text)
        .join(', ');
    return [quota.metadata.name, column(false), column(true), ageOf(quota.metadata.creationTimestamp, nowMs)];
  },
};

function validateSpec({ spec }: ResourceQuota): FieldError[] {
  const errors = Object.entries(spec?.hard ?? {}).flatMap(([name, amount]) => {
    const path = `spec.hard[${name}]`;
    return [...validateQuotaResourceName(name, path), ...validateResourceQuantity(name, amount, path)];
  });
  const named = spec?.scopes ?? [];
  for (const scope of named) if (!scopes.includes(scope)) errors.push(invalid('spec.scopes', named, 'unsupported scope'));
  if (conflicting.some((pair) => pair.every((scope) => named.includes(scope))))
    errors.push(invalid('spec.scopes', named, 'conflicting scopes'));
  const field = 'spec.scopeSelector.matchExpressions';
  for (const { scopeName, operator, values = [] } of spec?.scopeSelector?.matchExpressions ?? []) {
    if (!scopes.includes(scopeName)) errors.push(invalid(`${field}.scopeName`, scopeName, 'unsupported scope'));
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) {
        errors.push(required(`${field}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"));
      }
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) {
        errors.push(invalid(`${field}.values`, values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"));
      }
    } else errors.push(invalid(`${field}.operator`, operator, 'not a valid selector operator'));
  }
  return errors;
}
