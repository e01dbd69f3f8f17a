// Secrets. kubernetes: pkg/registry/core/secret/strategy.go
import { ageOf } from '../../../apimachinery/duration.ts';
import type { Secret } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { JsonSyntaxError, readJson } from '../decode/json-reader.ts';
import type { Strategy } from '../strategy.ts';
import { base64Bytes, maxDataBytes, validateImmutableData } from './configmap.ts';
import { eachInvalid, invalid, required, tooLong } from './field-error.ts';
import { describeKeyPairFault } from './key-pair-warnings.ts';
import { kindFacts } from './kind-facts.ts';
import { isConfigMapKey, nameIsDNSSubdomain } from './name-validation.ts';
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

export const secretStrategy: Strategy<Secret> = {
  ...kindFacts('v1', 'Secret'),
  hasGeneration: false,
  default(secret) {
    secret.type ||= 'Opaque';
    if (!secret.stringData) return;
    const texts = Object.entries(secret.stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    secret.data = { ...secret.data, ...Object.fromEntries(texts) };
    delete secret.stringData;
  },
  prepareForUpdate(secret, old) {
    secret.type ||= old.type;
  },
  validate: validateSecret,
  validateUpdate: (secret, old) => [
    ...validateObjectMetaUpdate(secret.metadata, old.metadata),
    ...validateImmutable(secret.type, old.type, 'type'),
    ...validateImmutableData(secret, old, ['data']),
    ...validateSecret(secret),
  ],
  cells: ({ metadata, type, data }, nowMs) => [
    metadata.name,
    type ?? '',
    Object.keys(data ?? {}).length,
    ageOf(metadata.creationTimestamp, nowMs),
  ],
  warnings({ type, data }) {
    if (type !== 'kubernetes.io/tls') return [];
    const text = (key: string) => Buffer.from(data?.[key] ?? '', 'base64').toString();
    const fault = describeKeyPairFault(text('tls.crt'), text('tls.key'));
    return fault ? [fault] : [];
  },
  selectableFields: (secret) => ({ type: secret.type ?? '' }),
};

function validateSecret(secret: Secret): FieldError[] {
  const errors = validateObjectMeta(secret.metadata, true, nameIsDNSSubdomain);
  const data = secret.data ?? {};
  for (const key of Object.keys(data)) errors.push(...eachInvalid(`data[${key}]`, key, isConfigMapKey(key)));
  if (base64Bytes(data) > maxDataBytes) errors.push(tooLong('data', maxDataBytes));
  return [...errors, ...validateType(secret)];
}

function validateType(secret: Secret): FieldError[] {
  const data = secret.data ?? {};
  const missing = (...keys: string[]) => keys.filter((key) => data[key] === undefined).map((key) => required(`data[${key}]`));
  switch (secret.type) {
    case 'kubernetes.io/service-account-token': {
      const annotation = 'kubernetes.io/service-account.name';
      return secret.metadata.annotations?.[annotation] ? [] : [required(`metadata.annotations[${annotation}]`)];
    }
    case 'kubernetes.io/dockercfg':
      return validateJson(data, '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return validateJson(data, '.dockerconfigjson');
    case 'kubernetes.io/basic-auth': {
      const errors = missing('username', 'password');
      return errors.length === 2 ? errors : [];
    }
    case 'kubernetes.io/ssh-auth':
      return data['ssh-privatekey'] ? [] : [required('data[ssh-privatekey]')];
    case 'kubernetes.io/tls':
      return missing('tls.crt', 'tls.key');
    default:
      return [];
  }
}

function validateJson(data: Readonly<Record<string, string>>, key: string): FieldError[] {
  const text = data[key];
  if (text === undefined) return [required(`data[${key}]`)];
  const fault = describeFault(Buffer.from(text, 'base64').toString());
  return fault ? [invalid(`data[${key}]`, '<secret contents redacted>', fault)] : [];
}

/** What Go says when it can't read the text as a JSON object. */
function describeFault(text: string): string | undefined {
  try {
    const { value } = readJson(text);
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
    const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return error.message;
  }
}
