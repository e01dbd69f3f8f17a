// How controllers run: watches put keys into a queue without duplicates, each key is reconciled in turn, and refusals are tried again ever later.
import { StatusError } from '../../apimachinery/status-error.ts';
import type { Cancel, Clock } from '../clock.ts';

/** When to look at a key again though nothing wakes it. */
export interface Result {
  readonly requeueAfterMs?: number | undefined;
}

export type Reconcile = (key: string) => Result | undefined;

// kubernetes: staging/src/k8s.io/client-go/util/workqueue/default_rate_limiters.go
const firstRetryMs = 5;
const longestRetryMs = 1_000_000;
/** A key that keeps waking itself in one instant has to wait: two controllers that undo each other's work must not stop the clock. */
const mostTimesInAnInstant = 64;
const pauseMs = 100;

/** Keys that wait for their reconcile. A key that is added while it waits is reconciled once. */
export class WorkQueue {
  private readonly clock: Clock;
  private readonly reconcile: Reconcile;
  private waiting = new Set<string>();
  private planned = false;
  private readonly timers = new Map<string, { at: number; cancel: Cancel }>();
  private readonly failures = new Map<string, number>();
  private instant = { at: 0, times: new Map<string, number>() };

  constructor(clock: Clock, reconcile: Reconcile) {
    this.clock = clock;
    this.reconcile = reconcile;
  }

  add(key: string): void {
    this.waiting.add(key);
    if (this.planned) return;
    this.planned = true;
    this.clock.soon(this.work);
  }

  /** Adds the key later; of several such wishes the earliest holds. */
  addAfter(key: string, delayMs: number): void {
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const at = this.clock.now + delayMs;
    const timer = this.timers.get(key);
    if (timer && timer.at <= at) return;
    timer?.cancel();
    const cancel = this.clock.after(delayMs, () => {
      this.timers.delete(key);
      this.add(key);
    });
    this.timers.set(key, { at, cancel });
  }

  private readonly work = (): void => {
    const keys = this.waiting;
    this.waiting = new Set();
    this.planned = false;
    if (this.instant.at !== this.clock.now) this.instant = { at: this.clock.now, times: new Map() };
    for (const key of keys) {
      const times = (this.instant.times.get(key) ?? 0) + 1;
      this.instant.times.set(key, times);
      if (times > mostTimesInAnInstant) this.addAfter(key, pauseMs);
      else this.runOne(key);
    }
  };

  private runOne(key: string): void {
    try {
      const result = this.reconcile(key);
      this.failures.delete(key);
      if (result?.requeueAfterMs !== undefined) this.addAfter(key, result.requeueAfterMs);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const failures = this.failures.get(key) ?? 0;
      this.failures.set(key, failures + 1);
      this.addAfter(key, Math.min(longestRetryMs, firstRetryMs * 2 ** failures));
    }
  }
}

/** 'namespace/name', or the bare name of an object of the whole cluster. */
export function keyOf(object: { metadata: { name: string; namespace?: string | undefined } }): string {
  const { namespace, name } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

/** The two halves of a key; the namespace is '' when there is none. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
