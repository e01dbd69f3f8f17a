// One step of a field's path, written as fieldsV1 writes it: f:name, k:{"name":"main"}, v:"x", i:0.

import { goJson } from '../../../apimachinery/go-json.ts';
import type { FieldType, ListType } from './field-types.ts';
import { isMap, type JsonMap } from './field-types.ts';

/** A list element that has no key: its sentence is what structured-merge-diff says. */
export class PathElementError extends Error {}

export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** The step to an element of a list of type map or set. */
// kubernetes: sigs.k8s.io/structured-merge-diff/typed/helpers.go
export function listElement(list: ListType, item: unknown): string {
  return list.relationship === 'map' ? keyElement(list, item) : `v:${setValue(item)}`;
}

function keyElement(list: ListType, item: unknown): string {
  if (item === null || item === undefined) throw new PathElementError('associative list with keys may not have a null element');
  if (!isMap(item)) throw new PathElementError('associative list with keys may not have non-map elements');
  const key: JsonMap = {};
  let found = false;
  for (const name of sortedKeys(list)) {
    const value = item[name] ?? defaultOf(list.of, name);
    if (value === undefined) continue;
    key[name] = value;
    found = true;
  }
  if (found) return `k:${goJson(key)}`;
  const names = list.keys.map((name) => JSON.stringify(name)).join(' ');
  throw new PathElementError(
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  );
}

function setValue(item: unknown): string {
  if (item === null) throw new PathElementError("associative list without keys has an element that's an explicit null");
  if (Array.isArray(item)) throw new PathElementError('not supported: associative list with lists as elements');
  if (isMap(item)) throw new PathElementError("associative list without keys has an element that's a map type");
  return goJson(item);
}

const sortedKeysOf = new WeakMap<ListType, readonly string[]>();

function sortedKeys(list: ListType): readonly string[] {
  let keys = sortedKeysOf.get(list);
  if (!keys) {
    keys = [...list.keys].sort();
    sortedKeysOf.set(list, keys);
  }
  return keys;
}

function defaultOf(type: FieldType, name: string): unknown {
  return type.kind === 'struct' ? type.fields.get(name)?.default : undefined;
}

const kindOrder: Record<string, number> = { f: 0, k: 1, v: 2, i: 3 };

/** Kubernetes' order of the steps at one place: fields, then keys, values and indexes, each by what they say. */
// kubernetes: sigs.k8s.io/structured-merge-diff/fieldpath/element.go
export function compareElements(one: string, other: string): number {
  const kind = one.charAt(0);
  if (kind !== other.charAt(0)) return (kindOrder[kind] ?? 4) - (kindOrder[other.charAt(0)] ?? 4);
  if (kind === 'f') return compareStrings(one, other);
  return kind === 'k' ? compareKeys(parsed(one) as JsonMap, parsed(other) as JsonMap) : compareScalars(parsed(one), parsed(other));
}

function compareKeys(one: JsonMap, other: JsonMap): number {
  const left = Object.keys(one);
  const right = Object.keys(other);
  for (let index = 0; index < left.length && index < right.length; index++) {
    const names = compareStrings(left[index] as string, right[index] as string);
    if (names !== 0) return names;
    const values = compareScalars(one[left[index] as string], other[right[index] as string]);
    if (values !== 0) return values;
  }
  return left.length - right.length;
}

const typeOrder: Record<string, number> = { number: 0, string: 1, boolean: 2 };

function compareScalars(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'string' && typeof other === 'string') return compareStrings(one, other);
  if (typeof one === 'boolean' && typeof other === 'boolean') return Number(one) - Number(other);
  return (typeOrder[typeof one] ?? 3) - (typeOrder[typeof other] ?? 3);
}

function compareStrings(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

// The same few keys are compared again and again.
const parsedElements = new Map<string, unknown>();
const parsedElementsMax = 5000;

function parsed(element: string): unknown {
  let value = parsedElements.get(element);
  if (value === undefined) {
    value = parseOrNull(element.slice(2));
    if (parsedElements.size >= parsedElementsMax) parsedElements.clear();
    parsedElements.set(element, value);
  }
  return value;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The step as messages print it: .spec, [name="main"], [="x"], [0]. */
export function printElement(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('i:')) return `[${rest}]`;
  if (element.startsWith('v:')) return `[=${printScalar(parsed(element))}]`;
  const key = parsed(element);
  const fields = isMap(key) ? Object.entries(key) : [];
  return `[${fields.map(([name, value]) => `${name}=${printScalar(value)}`).join(',')}]`;
}

function printScalar(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** A whole path as messages print it. */
export function printPath(path: readonly string[]): string {
  return path.map(printElement).join('');
}
