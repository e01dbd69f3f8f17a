// ResourceQuotas. kubernetes: pkg/apis/core/validation/validation.go ValidateResourceQuota
import { ageOf } from '../../../apimachinery/duration.ts';
import type { ResourceQuota } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { invalid, required } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { immutableText, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { quotaResources, validateQuotaResourceName, validateResourceQuantity } from './resource-validation.ts';

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

const misplacedText = 'unsupported scope applied to resource';
const onlyExists = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];
const onlyExistsText =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
const computeResources = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];

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
    if (String([...now].sort()) !== String([...(old.spec?.scopes ?? [])].sort()))
      errors.push(invalid('spec.scopes', quota.spec?.scopes, immutableText));
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
  const limited = Object.keys(spec?.hard ?? {}).filter((name) => quotaResources.includes(name));
  for (const scope of named) {
    if (!scopes.includes(scope)) errors.push(invalid('spec.scopes', named, 'unsupported scope'));
    for (const name of limited) if (!isInScope(name, scope)) errors.push(invalid('spec.scopes', named, misplacedText));
  }
  if (conflicting.some((pair) => pair.every((scope) => named.includes(scope))))
    errors.push(invalid('spec.scopes', named, 'conflicting scopes'));
  const field = 'spec.scopeSelector.matchExpressions';
  for (const { scopeName, operator, values = [] } of spec?.scopeSelector?.matchExpressions ?? []) {
    if (!scopes.includes(scopeName)) errors.push(invalid(`${field}.scopeName`, scopeName, 'unsupported scope'));
    for (const name of limited) if (!isInScope(name, scopeName)) errors.push(invalid(field, goScopeSelector(spec), misplacedText));
    if (onlyExists.includes(scopeName) && operator !== 'Exists') errors.push(invalid(`${field}.operator`, operator, onlyExistsText));
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

/** Whether pods of a scope use the resource. kubernetes: pkg/apis/core/helper/helpers.go IsResourceQuotaScopeValidForResource */
function isInScope(name: string, scope: string): boolean {
  if (scope === 'VolumeAttributesClass') return name === 'persistentvolumeclaims' || name === 'requests.storage';
  if (scope === 'BestEffort') return name === 'pods';
  return !scopes.includes(scope) || name === 'pods' || computeResources.includes(name);
}

function goScopeSelector(spec: ResourceQuota['spec']): unknown {
  const expressions = spec?.scopeSelector?.matchExpressions ?? [];
  return {
    MatchExpressions: expressions.map(({ scopeName, operator, values }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values ?? null,
    })),
  };
}
