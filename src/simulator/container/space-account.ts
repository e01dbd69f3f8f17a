// How much a volume or a container's writable layer holds.
import { Errno } from './errno.ts';

/** Counts the bytes of files in one place. Past its limit a write fails with ENOSPC. */
export class SpaceAccount {
  usedBytes = 0;
  readonly limitBytes: number;
  /** Files there are memory (tmpfs): they count towards the memory of the container that writes them. */
  readonly isMemory: boolean;

  constructor(options: { limitBytes?: number; isMemory?: boolean } = {}) {
    this.limitBytes = options.limitBytes ?? Number.POSITIVE_INFINITY;
    this.isMemory = options.isMemory ?? false;
  }

  /** Adds what a file grows by, or a negative number. */
  add(bytes: number): void {
    if (bytes > 0 && this.usedBytes + bytes > this.limitBytes) throw new Errno('ENOSPC');
    this.usedBytes = Math.max(0, this.usedBytes + bytes);
  }
}
