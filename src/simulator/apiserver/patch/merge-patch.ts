// JSON merge patch (application/merge-patch+json).
// kubernetes: vendor/gopkg.in/evanphx/json-patch.v4/merge.go
import { badRequest } from '../../../apimachinery/status-error.ts';
import { isMap, type JsonMap } from './field-types.ts';
import { parsePatch, plain } from './patch-refusal.ts';

/**
 * The document with the patch merged in: null takes a key away, lists are replaced. Throws the StatusError of a body that is no patch.
 * Keys of maps that were gone through are in order, as Go prints them; those of others stay as they stood.
 */
export function applyMergePatch(document: JsonMap, body: string): JsonMap {
  const patch = parsePatch(body, 'map', 'map[string]interface {}', 'error decoding patch: ');
  if (!isMap(patch)) throw badRequest('Invalid JSON Patch');
  return merged(document, plain(patch) as JsonMap);
}

function merged(document: JsonMap, patch: JsonMap): JsonMap {
  const result = { ...document };
  for (const key in patch) {
    const value = patch[key];
    const present = result[key];
    if (value === null) delete result[key];
    else if (isMap(value)) result[key] = isMap(present) ? merged(present, value) : withoutNulls(value);
    // Nulls inside a list stay only where it replaces a map.
    else result[key] = isMap(present) ? value : withoutNulls(value);
  }
  return inOrder(result);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const result: JsonMap = {};
  for (const key of Object.keys(value).sort()) if (value[key] !== null) result[key] = withoutNulls(value[key]);
  return result;
}

/** The same map with its keys in order. */
function inOrder(map: JsonMap): JsonMap {
  const result: JsonMap = {};
  for (const key of Object.keys(map).sort()) result[key] = map[key];
  return result;
}
