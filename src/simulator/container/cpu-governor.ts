// Keeps busy containers from slowing the host: virtual CPU time gets dearer for a container that is busy all the time.
import type { Clock } from '../clock.ts';

const reviewEveryMs = 1000;
const busyShare = 0.8;
/** The dearest that CPU time gets, for each core in use. */
const dearest = 64;

/** A container's CPU time. A hot loop converges to a few rounds a virtual second, and still shows a full core in use. */
export class CpuGovernor {
  /** All CPU time used so far. */
  usedMicroseconds = 0;
  private readonly clock: Clock;
  private factor = 1;
  private reviewedAt: number;
  private usedAtReview = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.reviewedAt = clock.now;
  }

  /** Counts work, and gives what it costs now. */
  charge(microseconds: number): number {
    const cost = microseconds * this.factor;
    this.usedMicroseconds += cost;
    return cost;
  }

  /** Once a second: doubles the price of a busy container's time, or makes it normal again. */
  review(): void {
    const elapsedMs = this.clock.now - this.reviewedAt;
    if (elapsedMs < reviewEveryMs) return;
    const cores = (this.usedMicroseconds - this.usedAtReview) / 1000 / elapsedMs;
    this.factor = cores > busyShare ? Math.min(dearest * Math.max(1, Math.ceil(cores)), this.factor * 2) : 1;
    this.reviewedAt = this.clock.now;
    this.usedAtReview = this.usedMicroseconds;
  }
}
