// How much memory a container uses, as far as its limit goes.

/** Counts bytes; says once when they pass the limit. */
export class MemoryAccount {
  readonly limitBytes: number;
  private used = 0;
  private peak = 0;
  private isOver = false;
  private readonly onOver: () => void;

  constructor(limitBytes: number, onOver: () => void) {
    this.limitBytes = limitBytes;
    this.onOver = onOver;
  }

  get usedBytes(): number {
    return this.used;
  }

  get peakBytes(): number {
    return this.peak;
  }

  /** Adds what is taken, or a negative number for what is given back. */
  add(bytes: number): void {
    this.used = Math.max(0, this.used + bytes);
    if (this.used > this.peak) this.peak = this.used;
    if (this.used <= this.limitBytes || this.isOver) return;
    this.isOver = true;
    this.onOver();
  }
}
