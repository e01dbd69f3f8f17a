// Amounts of CPU, memory and others: which names there are, and how requests and limits must fit.
// kubernetes: pkg/apis/core/validation/validation.go, pkg/apis/core/helper/helpers.go
import type { ResourceRequirements } from '../../../apimachinery/objects.ts';
import { compareQuantities, parseQuantity } from '../../../apimachinery/quantity.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { eachInvalid, invalid, required } from './field-error.ts';
import { isQualifiedName } from './name-validation.ts';
import { negativeText } from './object-meta-validation.ts';

const containerResources = ['cpu', 'memory', 'ephemeral-storage'];
const quotaCounts = [
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
/** All that a quota can limit by a plain name. */
export const quotaResources = [
  ...containerResources,
  ...containerResources.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  'requests.storage',
  ...quotaCounts,
];
const standardResources = [...quotaResources, 'storage'];
const integerResources = new Set(quotaCounts);

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** Whether the name is a vendor's: example.com/gpu. */
function isExtendedResource(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
}

/** Whether limits may be above what is asked for. */
export function allowsOvercommit(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

/** Any name of a resource. */
export function validateResourceName(name: string, field: string): FieldError[] {
  const errors = eachInvalid(field, name, isQualifiedName(name));
  if (
    errors.length > 0 ||
    name.includes('/') ||
    standardResources.includes(name) ||
    isHugePages(name) ||
    isHugePages(name.replace('requests.', ''))
  ) {
    return errors;
  }
  return [invalid(field, name, 'must be a standard resource type or fully qualified')];
}

/** A name that a container may ask for. */
export function validateContainerResourceName(name: string, field: string): FieldError[] {
  const errors = validateResourceName(name, field);
  if (!name.includes('/')) {
    if (!containerResources.includes(name) && !isHugePages(name)) {
      return [...errors, invalid(field, name, 'must be a standard resource for containers')];
    }
  } else if (!isNative(name) && !isExtendedResource(name)) {
    return [...errors, invalid(field, name, "doesn't follow extended resource name standard")];
  }
  return errors;
}

/** A name that a quota may limit. */
export function validateQuotaResourceName(name: string, field: string): FieldError[] {
  const errors = validateResourceName(name, field);
  if (name.includes('/') || quotaResources.includes(name) || /^(requests\.)?hugepages-/.test(name)) return errors;
  return [...errors, invalid(field, name, 'must be a standard resource for quota')];
}

/** An amount of a resource: not negative, and whole where it counts things. */
export function validateResourceQuantity(name: string, quantity: string, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (compareQuantities(quantity, '0') < 0) errors.push(invalid(field, quantity, negativeText));
  const isWhole = parseQuantity(quantity).nano % 1_000_000_000n === 0n;
  if ((integerResources.has(name) || isExtendedResource(name)) && !isWhole) errors.push(invalid(field, quantity, 'must be an integer'));
  return errors;
}

export function validateResourceRequirements(
  resources: ResourceRequirements | undefined,
  field: string,
  checkName: (name: string, field: string) => FieldError[] = validateContainerResourceName,
): FieldError[] {
  const errors: FieldError[] = [];
  const limits = resources?.limits ?? {};
  for (const [name, quantity] of Object.entries(limits)) {
    const path = `${field}.limits[${name}]`;
    errors.push(...checkName(name, path), ...validateResourceQuantity(name, quantity, path));
  }
  for (const [name, quantity] of Object.entries(resources?.requests ?? {})) {
    const path = `${field}.requests[${name}]`;
    errors.push(...checkName(name, path), ...validateResourceQuantity(name, quantity, path));
    const limit = limits[name];
    if (limit === undefined) {
      if (!allowsOvercommit(name)) errors.push(required(`${field}.limits`, 'Limit must be set for non overcommitable resources'));
      continue;
    }
    const order = compareQuantities(quantity, limit);
    if (order !== 0 && !allowsOvercommit(name)) {
      errors.push(invalid(`${field}.requests`, quantity, `must be equal to ${name} limit of ${limit}`));
    } else if (order > 0) {
      errors.push(invalid(`${field}.requests`, quantity, `must be less than or equal to ${name} limit of ${limit}`));
    }
  }
  return errors;
}
