// How a pod worker sleeps and is woken: now, or a moment later as the kubelet notices what happened in the runtime.
import type { Cancel, Clock } from '../clock.ts';
import { type Blocking, park } from '../container/blocking.ts';

export class Alarm {
  private readonly clock: Clock;
  private isRung = false;
  private wakeUp: (() => void) | undefined;
  private cancelLater: Cancel | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Wakes the sleeper, or keeps it from falling asleep. */
  ring(): void {
    this.isRung = true;
    this.wakeUp?.();
  }

  /** Rings after a while; what happens until then is covered by it. */
  ringLater(delayMs: number): void {
    if (this.cancelLater) return;
    this.cancelLater = this.clock.after(delayMs, () => {
      this.cancelLater = undefined;
      this.ring();
    });
  }

  /** What rang so far is dealt with from now on. */
  reset(): void {
    this.isRung = false;
  }

  /**
   * Sleeps until it rings, at most for `limitMs`; not at all if it has rung since the last reset. When it is to ring a moment later, that covers
   * what rang before: a kubelet doesn't sync again before it has seen what its last sync did, so a container of an instant never shows as running.
   */
  *sleep(limitMs: number): Blocking {
    if (this.isRung && !this.cancelLater) return;
    let cancelTimer: Cancel | undefined;
    try {
      yield* park((wake) => {
        this.wakeUp = () => wake();
        if (limitMs !== Number.POSITIVE_INFINITY) cancelTimer = this.clock.after(limitMs, () => wake());
        return undefined;
      });
    } finally {
      cancelTimer?.();
      this.wakeUp = undefined;
    }
  }

  stop(): void {
    this.cancelLater?.();
  }
}
