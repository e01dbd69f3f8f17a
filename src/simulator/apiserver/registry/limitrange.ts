// LimitRanges. kubernetes: pkg/apis/core/validation/validation.go ValidateLimitRange
import type { LimitRange, LimitRangeItem } from '../../../apimachinery/objects.ts';
import { compareQuantities, parseQuantity } from '../../../apimachinery/quantity.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { duplicate, eachInvalid, forbidden, invalid, required } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { isQualifiedName, nameIsDNSSubdomain } from './name-validation.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { allowsOvercommit, validateContainerResourceName, validateResourceName } from './resource-validation.ts';

export const limitRangeStrategy: Strategy<LimitRange> = {
  ...kindFacts('v1', 'LimitRange'),
  hasGeneration: false,
  default(range) {
    for (const item of range.spec?.limits ?? []) {
      if (item.type !== 'Container') continue;
      item.default = { ...item.max, ...item.default };
      item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
    }
  },
  validate: validateLimitRange,
  validateUpdate: (range, old) => [...validateObjectMetaUpdate(range.metadata, old.metadata), ...validateLimitRange(range)],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? null],
};

function validateLimitRange(range: LimitRange): FieldError[] {
  const errors = validateObjectMeta(range.metadata, true, nameIsDNSSubdomain);
  const types = new Set<string>();
  (range.spec?.limits ?? []).forEach((item, index) => {
    const path = `spec.limits[${index}]`;
    errors.push(...validateType(item.type ?? '', `${path}.type`));
    if (types.has(item.type)) errors.push(duplicate(`${path}.type`, item.type));
    types.add(item.type);
    errors.push(...validateNames(item, path), ...validateAmounts(item, path));
  });
  return errors;
}

function validateType(type: string, field: string): FieldError[] {
  const errors = eachInvalid(field, type, isQualifiedName(type));
  if (errors.length > 0 || type.includes('/') || ['Pod', 'Container', 'PersistentVolumeClaim'].includes(type)) return errors;
  return [invalid(field, type, 'must be a standard limit type or fully qualified')];
}

function validateNames(item: LimitRangeItem, path: string): FieldError[] {
  const check = item.type === 'Pod' || item.type === 'Container' ? validateContainerResourceName : validateResourceName;
  const names = (side: 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio') =>
    Object.keys(item[side] ?? {}).flatMap((name) => check(name, `${path}.${side}[${name}]`));
  const errors = [...names('max'), ...names('min')];
  if (item.type === 'Pod') {
    for (const side of ['default', 'defaultRequest'] as const) {
      if (Object.keys(item[side] ?? {}).length > 0) errors.push(forbidden(`${path}.${side}`, "may not be specified when `type` is 'Pod'"));
    }
  } else errors.push(...names('default'), ...names('defaultRequest'));
  if (item.type === 'PersistentVolumeClaim' && item.min?.['storage'] === undefined && item.max?.['storage'] === undefined) {
    errors.push(required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided'));
  }
  return [...errors, ...names('maxLimitRequestRatio')];
}

function validateAmounts(item: LimitRangeItem, path: string): FieldError[] {
  const keys = new Set(
    [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio].flatMap((side) => Object.keys(side ?? {})),
  );
  return [...keys].flatMap((key) => {
    const errors: FieldError[] = [];
    const min = item.min?.[key];
    const max = item.max?.[key];
    const limit = item.type === 'Pod' ? undefined : item.default?.[key];
    const request = item.type === 'Pod' ? undefined : item.defaultRequest?.[key];
    const above = (one: string | undefined, other: string | undefined) =>
      one !== undefined && other !== undefined && compareQuantities(one, other) > 0;
    const complain = (side: string, value: string | undefined, text: string) => {
      errors.push(invalid(`${path}.${side}[${key}]`, value, text));
    };
    if (above(min, max)) complain('min', min, `min value ${min} is greater than max value ${max}`);
    if (above(min, request)) complain('defaultRequest', request, `min value ${min} is greater than default request value ${request}`);
    if (above(request, max)) complain('defaultRequest', request, `default request value ${request} is greater than max value ${max}`);
    if (above(request, limit))
      complain('defaultRequest', request, `default request value ${request} is greater than default limit value ${limit}`);
    if (above(min, limit)) complain('default', min, `min value ${min} is greater than default value ${limit}`);
    if (above(limit, max)) complain('default', max, `default value ${limit} is greater than max value ${max}`);
    const ratio = item.maxLimitRequestRatio?.[key];
    if (ratio !== undefined && compareQuantities(ratio, '1') < 0) complain('maxLimitRequestRatio', ratio, `ratio ${ratio} is less than 1`);
    const limitOfRatio = min !== undefined && max !== undefined ? amountOf(max) / amountOf(min) : undefined;
    if (ratio !== undefined && limitOfRatio !== undefined && amountOf(ratio) > limitOfRatio) {
      complain('maxLimitRequestRatio', ratio, `ratio ${ratio} is greater than max/min = ${limitOfRatio.toFixed(6)}`);
    }
    if (!allowsOvercommit(key) && limit !== undefined && request !== undefined && compareQuantities(limit, request) !== 0) {
      complain('defaultRequest', request, `default value ${limit} must equal to defaultRequest value ${request} in ${key}`);
    }
    return errors;
  });
}

/** In thousandths, rounded up, as Kubernetes reckons ratios. */
function amountOf(quantity: string): number {
  const { nano } = parseQuantity(quantity);
  const nanoPerMilli = 1_000_000n;
  return Number(nano / nanoPerMilli + (nano > 0n && nano % nanoPerMilli !== 0n ? 1n : 0n)) / 1000;
}
