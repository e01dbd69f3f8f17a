// Objects as Go writes them back, by the recorded fields of Kubernetes' structs: what the patch functions are given in the server.
import { readFileSync } from 'node:fs';

const folder = 'tests/recordings/kubernetes-1.34';

interface RecordedField {
  json: string;
  kind: string;
  repeated?: boolean;
  map?: boolean;
  inline?: boolean;
  pointer?: boolean;
  omitempty?: boolean;
}
const recorded = JSON.parse(readFileSync(`${folder}/api-fields.json`, 'utf8')) as {
  kinds: Record<string, Record<string, string>>;
  custom: Record<string, string>;
  messages: Record<string, RecordedField[]>;
};

const kinds = new Set(Object.values(recorded.kinds).flatMap((versions) => Object.values(versions)));
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
