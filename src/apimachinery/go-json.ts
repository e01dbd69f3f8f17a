// JSON as Go writes it.

const escaped = /[<>&\u2028\u2029]/g;

/** With <, > and & as escapes, so that it could stand inside HTML; keys as they come. */
export function goJson(value: unknown, indent?: number): string {
  const code = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, indent).replace(escaped, code);
}

/** The value with the keys of its maps in order, at every depth: so Go writes and walks maps. */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const map = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.keys(map)
      .sort()
      .map((key) => [key, sortedKeys(map[key])]),
  );
}
