// A service's addresses: its cluster IP, its family, external ones.
// kubernetes: pkg/apis/core/validation/validation.go ValidateServiceClusterIPsRelatedFields, validateUpgradeDowngradeClusterIPs
import type { ServiceSpec } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { duplicate, invalid, notSupported, required } from './field-error.ts';
import { isIPv6, validateIP, validateNonSpecialIP } from './ip-address.ts';

export function validateClusterIPs(spec: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const errors: FieldError[] = [];
  const list = spec.clusterIPs ?? [];
  const field = 'spec.clusterIPs';
  if (spec.clusterIP) {
    if (list.length === 0) errors.push(required(field));
    else if (list[0] !== spec.clusterIP) errors.push(invalid(field, list, 'first value must match `clusterIP`'));
  } else if (list.length > 0) errors.push(invalid(field, list, 'must be empty when `clusterIP` is not specified'));
  (spec.ipFamilies ?? []).forEach((family, index, all) => {
    if (family !== 'IPv4' && family !== 'IPv6') errors.push(notSupported(`spec.ipFamilies[${index}]`, family, ['IPv4', 'IPv6']));
    if (all.indexOf(family) < index) errors.push(duplicate(`spec.ipFamilies[${index}]`, family));
  });
  const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
  if (spec.ipFamilyPolicy !== undefined && !policies.includes(spec.ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', spec.ipFamilyPolicy, policies));
  }
  const addressErrors = list.flatMap((address, index) => {
    if (address !== 'None' || index > 0) return validateIP(`${field}[${index}]`, address);
    return list.length > 1 ? [invalid(field, list, "'None' must be the first and only value")] : [];
  });
  errors.push(...addressErrors);
  if (list.length > 2) errors.push(invalid(field, list, 'may only hold up to 2 values'));
  if (addressErrors.length > 0) return errors;
  if (list.length === 2 && isIPv6(list[0]!) === isIPv6(list[1]!)) {
    errors.push(invalid(field, list, 'may specify no more than one IP for each IP family'));
  }
  if (isHeadless(spec)) return errors;
  list.forEach((address, index) => {
    const family = spec.ipFamilies?.[index];
    if (family && (family === 'IPv6') !== isIPv6(address)) {
      errors.push(invalid(`${field}[${index}]`, address, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``));
    }
  });
  return errors;
}

export function validateExternalIPs(spec: ServiceSpec): FieldError[] {
  return (spec.externalIPs ?? []).flatMap((address, index) => {
    const errors = validateIP(`spec.externalIPs[${index}]`, address);
    return errors.length > 0 ? errors : validateNonSpecialIP(`spec.externalIPs[${index}]`, address);
  });
}

/** The first address and the first family stay what they are. */
export function validateAddressChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  if (isHeadless(spec) && isHeadless(old)) return [];
  const errors: FieldError[] = [];
  const lists = [
    ['clusterIPs', 'primary clusterIP can not be unset'],
    ['ipFamilies', 'primary ipFamily can not be unset'],
  ] as const;
  for (const [name, unset] of lists) {
    const now = spec[name] ?? [];
    const before = old[name] ?? [];
    const path = `spec.${name}[0]`;
    if (before.length === 0) continue;
    if (now.length === 0) errors.push(invalid(path, now, unset));
    else if (now[0] !== before[0]) errors.push(invalid(path, now, 'may not change once set'));
  }
  return errors;
}

export function isHeadless(spec: ServiceSpec): boolean {
  return spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None';
}
