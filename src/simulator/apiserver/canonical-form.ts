// The one form in which an object is stored: Go's fields in Go's order, without what Go leaves out.
import { arrange, arrangeField } from './model/round-trip.ts';
import { type FieldSchema, schemaOf } from './model/schema.ts';
import type { StoredObject } from './stored-object.ts';

type Fields = Record<string, unknown>;

/** The object in that form. Parts that are `live`'s own are in it already. */
export function canonicalForm(object: StoredObject, live?: StoredObject): StoredObject {
  const struct = schemaOf(object.apiVersion, object.kind);
  if (!struct) return object;
  const source = object as unknown as Fields;
  const old = live as unknown as Fields | undefined;
  const result: Fields = { kind: object.kind, apiVersion: object.apiVersion };
  for (const field of struct.fields) {
    const value = source[field.name];
    if (value === undefined && field.silent) continue;
    const isKept = old && typeof value === 'object' && value === old[field.name];
    const arranged = isKept ? value : arrangeField(field, value, false);
    if (arranged !== undefined) result[field.name] = arranged;
  }
  return result as unknown as StoredObject;
}

/** Parts of objects (a spec, say) as Go prints them: the same part in memory comes out as the same one, so that comparing costs nothing. */
const printedParts = new WeakMap<object, unknown>();

/** The object as field management compares it: with the nulls that Go writes. */
export function wholeForm(object: StoredObject): StoredObject {
  const struct = schemaOf(object.apiVersion, object.kind);
  if (!struct) return object;
  const source = object as unknown as Fields;
  const result: Fields = { kind: object.kind, apiVersion: object.apiVersion };
  for (const field of struct.fields) {
    const part = printedPart(field, source[field.name]);
    if (part !== undefined) result[field.name] = part;
  }
  return result as unknown as StoredObject;
}

function printedPart(field: FieldSchema, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return arrangeField(field, value, true);
  let part = printedParts.get(value);
  if (part === undefined) {
    part = arrangeField(field, value, true);
    printedParts.set(value, part);
  }
  return part;
}

const blanks = new Map<string, StoredObject | undefined>();

/** A kind with nothing set, as Go prints it: required lists are null. */
export function blankOf(apiVersion: string, kind: string): StoredObject | undefined {
  const name = `${apiVersion}/${kind}`;
  if (!blanks.has(name)) {
    const struct = schemaOf(apiVersion, kind);
    blanks.set(name, struct && (arrange(struct, { apiVersion, kind }, true) as unknown as StoredObject));
  }
  return blanks.get(name);
}
