// How Kubernetes writes times, from and to virtual milliseconds.

let lastSecond = Number.NaN;
let lastText = '';

/** metav1.Time: whole seconds. Most callers ask for the same second as the one before. */
export function timestamp(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second === lastSecond) return lastText;
  lastSecond = second;
  lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
  return lastText;
}

/** metav1.MicroTime: six decimals, as leases have them. */
export function microTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}

/** Milliseconds since 1970 of either; undefined stays undefined. */
export function parseTimestamp(text: string): number;
export function parseTimestamp(text: string | undefined): number | undefined;
export function parseTimestamp(text: string | undefined): number | undefined {
  return text === undefined || text === null ? undefined : Date.parse(text);
}
