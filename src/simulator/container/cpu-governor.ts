// Keeps busy containers from slowing the host: virtual CPU time gets dearer for a container that is busy all the time.
import type { Clock } from '../clock.ts';

const reviewEveryMs = 1000;
const busyShare = 0.8;
/** The dearest that CPU time gets, for each core in use. */
const dearest = 64;

/** Processes beyond these share. */
const cores = 4;

/** A container's CPU time. A hot loop converges to a few rounds a virtual second, and still shows a full core in use. */
export class CpuGovernor {
  private usedMicroseconds = 0;
  private readonly startedAt: number;
  private readonly clock: Clock;
  private running = 0;
  private factor = 1;
  private reviewedAt: number;
  private usedAtReview = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.reviewedAt = clock.now;
    this.startedAt = clock.now;
  }

  /** CPU time so far: what is booked, but no more than the cores could give. */
  get totalMicroseconds(): number {
    return Math.min(this.usedMicroseconds, (this.clock.now - this.startedAt) * 1000 * cores);
  }

  /** Counts work, and gives what it costs now. */
  charge(microseconds: number): number {
    const cost = microseconds * this.factor;
    this.usedMicroseconds += cost;
    return cost;
  }

  /** A process uses its CPU time now; gives how many times as long that takes because others do too. */
  enter(): number {
    this.running++;
    return Math.max(1, this.running / cores);
  }

  /** It has used its time. */
  leave(): void {
    this.running--;
  }

  /** Once a second: doubles the price of a busy container's time, or makes it normal again. */
  review(): void {
    const elapsedMs = this.clock.now - this.reviewedAt;
    if (elapsedMs < reviewEveryMs) return;
    const coresUsed = (this.usedMicroseconds - this.usedAtReview) / 1000 / elapsedMs;
    this.factor = coresUsed > busyShare ? Math.min(dearest * Math.max(1, Math.min(cores, Math.ceil(coresUsed))), this.factor * 2) : 1;
    this.reviewedAt = this.clock.now;
    this.usedAtReview = this.usedMicroseconds;
  }
}
