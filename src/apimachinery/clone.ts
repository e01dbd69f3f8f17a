// Objects in the store are never changed in place: whoever changes one clones it first.

/** A deep copy of a JSON value. */
export function clone<T>(value: T): T {
  return copy(value) as T;
}

// Most calls come before any of this has warmed up: leaves are copied and compared without one of their own.
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const key in value) {
    const part = (value as Record<string, unknown>)[key];
    result[key] = typeof part === 'object' ? copy(part) : part;
  }
  return result;
}

/** True when two JSON values say the same; a field that is undefined counts as one that is absent. The order of fields doesn't matter. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) return Array.isArray(one) && Array.isArray(other) && isEqualList(one, other);
  const left = one as Record<string, unknown>;
  const right = other as Record<string, unknown>;
  for (const key in left) if (left[key] !== right[key] && !isEqual(left[key], right[key])) return false;
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
}

function isEqualList(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index] && !isEqual(one[index], other[index])) return false;
  return true;
}
