// Back-off that doubles with each failure and is forgotten after a while. kubernetes: staging/src/k8s.io/client-go/util/flowcontrol/backoff.go

export interface BackoffTimes {
  readonly firstMs: number;
  readonly longestMs: number;
  /** What goes well for this long after an attempt begins anew. */
  readonly forgottenAfterMs: number;
}

/** The back-off of one thing: a container's restarts, an image's pulls. */
export class Backoff {
  private readonly times: BackoffTimes;
  private delayMs = 0;
  private attemptedMs = 0;

  constructor(times: BackoffTimes) {
    this.times = times;
  }

  /** How long is waited at present, 0 before the first failure. */
  get currentMs(): number {
    return this.delayMs;
  }

  /** True while what failed at `failedMs` must not be tried again. */
  isWaiting(failedMs: number, nowMs: number): boolean {
    return this.delayMs > 0 && !this.isForgotten(failedMs) && nowMs - failedMs < this.delayMs;
  }

  /** Another attempt begins now, after a failure. */
  next(failedMs: number, nowMs: number): void {
    this.delayMs = this.delayMs === 0 || this.isForgotten(failedMs) ? this.times.firstMs : Math.min(this.delayMs * 2, this.times.longestMs);
    this.attemptedMs = nowMs;
  }

  reset(): void {
    this.delayMs = 0;
  }

  private isForgotten(failedMs: number): boolean {
    return failedMs - this.attemptedMs > this.times.forgottenAfterMs;
  }
}
