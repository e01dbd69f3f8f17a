// The simulated cluster's only chance: a seeded generator, so that one seed gives one cluster.

/** kubernetes: staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go: no vowels, no 0, 1 or 3, so that no words come out. */
const nameLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** A stream of chance (mulberry32). Whoever needs chance takes a stream of its own with `fork`, so that one part's use doesn't move another's. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** A number in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** One of the items, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** `length` hexadecimal digits. */
  hex(length: number): string {
    let digits = '';
    for (let left = length; left > 0; left -= 8) {
      const count = Math.min(8, left);
      digits += this.below(16 ** count)
        .toString(16)
        .padStart(count, '0');
    }
    return digits;
  }

  /** A version 4 UUID. */
  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${'89ab'[this.below(4)]}${this.hex(3)}-${this.hex(12)}`;
  }

  /** `length` letters as Kubernetes generates names with. */
  nameSuffix(length: number): string {
    let suffix = '';
    while (suffix.length < length) suffix += nameLetters[this.below(nameLetters.length)];
    return suffix;
  }

  /** A stream of its own, the same one for the same name and seed. */
  fork(name: string): Random {
    let hash = this.state;
    for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
    return new Random(hash >>> 0);
  }
}
