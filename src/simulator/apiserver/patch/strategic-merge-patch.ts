// Strategic merge patch (application/strategic-merge-patch+json): a merge patch that knows the keys of lists, and has directives.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
import { clone } from '../../../apimachinery/clone.ts';
import { badRequest } from '../../../apimachinery/status-error.ts';
import { asMergedInPlace, findByKey, inElementOrder, isDeletion, noMergeKey } from './element-order.ts';
import { anyType, type Field, type FieldType, isMap, type JsonMap, type StructType } from './field-types.ts';
import { goType, goValue } from './go-print.ts';
import { badFormat, PatchError } from './patch-error.ts';
import { internalError, invalidPatch, parsePatch, plain } from './patch-refusal.ts';
import { ConversionError, convertUnstructured } from './unstructured-conversion.ts';

const directive = '$patch';
const retainKeys = '$retainKeys';
const deletion = '$deleteFromPrimitiveList/';
const deletionStart = '$deleteFromPrimitiveList';
const elementOrder = '$setElementOrder/';
const elementOrderStart = '$setElementOrder';

export interface StrategicResult {
  /** The patched object, still with fields that its kind doesn't have. */
  readonly object: JsonMap;
  /** The patch as it is printed when the result doesn't fit: what was carried out of its directives is gone. */
  readonly patch: JsonMap;
}

/** Applies the body of a strategic patch to a document of this type, or throws the StatusError that tells why not. */
export function applyStrategicMergePatch(document: JsonMap, body: string, type: StructType): StrategicResult {
  const patch = plain(parsePatch(body, 'map', 'map[string]interface {}', '') ?? {}) as JsonMap;
  try {
    const merged = mergeMaps(clone(document), patch, type);
    // The kind of an object isn't a patch's to change.
    const object = { ...merged, kind: document.kind, apiVersion: document.apiVersion };
    return { object: convertUnstructured(object, type), patch };
  } catch (error) {
    if (error instanceof ConversionError) throw invalidPatch(goValue(patch), error.message);
    if (!(error instanceof PatchError)) throw error;
    throw error.isFormat ? badRequest(error.message) : internalError(error.message);
  }
}

/** Merges `patch` into `original`; both are changed. */
function mergeMaps(original: JsonMap, patch: JsonMap, type: FieldType): JsonMap {
  if (directive in patch) return replacedBy(patch);
  applyRetainKeys(original, patch);
  applyElementOrders(original, patch, type);
  for (const key of Object.keys(patch)) mergeField(original, key, patch, type);
  return original;
}

function replacedBy(patch: JsonMap): JsonMap {
  const kind = patch[directive];
  if (kind === 'delete') return {};
  if (kind !== 'replace') throw new PatchError(`unknown patch type: ${goString(kind)} in map: ${goValue(patch)}`);
  delete patch[directive];
  return patch;
}

/** %s of a value that should be a string. */
function goString(value: unknown): string {
  return typeof value === 'string' ? value : `%!s(${goType(value)}=${goValue(value)})`;
}

function mergeField(original: JsonMap, written: string, patch: JsonMap, type: FieldType): void {
  const deletes = written.startsWith(deletionStart);
  if (deletes && !written.startsWith(deletion)) throw badFormat('primitive list');
  const key = deletes ? written.slice(deletion.length) : written;
  const value = patch[written];
  if (value === null) {
    delete original[key];
    return;
  }
  const present = original[key];
  if (present === undefined || goType(present) !== goType(value)) {
    if (deletes) return;
    discardNulls(value);
    keepOrDelete(original, key, withoutDirectives(value));
  } else if (isMap(present) && isMap(value)) {
    const field = lookUp(type, key);
    original[key] = field.strategy === 'replace' ? value : mergeMaps(present, value, field.type);
  } else if (Array.isArray(present) && Array.isArray(value)) {
    const field = lookUp(type, key, 'slice');
    original[key] = field.strategy === 'merge' || deletes ? mergeLists(present, value, field, deletes) : value;
  } else {
    keepOrDelete(original, key, withoutDirectives(value));
  }
}

function keepOrDelete(original: JsonMap, key: string, value: unknown): void {
  if (value === undefined) delete original[key];
  else original[key] = value;
}

interface Looked {
  /** Of the value, or of the elements of a list. */
  readonly type: FieldType;
  readonly strategy: string;
  readonly mergeKey: string;
}

/** What the schema says of a field that both sides have. */
// kubernetes: third_party/forked/golang/json/fields.go
function lookUp(type: FieldType, key: string, wanted?: 'slice'): Looked {
  if (type.kind !== 'struct') {
    const kind = type.kind === 'scalar' ? (type.go ?? 'struct') : type.kind === 'list' ? 'slice' : 'map';
    throw new PatchError(`merging an object in json but data type is not struct, instead is: ${kind}`);
  }
  const field: Field | undefined = type.fields.get(key);
  if (!field) throw new PatchError(`unable to find api field in struct ${type.name} for the json field ${JSON.stringify(key)}`);
  const strategies = (field.patchStrategy ?? []).filter((name) => name !== 'retainKeys');
  const inside = wanted === 'slice' && field.type.kind === 'list' ? field.type.of : field.type;
  return { type: inside, strategy: strategies[0] ?? '', mergeKey: field.patchMergeKey ?? '' };
}

/** What isn't on the list of keys to retain goes; the patch may not set what isn't there. */
function applyRetainKeys(original: JsonMap, patch: JsonMap): void {
  if (!(retainKeys in patch)) return;
  const keys = patch[retainKeys];
  delete patch[retainKeys];
  if (!Array.isArray(keys)) throw badFormat('retainKeys');
  for (const key in patch) {
    if (patch[key] === null || key.startsWith(deletionStart) || key.startsWith(elementOrderStart)) continue;
    if (!keys.includes(key)) throw badFormat('retainKeys');
  }
  for (const key of Object.keys(original)) if (!keys.includes(key)) delete original[key];
}

/** Carries out $setElementOrder together with the patch of the same list. */
function applyElementOrders(original: JsonMap, patch: JsonMap, type: FieldType): void {
  for (const written of Object.keys(patch)) {
    if (!written.startsWith(elementOrderStart)) continue;
    const order = patch[written];
    delete patch[written];
    if (!Array.isArray(order)) throw badType(order);
    if (!written.startsWith(elementOrder)) throw badFormat('setElementOrder list');
    const key = written.slice(elementOrder.length);
    const stored = listAt(original, key);
    const patched = listAt(patch, key);
    const field = lookUp(type, key, 'slice');
    checkOrder(patched ?? [], order, field.mergeKey);
    if (!stored && !patched) continue;
    const merged = mergedInOrder(stored, patched, field);
    commonKind([stored ?? [], patched ?? []]);
    const isMerged = stored && patched && field.strategy === 'merge' && field.mergeKey !== '';
    const storedOrder = isMerged ? asMergedInPlace(stored, patched, field.mergeKey) : (stored ?? []);
    original[key] = inElementOrder(merged, order, storedOrder, field.mergeKey);
    delete patch[key];
  }
}

function mergedInOrder(stored: unknown[] | undefined, patched: unknown[] | undefined, field: Looked): unknown[] {
  if (!patched) return stored ?? [];
  if (!stored) return withoutDirectives(patched) as unknown[];
  return field.strategy === 'merge' ? mergeLists([...stored], patched, field, false) : patched;
}

function listAt(object: JsonMap, key: string): unknown[] | undefined {
  const value = object[key];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw badType(value);
  return value;
}

function badType(value: unknown): PatchError {
  return new PatchError(`expected a []interface {}, but received a ${value === null ? '%!s(<nil>)' : goType(value)}`);
}

/** Elements of the patch must stand in the list of the order, in that order. */
function checkOrder(patched: readonly unknown[], order: readonly unknown[], mergeKey: string): void {
  if (order.length === 0 || patched.length === 0) return;
  const kept = mergeKey === '' ? patched : patched.filter((item) => !isDeletion(item));
  let index = 0;
  for (const wanted of order) {
    while (index < kept.length && isMap(kept[index]) && directive in (kept[index] as JsonMap)) index++;
    if (index < kept.length && hasSameKey(kept[index], wanted, mergeKey)) index++;
  }
  if (index >= kept.length) return;
  throw new PatchError(`The order in patch list:\n${goValue(patched)}\n doesn't match ${elementOrderStart} list:\n${goValue(order)}\n`);
}

function hasSameKey(one: unknown, other: unknown, mergeKey: string): boolean {
  if (mergeKey === '') return one === other;
  for (const item of [one, other]) {
    if (!isMap(item)) throw new PatchError(`expected a map[string]interface {}, but received a ${goType(item)}`);
    if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
  }
  return (one as JsonMap)[mergeKey] === (other as JsonMap)[mergeKey];
}

function mergeLists(original: unknown[], patch: unknown[], field: Looked, deletes: boolean): unknown[] {
  if (original.length === 0 && patch.length === 0) return original;
  if (commonKind([original, patch]) !== 'map') {
    if (deletes) return original.filter((item) => !patch.includes(item));
    return inElementOrder([...new Set([...original, ...patch])], patch, original, '');
  }
  const { mergeKey } = field;
  if (mergeKey === '') throw new PatchError(`cannot merge lists without merge key for ${kindName(field.type)}`);
  const { items, left } = carryOutDirectives(original, patch, mergeKey);
  const merged = mergeElements(items, left, field);
  return inElementOrder(merged, left, items, mergeKey);
}

function kindName(type: FieldType): string {
  return type.kind === 'struct' ? 'struct' : type.kind === 'list' ? 'slice' : type.kind === 'scalar' ? (type.go ?? 'struct') : 'map';
}

/** All elements must be of one type. */
function commonKind(lists: readonly (readonly unknown[])[]): string {
  const types = lists.flatMap((list) => list.map(goType));
  const [first] = types;
  if (first === undefined) throw new PatchError('no elements in any of the given slices');
  if (first === '[]interface {}') throw new PatchError('lists of lists are not supported');
  if (types.some((type) => type !== first)) throw new PatchError(`list element types are not identical: ${goValue(lists)}`);
  return first === 'map[string]interface {}' ? 'map' : first;
}

/** Deletes what elements with $patch: delete name, and replaces the list when one says so. `left` is the rest of the patch. */
function carryOutDirectives(original: unknown[], patch: readonly unknown[], mergeKey: string): { items: unknown[]; left: unknown[] } {
  const left: unknown[] = [];
  let items = original;
  let replaces = false;
  for (const item of patch as readonly JsonMap[]) {
    if (!(directive in item)) left.push(item);
    else if (item[directive] === 'delete') {
      if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
      // All with that key go, be they two ports of one number.
      while (findByKey(items, mergeKey, item[mergeKey]) >= 0) {
        const index = findByKey(items, mergeKey, item[mergeKey]);
        items = items.filter((_, position) => position !== index);
      }
    } else if (item[directive] === 'replace') replaces = true;
    else if (item[directive] === 'merge') throw new PatchError('merging lists cannot yet be specified in the patch');
    else throw new PatchError(`unknown patch type: ${goString(item[directive])} in map: ${goValue(item)}`);
  }
  return replaces ? { items: left, left: [] } : { items, left };
}

function mergeElements(items: readonly unknown[], patch: readonly unknown[], field: Looked): unknown[] {
  const result = [...items];
  for (const item of patch as readonly JsonMap[]) {
    if (!(field.mergeKey in item)) throw noMergeKey(item, field.mergeKey);
    const index = findByKey(result, field.mergeKey, item[field.mergeKey]);
    if (index < 0) result.push(item);
    else result[index] = mergeMaps(result[index] as JsonMap, item, field.type ?? anyType);
  }
  return result;
}

function discardNulls(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) discardNulls(item);
  else if (isMap(value)) {
    for (const key of Object.keys(value)) {
      if (value[key] === null) delete value[key];
      else discardNulls(value[key]);
    }
  }
}

/** The value without the parts that are directives; undefined when it is one itself. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (directive in value) return undefined;
  for (const key of Object.keys(value)) keepOrDelete(value, key, withoutDirectives(value[key]));
  return value;
}
