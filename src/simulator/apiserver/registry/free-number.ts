// Numbers out of a range, given by chance: what addresses and node ports are made of.
import type { Random } from '../../random.ts';

/** A free number by chance, or the next free one after it. */
export function pickFree(first: number, last: number, random: Random, isFree: (number: number) => boolean): number {
  const count = last - first + 1;
  const start = random.below(count);
  for (let step = 0; step < count; step++) {
    const number = first + ((start + step) % count);
    if (isFree(number)) return number;
  }
  throw new Error('the range of cluster IPs or node ports is used up');
}
