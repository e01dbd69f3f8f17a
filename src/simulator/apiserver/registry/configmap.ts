// ConfigMaps and Secrets: data by key. kubernetes: pkg/registry/core/configmap/strategy.go
import { isEqual } from '../../../apimachinery/clone.ts';
import { ageOf } from '../../../apimachinery/duration.ts';
import type { ConfigMap } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { eachInvalid, forbidden, invalid, tooLong } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { isConfigMapKey, nameIsDNSSubdomain } from './name-validation.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

/** 1 MiB in all, keys not counted. */
export const maxDataBytes = 1024 * 1024;
const immutableText = 'field is immutable when `immutable` is set';

export const configMapStrategy: Strategy<ConfigMap> = {
  ...kindFacts('v1', 'ConfigMap'),
  hasGeneration: false,
  default: () => {},
  validate: validateConfigMap,
  validateUpdate: (configMap, old) => [
    ...validateObjectMetaUpdate(configMap.metadata, old.metadata),
    ...validateImmutableData(configMap, old, ['data', 'binaryData']),
    ...validateConfigMap(configMap),
  ],
  cells: ({ metadata, data, binaryData }, nowMs) => [
    metadata.name,
    Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
    ageOf(metadata.creationTimestamp, nowMs),
  ],
};

function validateConfigMap(configMap: ConfigMap): FieldError[] {
  const errors = validateObjectMeta(configMap.metadata, true, nameIsDNSSubdomain);
  const { data = {}, binaryData = {} } = configMap;
  for (const key of Object.keys(data)) {
    errors.push(...eachInvalid(`data[${key}]`, key, isConfigMapKey(key)));
    if (key in binaryData) errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
  }
  for (const key of Object.keys(binaryData)) errors.push(...eachInvalid(`binaryData[${key}]`, key, isConfigMapKey(key)));
  const text = Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (text + base64Bytes(binaryData) > maxDataBytes) errors.push(tooLong('', maxDataBytes));
  return errors;
}

/** How many bytes base64 texts stand for. */
export function base64Bytes(data: Readonly<Record<string, string>>): number {
  return Object.values(data).reduce((sum, value) => sum + Math.floor((value.replace(/=+$/, '').length * 3) / 4), 0);
}

/** Once `immutable` is set it stays, and with it what it guards. */
export function validateImmutableData<T extends { immutable?: boolean | undefined }>(
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  if (!old.immutable) return [];
  const changed = fields.filter((field) => !isEqual(object[field] ?? {}, old[field] ?? {}));
  return [...(object.immutable ? [] : ['immutable']), ...changed].map((field) => forbidden(field, immutableText));
}
