// In which order the elements of a merged list come out of a strategic patch.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go (normalizeElementOrder and what it calls)
import { isMap, type JsonMap } from './field-types.ts';
import { goType, goValue } from './go-print.ts';
import { PatchError } from './patch-error.ts';

/**
 * Elements that the patch speaks of in the patch's order, the others in the stored order, woven together so that stored neighbours
 * stay in order where they can. What is new comes first.
 */
export function inElementOrder(
  merged: unknown[],
  patchOrder: readonly unknown[],
  storedOrder: readonly unknown[],
  mergeKey: string,
): unknown[] {
  const inPatch = merged.filter((item) => isNamed(item, patchOrder, mergeKey));
  const serverOnly = merged.filter((item) => !inPatch.includes(item));
  const left = sortedBy(serverOnly, storedOrder, mergeKey);
  const right = sortedBy(inPatch, patchOrder, mergeKey);
  return woven(left, right, storedOrder, mergeKey);
}

function isNamed(item: unknown, order: readonly unknown[], mergeKey: string): boolean {
  if (mergeKey === '') return order.includes(item);
  const key = keyOf(item, mergeKey);
  return findByKey(order, mergeKey, key) >= 0;
}

/** The merge key's value; every element must have one. */
function keyOf(item: unknown, mergeKey: string): unknown {
  if (!isMap(item)) throw new PatchError(`expected a map[string]interface {}, but received a ${goType(item)}`);
  if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
  return item[mergeKey];
}

export function noMergeKey(item: JsonMap, mergeKey: string): PatchError {
  return new PatchError(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
}

/** Where the first element with this merge key stands; -1 for nowhere. */
export function findByKey(list: readonly unknown[], mergeKey: string, key: unknown): number {
  for (const [index, item] of list.entries()) {
    if (!isMap(item)) throw new PatchError(`value for key ${index} is not a map`);
    if (mergeKey in item && item[mergeKey] === key) return index;
  }
  return -1;
}

function indexOf(list: readonly unknown[], item: unknown, mergeKey: string): number {
  if (mergeKey === '') return list.indexOf(item);
  const key = isMap(item) ? item[mergeKey] : undefined;
  return list.findIndex((other) => isMap(other) && other[mergeKey] === key);
}

/**
 * The stored list as Go finds it after it has merged the patch into it: elements are deleted and added in place, so that what is new
 * stands where something was deleted, and has an order among what was stored.
 */
export function asMergedInPlace(stored: readonly unknown[], patch: readonly unknown[], mergeKey: string): unknown[] {
  const places = [...stored];
  let length = stored.length;
  const find = (item: unknown) =>
    places.slice(0, length).findIndex((other) => isMap(other) && other[mergeKey] === (item as JsonMap)[mergeKey]);
  for (const item of patch.filter(isDeletion)) {
    for (let index = find(item); index >= 0; index = find(item)) places.copyWithin(index, index + 1, length--);
  }
  if (patch.some((item) => isMap(item) && item['$patch'] === 'replace')) return places;
  for (const item of patch) if (isMap(item) && !('$patch' in item) && find(item) < 0) places[length++] = item;
  return places.slice(0, stored.length);
}

function sortedBy(items: readonly unknown[], order: readonly unknown[], mergeKey: string): unknown[] {
  if (mergeKey !== '') for (const item of [...items, ...order]) keyOf(item, mergeKey);
  const kept = items.filter((item) => !isDeletion(item));
  const positions = new Map(kept.map((item) => [item, indexOf(order, item, mergeKey)]));
  kept.sort((one, other) => {
    const left = positions.get(one) ?? -1;
    const right = positions.get(other) ?? -1;
    return left >= 0 && right >= 0 ? left - right : 0;
  });
  return [...kept, ...items.filter(isDeletion)];
}

export function isDeletion(item: unknown): boolean {
  return isMap(item) && item.$patch === 'delete';
}

function woven(left: readonly unknown[], right: readonly unknown[], storedOrder: readonly unknown[], mergeKey: string): unknown[] {
  const result: unknown[] = [];
  let one = 0;
  let other = 0;
  while (one < left.length && other < right.length) {
    const leftIndex = indexOf(storedOrder, left[one], mergeKey);
    const rightIndex = indexOf(storedOrder, right[other], mergeKey);
    if (leftIndex >= 0 && rightIndex >= 0 && leftIndex < rightIndex) result.push(left[one++]);
    else result.push(right[other++]);
  }
  return [...result, ...left.slice(one), ...right.slice(other)];
}
