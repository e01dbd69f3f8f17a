// References to a pod's own fields and resources, in environment variables and volumes.
// kubernetes: pkg/apis/core/validation/validation.go, pkg/apis/core/pods/helpers.go
import type { ObjectFieldSelector, ResourceFieldSelector } from '../../../apimachinery/objects.ts';
import { compareQuantities } from '../../../apimachinery/quantity.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { eachInvalid, invalid, notSupported, required } from './field-error.ts';
import { isQualifiedName } from './name-validation.ts';

/** Fields that an environment variable may show. */
export const environmentFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** Fields that a volume may show. */
export const volumeFields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

const knownFields = new Set([
  ...environmentFields,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);
const resourceFields = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

export function validateFieldReference(reference: ObjectFieldSelector, supported: readonly string[], field: string): FieldError[] {
  if (!reference.apiVersion) return [required(`${field}.apiVersion`)];
  if (!reference.fieldPath) return [required(`${field}.fieldPath`)];
  const subscripted = /^(.*)\['(.*)'\]$/.exec(reference.fieldPath);
  const path = subscripted?.[1] ?? reference.fieldPath;
  if (!knownFields.has(path)) {
    const text = subscripted
      ? `error converting fieldPath: field label does not support subscript`
      : `error converting fieldPath: field label not supported: ${path}`;
    return [invalid(`${field}.fieldPath`, reference.fieldPath, text)];
  }
  if (subscripted) {
    const key = subscripted[2]!;
    if (path === 'metadata.annotations') return eachInvalid(field, key.toLowerCase(), isQualifiedName(key.toLowerCase()));
    if (path === 'metadata.labels') return eachInvalid(field, key, isQualifiedName(key));
    return [invalid(field, path, 'does not support subscript')];
  }
  return supported.includes(path) ? [] : [notSupported(`${field}.fieldPath`, path, supported)];
}

export function validateResourceReference(reference: ResourceFieldSelector, inVolume: boolean, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const resource = reference.resource ?? '';
  const isHugePages = /^(limits|requests)\.hugepages-/.test(resource);
  if (inVolume && !reference.containerName) errors.push(required(`${field}.containerName`));
  else if (!resource) errors.push(required(`${field}.resource`));
  else if (!resourceFields.includes(resource) && !isHugePages) errors.push(notSupported(`${field}.resource`, resource, resourceFields));
  const divisor = reference.divisor ?? '0';
  if (compareQuantities(divisor, '0') === 0) return errors;
  const [kind, list] = resource.endsWith('.cpu') ? ['cpu', ['1m', '1']] : ['memory', byteDivisors];
  if (!list.includes(divisor)) {
    const name = resource.endsWith('ephemeral-storage') ? 'local ephemeral storage' : kind;
    const values = kind === 'cpu' ? '1m and 1' : byteDivisors.join(', ');
    errors.push(invalid(`${field}.divisor`, resource, `only divisor's values ${values} are supported with the ${name} resource`));
  }
  return errors;
}
