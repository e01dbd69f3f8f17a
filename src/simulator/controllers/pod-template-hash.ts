// The hash by which controllers tell pod templates apart: in names and in the label pod-template-hash.
import type { PodTemplateSpec } from '../../apimachinery/objects.ts';

// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go SafeEncodeString
const letters = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * Up to ten letters that say nothing but "another template".
 * Unlike Kubernetes: it hashes the JSON, not Go's print of the struct, so the same template has another hash here.
 */
export function templateHash(template: PodTemplateSpec, collisions = 0): string {
  return encode(fnv32a(`${canonical(template)}${collisions || ''}`));
}

/** The same for anything that JSON can say. */
export function contentHash(content: unknown, collisions = 0): string {
  return encode(fnv32a(`${canonical(content)}${collisions || ''}`));
}

/** JSON with sorted keys, without what is undefined. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`;
}

function encode(hash: number): string {
  return [...String(hash)].map((digit) => letters[digit.charCodeAt(0) % letters.length]).join('');
}

function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
