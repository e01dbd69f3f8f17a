// Sets of fields, kept as the JSON of managedFields' fieldsV1, so that nothing has to be encoded or decoded.
// A field is a member when its value is {} or holds "."; a field whose value holds others only leads to them.
// Sets are never changed once made: operations return one of their operands where the result is the same.
import { compareElements, printPath } from './path-element.ts';

export interface FieldSet {
  readonly [element: string]: FieldSet;
}

export const emptySet: FieldSet = Object.freeze({});
const self = '.';
const selfOnly: FieldSet = Object.freeze({ [self]: emptySet });

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether the node itself, not only something below it, belongs to the set. */
function isMember(node: FieldSet): boolean {
  return node[self] !== undefined || isEmptySet(node);
}

function hasChildren(node: FieldSet): boolean {
  for (const element in node) if (element !== self) return true;
  return false;
}

export function setHas(set: FieldSet, path: readonly string[]): boolean {
  let node: FieldSet | undefined = set;
  for (const element of path) {
    node = node[element];
    if (node === undefined) return false;
  }
  return path.length > 0 && isMember(node);
}

/** Fields that are in either. */
export function union(one: FieldSet, other: FieldSet): FieldSet {
  if (one === other || isEmptySet(other)) return one;
  if (isEmptySet(one)) return other;
  let result: Record<string, FieldSet> | undefined;
  for (const element in other) {
    const mine = one[element];
    const added = other[element] as FieldSet;
    const both = mine === undefined ? added : unionOfNodes(mine, added);
    if (both === mine) continue;
    result ??= { ...one };
    result[element] = both;
  }
  return result ?? one;
}

function unionOfNodes(one: FieldSet, other: FieldSet): FieldSet {
  if (one === other) return one;
  const member = isMember(one) || isMember(other);
  const children = union(withoutSelf(one), withoutSelf(other));
  if (!member) return children;
  if (isEmptySet(children)) return isEmptySet(one) ? one : emptySet;
  if (one[self] !== undefined && sameChildren(one, children)) return one;
  return { [self]: emptySet, ...children };
}

function withoutSelf(node: FieldSet): FieldSet {
  if (node[self] === undefined) return node;
  const { [self]: _, ...children } = node;
  return children;
}

function sameChildren(node: FieldSet, children: FieldSet): boolean {
  let count = 0;
  for (const element in children) {
    if (node[element] !== children[element]) return false;
    count++;
  }
  return Object.keys(node).length === count + 1;
}

/** Fields that are in both. */
export function intersection(one: FieldSet, other: FieldSet): FieldSet {
  if (one === other) return one;
  const result: Record<string, FieldSet> = {};
  for (const element in one) {
    if (element === self) continue;
    const right = other[element];
    if (right === undefined) continue;
    const left = one[element] as FieldSet;
    const below = intersection(left, right);
    put(result, element, isMember(left) && isMember(right), below);
  }
  return result;
}

/** Fields of the first that aren't in the second. What is below a removed field stays. */
export function difference(one: FieldSet, other: FieldSet): FieldSet {
  return subtract(one, other, false);
}

/** As difference, but what is below a field of the second goes with it. */
export function recursiveDifference(one: FieldSet, other: FieldSet): FieldSet {
  return subtract(one, other, true);
}

function subtract(one: FieldSet, other: FieldSet, recursive: boolean): FieldSet {
  if (isEmptySet(other)) return one;
  let result: Record<string, FieldSet> | undefined;
  for (const element in one) {
    const right = element === self ? undefined : other[element];
    if (right === undefined) continue;
    const left = one[element] as FieldSet;
    const rest = subtractNode(left, right, recursive);
    if (rest === left) continue;
    result ??= { ...one };
    if (rest) result[element] = rest;
    else delete result[element];
  }
  return result ?? one;
}

function subtractNode(left: FieldSet, right: FieldSet, recursive: boolean): FieldSet | undefined {
  if (isMember(right) && recursive) return undefined;
  const stays = isMember(left) && !isMember(right);
  const below = subtract(left, right, recursive);
  if (below === left && (stays || !isMember(left))) return left;
  const children = withoutSelf(below);
  if (isEmptySet(children)) return stays ? emptySet : undefined;
  return stays ? { [self]: emptySet, ...children } : children;
}

function put(result: Record<string, FieldSet>, element: string, member: boolean, below: FieldSet): void {
  const children = hasChildren(below) ? withoutSelf(below) : undefined;
  if (member) result[element] = children ? { [self]: emptySet, ...children } : emptySet;
  else if (children) result[element] = children;
}

/** Calls back for each member as Kubernetes does: all of one level in order, then what is below them. */
export function eachMember(set: FieldSet, visit: (path: readonly string[]) => void, path: string[] = []): void {
  const elements = Object.keys(set)
    .filter((element) => element !== self)
    .sort(compareElements);
  for (const element of elements) if (isMember(set[element] as FieldSet)) visit([...path, element]);
  for (const element of elements) eachMember(set[element] as FieldSet, visit, [...path, element]);
}

/** The members' paths as messages print them. */
export function memberPaths(set: FieldSet): string[] {
  const paths: string[] = [];
  eachMember(set, (path) => paths.push(printPath(path)));
  return paths;
}

const inOrder = new WeakSet<FieldSet>();

/** The same set with its elements in the order in which Kubernetes writes them. */
export function sorted(set: FieldSet): FieldSet {
  if (inOrder.has(set)) return set;
  const elements = Object.keys(set);
  const ordered = [...elements].sort((one, other) => (one === self ? -1 : other === self ? 1 : compareElements(one, other)));
  let same = true;
  const result: Record<string, FieldSet> = {};
  for (let index = 0; index < ordered.length; index++) {
    const element = ordered[index] as string;
    const below = sorted(set[element] as FieldSet);
    result[element] = below;
    if (below !== set[element] || element !== elements[index]) same = false;
  }
  const answer = same ? set : result;
  inOrder.add(answer);
  return answer;
}

/** Collects fields one by one. */
export class FieldSetBuilder {
  #root: Record<string, FieldSet> = {};
  #empty = true;

  /** Adds the field at `path`; a path without steps, the whole object, is owned by nobody. */
  add(path: readonly string[]): void {
    if (path.length === 0) return;
    this.#empty = false;
    let node = this.#root as Record<string, Record<string, FieldSet>>;
    const last = path.length - 1;
    for (let index = 0; index < last; index++) node = this.#descend(node, path[index] as string);
    const element = path[last] as string;
    const present = node[element];
    if (present === undefined) node[element] = selfOnly as Record<string, FieldSet>;
    else if (present[self] === undefined) present[self] = emptySet;
  }

  #descend(node: Record<string, Record<string, FieldSet>>, element: string): Record<string, Record<string, FieldSet>> {
    let below = node[element];
    if (below === undefined) below = {};
    else if (below === (selfOnly as unknown)) below = { [self]: emptySet };
    node[element] = below;
    return below as Record<string, Record<string, FieldSet>>;
  }

  get isEmpty(): boolean {
    return this.#empty;
  }

  /** What was collected. */
  build(): FieldSet {
    return this.#empty ? emptySet : finished(this.#root);
  }
}

function finished(node: Record<string, FieldSet>): FieldSet {
  for (const element in node) {
    const below = node[element] as FieldSet;
    if (below === selfOnly) node[element] = emptySet;
    else if (element !== self) finished(below as Record<string, FieldSet>);
  }
  return node;
}

/** The set of these paths. */
export function fieldSet(...paths: readonly (readonly string[])[]): FieldSet {
  const builder = new FieldSetBuilder();
  for (const path of paths) builder.add(path);
  return builder.build();
}
