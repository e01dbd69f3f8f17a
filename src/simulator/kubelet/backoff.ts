// Back-off that doubles with each failure and is forgotten after a while. kubernetes: staging/src/k8s.io/client-go/util/flowcontrol/backoff.go

export interface BackoffTimes {
  readonly firstMs: number;
  readonly longestMs: number;
  /** After this long without a failure it begins anew. */
  readonly forgottenAfterMs: number;
}

/** The back-off of one thing: a container's restarts, an image's pulls. */
export class Backoff {
  private readonly times: BackoffTimes;
  private delayMs = 0;
  private lastMs = 0;

  constructor(times: BackoffTimes) {
    this.times = times;
  }

  /** How long is waited at present, 0 before the first failure. */
  get currentMs(): number {
    return this.delayMs;
  }

  /** True while what failed at `sinceMs` must not be tried again. */
  isWaiting(sinceMs: number, nowMs: number): boolean {
    if (this.delayMs === 0 || nowMs - this.lastMs > this.times.forgottenAfterMs) return false;
    return nowMs - sinceMs < this.delayMs;
  }

  /** Another attempt begins, after what happened at `atMs`. */
  next(atMs: number): void {
    const isForgotten = this.delayMs === 0 || atMs - this.lastMs > this.times.forgottenAfterMs;
    this.delayMs = isForgotten ? this.times.firstMs : Math.min(this.delayMs * 2, this.times.longestMs);
    this.lastMs = atMs;
  }

  reset(): void {
    this.delayMs = 0;
  }
}
