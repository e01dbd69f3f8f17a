// Which fields two states of an object differ in.
// kubernetes: sigs.k8s.io/structured-merge-diff/typed/compare.go
import { isEqual } from '../../../apimachinery/clone.ts';
import { type FieldSet, FieldSetBuilder } from './field-set.ts';
import { anyType, type FieldType, fieldTypeIn, isMap, type JsonMap, type ListType } from './field-types.ts';
import { fieldElement, listElement } from './path-element.ts';

export interface Comparison {
  /** Only in the old one. */
  readonly removed: FieldSet;
  /** In both, different. */
  readonly modified: FieldSet;
  /** Only in the new one. */
  readonly added: FieldSet;
}

/** Compares two states; fields of unchanged parts that are the same objects in memory cost nothing. */
export function compareTyped(before: unknown, after: unknown, type: FieldType): Comparison {
  const walk = new ComparingWalk();
  walk.visit(before, after, type);
  return { removed: walk.removed.build(), modified: walk.modified.build(), added: walk.added.build() };
}

class ComparingWalk {
  readonly removed = new FieldSetBuilder();
  readonly modified = new FieldSetBuilder();
  readonly added = new FieldSetBuilder();
  readonly #path: string[] = [];

  visit(before: unknown, after: unknown, type: FieldType): void {
    if (before === after) return;
    const leaf = this.#visitInside(before, after, type);
    if (leaf) {
      if (before === undefined) this.added.add(this.#path);
      else if (after === undefined) this.removed.add(this.#path);
      else if (!isEqual(before, after)) this.modified.add(this.#path);
      return;
    }
    if (before === undefined) this.added.add(this.#path);
    else if (after === undefined) this.removed.add(this.#path);
  }

  /** Goes below maps and lists that are merged; says true where the value is a leaf. */
  #visitInside(before: unknown, after: unknown, type: FieldType): boolean {
    const sample = after === undefined || after === null ? before : after;
    if (type.kind === 'list' && type.relationship !== 'atomic' && Array.isArray(sample)) {
      const left = Array.isArray(before) ? before : [];
      const right = Array.isArray(after) ? after : [];
      if (left.length === 0 && right.length === 0) return true;
      this.#visitList(left, right, type);
      return false;
    }
    const granular = type.kind === 'any' || ((type.kind === 'struct' || type.kind === 'map') && !type.atomic);
    if (granular && isMap(sample)) {
      const left = isMap(before) ? before : {};
      const right = isMap(after) ? after : {};
      if (Object.keys(left).length === 0 && Object.keys(right).length === 0) return true;
      this.#visitMap(left, right, type);
      return false;
    }
    return true;
  }

  #visitMap(before: JsonMap, after: JsonMap, type: FieldType): void {
    for (const key in before) {
      if (before[key] === after[key]) continue;
      this.#below(fieldElement(key), before[key], after[key], fieldTypeIn(type, key) ?? anyType);
    }
    for (const key in after) {
      if (before[key] === undefined) this.#below(fieldElement(key), undefined, after[key], fieldTypeIn(type, key) ?? anyType);
    }
  }

  #visitList(before: readonly unknown[], after: readonly unknown[], type: ListType): void {
    const left = grouped(before, type);
    const right = grouped(after, type);
    for (const element of new Set([...left.keys(), ...right.keys()])) {
      this.#visitElements(element, left.get(element) ?? [], right.get(element) ?? [], type);
    }
  }

  /** An element that stands twice in a list is compared as a whole with its twins. */
  #visitElements(element: string, before: readonly unknown[], after: readonly unknown[], type: ListType): void {
    if (before.length <= 1 && after.length <= 1) this.#below(element, before[0], after[0], type.of);
    else if (before.length > 1 && after.length > 1) {
      if (!isEqual(before, after)) this.modified.add([...this.#path, element]);
    } else if (before.length > 1) {
      if (after.length > 0) this.#below(element, undefined, after[0], type.of);
      this.removed.add([...this.#path, element]);
    } else {
      if (before.length > 0) this.#below(element, before[0], undefined, type.of);
      this.added.add([...this.#path, element]);
    }
  }

  #below(element: string, before: unknown, after: unknown, type: FieldType): void {
    if (before === undefined && after === undefined) return;
    this.#path.push(element);
    this.visit(before, after, type);
    this.#path.pop();
  }
}

function grouped(items: readonly unknown[], type: ListType): Map<string, unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const item of items) {
    const element = listElement(type, item);
    const group = groups.get(element);
    if (group) group.push(item);
    else groups.set(element, [item]);
  }
  return groups;
}
