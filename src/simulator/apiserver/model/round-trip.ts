// Objects as Go would print them after reading them: known fields only, in Go's order, with the zero values that Go shows and without those it hides.

import { canonicalQuantity } from '../../../apimachinery/quantity.ts';
import { type FieldSchema, type StructSchema, schemaOf, structOf } from './schema.ts';

type JsonObject = Record<string, unknown>;

/**
 * The object as the server keeps it: Go's order, empty omitempty fields dropped, structs that are no pointers always there ({}), quantities
 * canonical, maps by key. What Go would print as null is left out. A kind without a struct (a custom resource) is returned as it is.
 */
export function roundTrip<T extends object>(apiVersion: string, kind: string, object: T): T {
  const struct = schemaOf(apiVersion, kind);
  return struct ? (arrange(struct, object as JsonObject, false) as T) : object;
}

/** As `roundTrip`, with the nulls that Go prints for lists and pointers that are not there but have no omitempty: what clients see. */
export function printed<T extends object>(apiVersion: string, kind: string, object: T): T {
  const struct = schemaOf(apiVersion, kind);
  return struct ? (arrange(struct, object as JsonObject, true) as T) : object;
}

/** The same for a part of an object. */
export function arrange(struct: StructSchema, value: JsonObject, nulls: boolean): JsonObject {
  const result: JsonObject = {};
  if (struct.typed) {
    if (value['kind']) result['kind'] = value['kind'];
    if (value['apiVersion']) result['apiVersion'] = value['apiVersion'];
  }
  const { fields } = struct;
  // Most writes end here: in code that has yet to warm up, a counted loop is the cheapest.
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]!;
    const given = value[field.name];
    if (given === undefined && field.silent && !nulls) continue;
    const inner = field.single && given ? given : arrangeField(field, given, nulls);
    if (inner !== undefined) result[field.name] = inner;
  }
  return result;
}

/** One field of a struct in that form; undefined for what Go leaves out. */
export function arrangeField(field: FieldSchema, value: unknown, nulls: boolean): unknown {
  if (value === undefined || value === null) return absent(field, nulls);
  const struct = field.scalar ? undefined : structOf(field.type);
  if (field.repeated) {
    if (!Array.isArray(value)) return value;
    if (value.length === 0) return absent(field, nulls);
    return struct ? value.map((item) => arrangeValue(struct, item, nulls)) : [...value];
  }
  if (field.map) {
    const keys = Object.keys(value);
    if (keys.length === 0) return absent(field, nulls);
    const result: JsonObject = {};
    for (const key of keys.sort()) {
      const part = (value as JsonObject)[key];
      result[key] = struct ? arrangeValue(struct, part, nulls) : part;
    }
    return result;
  }
  if (field.omitempty && !field.pointer && isZero(value)) return struct?.custom === 'intOrString' ? value : undefined;
  return struct ? arrangeValue(struct, value, nulls) : value;
}

function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false;
}

function arrangeValue(struct: StructSchema, value: unknown, nulls: boolean): unknown {
  if (value === null || value === undefined) return value;
  if (struct.custom === 'quantity') return quantity(value);
  if (struct.custom || typeof value !== 'object') return value;
  return arrange(struct, value as JsonObject, nulls);
}

function quantity(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  // The usual forms are canonical already.
  if (typeof value === 'string' && /^[1-9]\d{0,2}(m|Ki|Mi|Gi)?$/.test(value)) return value;
  try {
    return canonicalQuantity(value);
  } catch {
    return value;
  }
}

/** What Go prints for a field that isn't there; undefined for nothing. */
function absent(field: FieldSchema, nulls: boolean): unknown {
  if (field.repeated || field.map || field.pointer) return nulls && !field.omitempty ? null : undefined;
  const struct = structOf(field.type);
  if (!struct) {
    if (field.omitempty) return undefined;
    if (field.type === 'bytes') return nulls ? null : undefined;
    return { string: '', bool: false }[field.type] ?? 0;
  }
  switch (struct.custom) {
    case undefined:
      return arrange(struct, {}, nulls);
    case 'quantity':
      return '0';
    case 'intOrString':
      return 0;
    case 'duration':
      return '0s';
    case 'list':
      return nulls && !field.omitempty ? null : undefined;
    default:
      return nulls && !field.omitzero ? null : undefined;
  }
}
