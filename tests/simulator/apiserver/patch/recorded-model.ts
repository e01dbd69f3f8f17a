// The model of Kubernetes' messages as the recordings hold it: api-fields.json, with list types and defaults of the OpenAPI documents.
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { FieldType } from '../../../../src/simulator/apiserver/patch/field-types.ts';
import { FieldTypes, type ModelField } from '../../../../src/simulator/apiserver/patch/field-types-of.ts';

const folder = 'tests/recordings/kubernetes-1.34';

interface RecordedField {
  json: string;
  kind: string;
  repeated?: boolean;
  map?: boolean;
  inline?: boolean;
  pointer?: boolean;
  omitempty?: boolean;
  patchStrategy?: string;
  patchMergeKey?: string;
}
type Schema = Record<string, unknown> & { properties?: Record<string, Record<string, unknown>> };

export const recorded = JSON.parse(readFileSync(`${folder}/api-fields.json`, 'utf8')) as {
  kinds: Record<string, Record<string, string>>;
  custom: Record<string, string>;
  messages: Record<string, RecordedField[]>;
};

const schemas = new Map<string, Schema>();
for (const file of readdirSync(`${folder}/openapi-v3`)) {
  const document = JSON.parse(gunzipSync(readFileSync(`${folder}/openapi-v3/${file}`)).toString()) as {
    components?: { schemas?: Record<string, Schema> };
  };
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) schemas.set(name.replace('io.k8s', 'k8s.io'), schema);
}

function modelFields(message: string): ModelField[] | undefined {
  if (recorded.custom[message]) return undefined;
  const properties = schemas.get(message)?.properties ?? {};
  return recorded.messages[message]?.map((field): ModelField => {
    const property = properties[field.json] ?? {};
    return {
      name: field.json,
      type: field.kind,
      ...(field.repeated && { repeated: true }),
      ...(field.map && { map: true }),
      ...(field.inline && { inline: true }),
      ...(field.patchStrategy && { patchStrategy: field.patchStrategy }),
      ...(field.patchMergeKey && { patchMergeKey: field.patchMergeKey }),
      ...(typeof property['x-kubernetes-list-type'] === 'string' && { listType: property['x-kubernetes-list-type'] }),
      ...(typeof property['x-kubernetes-map-type'] === 'string' && { mapType: property['x-kubernetes-map-type'] }),
      ...(Array.isArray(property['x-kubernetes-list-map-keys']) && { listMapKeys: property['x-kubernetes-list-map-keys'] as string[] }),
      ...(property.default !== undefined && { default: property.default }),
    };
  });
}

const kinds = new Set(Object.values(recorded.kinds).flatMap((versions) => Object.values(versions)));
const types = new FieldTypes(modelFields, (message) => kinds.has(message));

export function recordedType(apiVersion: string, kind: string): FieldType {
  return types.of(recorded.kinds[apiVersion]?.[kind] ?? '');
}

const zeroes: Record<string, unknown> = { string: '', bytes: null, bool: false, int32: 0, int64: 0, double: 0 };

/** The object as Go writes it back: no nulls, nothing that omitempty leaves out, zero values of what it doesn't. */
export function canonical(value: unknown, message: string): Record<string, unknown> {
  const source = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  if (kinds.has(message)) for (const key of ['kind', 'apiVersion']) if (source[key]) result[key] = source[key];
  for (const field of recorded.messages[message] ?? []) {
    if (field.inline) {
      Object.assign(result, canonical(source, field.kind));
      continue;
    }
    const inside = canonicalField(source[field.json], field);
    if (inside !== undefined) result[field.json] = inside;
  }
  return result;
}

function canonicalField(value: unknown, field: RecordedField): unknown {
  const isMessage = !(field.kind in zeroes) && !recorded.custom[field.kind];
  const one = (item: unknown) => (isMessage ? canonical(item, field.kind) : item);
  if (field.json === 'managedFields') return value ?? undefined;
  if (field.repeated) {
    const items = Array.isArray(value) ? value.map(one) : null;
    return field.omitempty && !items?.length ? undefined : items;
  }
  if (field.map) {
    const entries = value ? Object.entries(value).map(([key, item]) => [key, one(item)]) : null;
    return field.omitempty && !entries?.length ? undefined : entries && Object.fromEntries(entries);
  }
  if (value === undefined || value === null) {
    if (field.pointer) return field.omitempty ? undefined : null;
    if (isMessage) return canonical({}, field.kind);
    if (field.omitempty || recorded.custom[field.kind]) return undefined;
    return zeroes[field.kind];
  }
  if (field.omitempty && !field.pointer && !isMessage && (value === '' || value === 0 || value === false)) return undefined;
  return one(value);
}

export function messageOf(apiVersion: string, kind: string): string {
  return recorded.kinds[apiVersion]?.[kind] ?? '';
}
