// What Go says of JSON that doesn't fit its types.

/** A value of the wrong type, or one that a type can't read. The message is Go's. */
export class TypeMismatch extends Error {
  override readonly name = 'TypeMismatch';
}

/** How Go names the JSON value in such a message. */
export function jsonTypeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return value === null ? 'null' : typeof value;
}
