// Lays an applied object over the stored one: maps key by key, lists by their type, everything else as a whole.
// kubernetes: sigs.k8s.io/structured-merge-diff/typed/merge.go
import { anyType, type FieldType, fieldTypeIn, isMap, type JsonMap, type ListType } from './field-types.ts';
import { listElement } from './path-element.ts';

/** The merged value: what `applied` says, and what only `live` has. `undefined` is absent, null a value of its own. */
export function mergeTyped(live: unknown, applied: unknown, type: FieldType): unknown {
  if (applied === undefined) return live;
  if (live === undefined && !isContainer(applied)) return applied;
  if (isGranularList(type) && listOrNull(live) && listOrNull(applied)) return mergeLists(asList(live), asList(applied), type, applied);
  if (isGranularMap(type) && mapOrNull(live) && mapOrNull(applied)) return mergeMaps(asMap(live), asMap(applied), type, applied);
  return applied;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isGranularList(type: FieldType): type is ListType {
  return type.kind === 'list' && type.relationship !== 'atomic';
}

function isGranularMap(type: FieldType): boolean {
  return type.kind === 'any' || ((type.kind === 'struct' || type.kind === 'map') && !type.atomic);
}

function listOrNull(value: unknown): boolean {
  return value === undefined || value === null || Array.isArray(value);
}

function mapOrNull(value: unknown): boolean {
  return value === undefined || value === null || isMap(value);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asMap(value: unknown): JsonMap {
  return isMap(value) ? value : {};
}

function mergeMaps(live: JsonMap, applied: JsonMap, type: FieldType, asApplied: unknown): unknown {
  const result: JsonMap = {};
  for (const key in live) set(result, key, mergeTyped(live[key], applied[key], fieldTypeIn(type, key) ?? anyType));
  for (const key in applied) if (!(key in live)) set(result, key, mergeTyped(undefined, applied[key], fieldTypeIn(type, key) ?? anyType));
  // Two empty ones: the applied one, so that {} and null stay apart.
  return Object.keys(live).length === 0 && Object.keys(applied).length === 0 ? asApplied : orAbsent(result);
}

function set(result: JsonMap, key: string, value: unknown): void {
  if (value !== undefined) result[key] = value;
}

function orAbsent(result: JsonMap): JsonMap | undefined {
  for (const _ in result) return result;
  return undefined;
}

/**
 * Elements of both lists take the applied order; elements only in the live list keep their place before the next shared one.
 */
function mergeLists(live: readonly unknown[], applied: readonly unknown[], type: ListType, asApplied: unknown): unknown {
  if (live.length === 0 && applied.length === 0) return asApplied;
  const merging = new ListMerge(live, applied, type);
  return merging.run();
}

class ListMerge {
  readonly #live: readonly unknown[];
  readonly #applied: readonly unknown[];
  readonly #type: ListType;
  readonly #liveKeys: readonly string[];
  readonly #appliedKeys: readonly string[];
  /** By key; a live key that stands there twice has nothing to merge with. */
  readonly #liveByKey = new Map<string, unknown>();
  readonly #appliedByKey = new Map<string, unknown>();
  readonly #shared: string[];
  readonly #taken = new Set<string>();
  readonly #result: unknown[] = [];

  constructor(live: readonly unknown[], applied: readonly unknown[], type: ListType) {
    this.#live = live;
    this.#applied = applied;
    this.#type = type;
    this.#liveKeys = live.map((item) => listElement(type, item));
    this.#appliedKeys = applied.map((item) => listElement(type, item));
    for (const [index, key] of this.#liveKeys.entries()) this.#liveByKey.set(key, this.#liveByKey.has(key) ? null : live[index]);
    for (const [index, key] of this.#appliedKeys.entries()) this.#appliedByKey.set(key, applied[index]);
    this.#shared = this.#appliedKeys.filter((key) => this.#liveByKey.has(key));
  }

  run(): unknown[] | undefined {
    let left = 0;
    let right = 0;
    let nextShared = this.#shared.shift();
    while (left < this.#live.length || right < this.#applied.length) {
      const leftKey = this.#liveKeys[left];
      const rightKey = this.#appliedKeys[right];
      if (leftKey !== undefined && rightKey !== undefined) {
        if (leftKey === rightKey) {
          this.#take(leftKey);
          left++;
          right++;
          nextShared = this.#shared.shift();
          continue;
        }
        if (this.#appliedByKey.has(leftKey) && nextShared !== undefined && nextShared !== leftKey) {
          left++;
          continue;
        }
      }
      if (leftKey !== undefined) {
        if (!this.#appliedByKey.has(leftKey)) {
          this.#push(mergeTyped(this.#live[left], undefined, this.#type.of));
          left++;
          continue;
        }
        if (this.#taken.has(leftKey)) left++;
      }
      if (rightKey !== undefined) {
        this.#take(rightKey);
        right++;
        if (nextShared === rightKey) nextShared = this.#shared.shift();
      }
    }
    return this.#result.length > 0 ? this.#result : undefined;
  }

  #take(key: string): void {
    this.#taken.add(key);
    this.#push(mergeTyped(this.#liveByKey.get(key), this.#appliedByKey.get(key), this.#type.of));
  }

  #push(item: unknown): void {
    if (item !== undefined) this.#result.push(item);
  }
}
