// How Kubernetes writes times, from and to virtual milliseconds.

/** metav1.Time: whole seconds. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
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
