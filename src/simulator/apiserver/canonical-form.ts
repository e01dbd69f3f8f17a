// The one form in which an object is stored: Go's fields in Go's order, without what Go leaves out.
import { arrange, printed } from './model/round-trip.ts';
import { schemaOf } from './model/schema.ts';
import type { StoredObject } from './store.ts';

type Fields = Record<string, unknown>;

/** The object in that form. Parts that are `live`'s own are in it already. */
export function canonicalForm(object: StoredObject, live?: StoredObject): StoredObject {
  const struct = schemaOf(object.apiVersion, object.kind);
  if (!struct) return object;
  const source = object as unknown as Fields;
  const old = live as unknown as Fields | undefined;
  const fresh: Fields = {};
  for (const key in source) if (!old || source[key] !== old[key] || typeof source[key] !== 'object') fresh[key] = source[key];
  const result = arrange(struct, fresh, false);
  for (const key in source) if (!(key in fresh)) result[key] = source[key];
  return result as unknown as StoredObject;
}

/** The object as field management compares it: with the nulls that Go writes. */
export function wholeForm(object: StoredObject): StoredObject {
  return printed(object.apiVersion, object.kind, object);
}

/** A kind with nothing set, as Go prints it: required lists are null. */
export function blankOf(apiVersion: string, kind: string): StoredObject | undefined {
  const struct = schemaOf(apiVersion, kind);
  return struct && (arrange(struct, { apiVersion, kind }, true) as unknown as StoredObject);
}
