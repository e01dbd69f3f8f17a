// The simulated cluster's only time: a heap of timers and a queue of work that is ready now. Nothing in the simulator waits on the host.

export type Cancel = () => void;

interface Timer {
  readonly at: number;
  readonly sequence: number;
  run: (() => void) | undefined;
}

/** Virtual time in milliseconds since 1970. Timers of one instant run in the order in which they were set. */
export class Clock {
  /** The present, in milliseconds since 1970. */
  now: number;
  /** Called when a timer or work was added, so that a pump can plan its next look. */
  onWork: (() => void) | undefined;
  private sequence = 0;
  private heap: Timer[] = [];
  private ready: (() => void)[] = [];

  constructor(startMs: number) {
    this.now = startMs;
  }

  /** Runs `work` in this instant, after all that is already ready. */
  soon(work: () => void): void {
    this.ready.push(work);
    this.onWork?.();
  }

  /** Runs `work` once, `delayMs` from now; the returned function calls it off. */
  after(delayMs: number, work: () => void): Cancel {
    const timer: Timer = { at: this.now + Math.max(0, delayMs), sequence: this.sequence++, run: work };
    this.push(timer);
    this.onWork?.();
    return () => {
      timer.run = undefined;
    };
  }

  /** When something is next to be done (milliseconds since 1970), or Infinity. */
  nextAt(): number {
    if (this.ready.length > 0) return this.now;
    while (this.heap.length > 0 && !this.heap[0]!.run) this.pop();
    return this.heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Runs all that is ready in this instant, and what that makes ready. */
  settle(): void {
    while (this.ready.length > 0) {
      const batch = this.ready;
      this.ready = [];
      for (const work of batch) work();
    }
  }

  /**
   * Runs everything up to and including `until` (milliseconds since 1970), or until `stop` says so between two instants: an instant is never
   * left half done, so that inputs, which come between them, can be repeated at the very same place. Returns true when `stop` did.
   */
  runUntil(until: number, stop?: () => boolean): boolean {
    for (;;) {
      this.settle();
      const next = this.nextAt();
      if (next > this.now && stop?.()) return true;
      if (next > until) {
        this.now = Math.max(this.now, until);
        return false;
      }
      this.now = Math.max(this.now, next);
      this.pop()?.run?.();
    }
  }

  /** Runs all that is still to be done in this instant. */
  finishInstant(): void {
    this.runUntil(this.now);
  }

  private push(timer: Timer): void {
    const heap = this.heap;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(heap[parent]!, timer)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = timer;
  }

  private pop(): Timer | undefined {
    const heap = this.heap;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(last, heap[child]!)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.sequence < other.sequence);
}
