// How anything in a container waits: a generator that yields what it waits for. So a process can be ended at any point, and a hot loop holds nobody up.
import type { Cancel, Clock } from '../clock.ts';

/** One wait. `start` is called once and must keep `wake`; what it returns calls the wait off. A signal with a handler cuts an interruptible wait short with EINTR. */
export interface Wait {
  readonly start: (wake: (value: unknown) => void) => Cancel | undefined;
  readonly interruptible: boolean;
}

/** Work that may wait and in the end gives a T. Call it with `yield*`. */
export type Blocking<T = void> = Generator<Wait, T, unknown>;

/** Starts a wait: keeps `wake` and returns how to call it off (or nothing, when a late `wake` does no harm). */
export type StartWait<T> = (wake: (value: T) => void) => Cancel | undefined;

/** Waits until `wake` is called, and gives what it was called with. Every wait in a container goes through here or through parkInterruptibly. */
export function* park<T = void>(start: StartWait<T>): Blocking<T> {
  return (yield { start: start as Wait['start'], interruptible: false }) as T;
}

/** As park, but a signal that the process handles ends the wait: it throws Errno EINTR. */
export function* parkInterruptibly<T = void>(start: StartWait<T>): Blocking<T> {
  return (yield { start: start as Wait['start'], interruptible: true }) as T;
}

/** What `within` gives when the time ran out, and `unless` when it came so far. */
export const tooLate: unique symbol = Symbol('too late');

/** Runs `work` for at most `limitMs` of the clock's time. When that is over it is ended where it waits (its finally blocks run). */
export function within<T>(clock: Clock, limitMs: number, work: Blocking<T>): Blocking<T | typeof tooLate> {
  const deadline = clock.now + limitMs;
  return unless((wake) => clock.after(deadline - clock.now, wake), work);
}

/** Runs `work` until something else happens: then it is ended where it waits. `listen` begins to listen for that anew at each wait, and says how to stop. */
export function* unless<T>(listen: (happened: () => void) => Cancel, work: Blocking<T>): Blocking<T | typeof tooLate> {
  let step = work.next();
  while (!step.done) {
    const wait = step.value;
    let answer: unknown;
    try {
      answer = yield { start: (wake) => startUnless(listen, wait, wake), interruptible: wait.interruptible };
    } catch (thrown) {
      step = work.throw(thrown);
      continue;
    }
    if (answer === tooLate) {
      work.return(undefined as T);
      return tooLate;
    }
    step = work.next(answer);
  }
  return step.value;
}

function startUnless(listen: (happened: () => void) => Cancel, wait: Wait, wake: (value: unknown) => void): Cancel {
  let over = false;
  const finish = (value: unknown): void => {
    if (over) return;
    over = true;
    stopListening();
    wake(value);
  };
  const stopListening = listen(() => {
    cancelWait?.();
    finish(tooLate);
  });
  const cancelWait = wait.start(finish);
  return () => {
    over = true;
    stopListening();
    cancelWait?.();
  };
}

/** Those who wait for one thing to happen. */
export class Waiters<T = void> {
  private list: ((value: T) => void)[] = [];

  /** Adds a waiter; the returned function takes it out again. */
  add(wake: (value: T) => void): Cancel {
    this.list.push(wake);
    return () => {
      const index = this.list.indexOf(wake);
      if (index >= 0) this.list.splice(index, 1);
    };
  }

  /** Waits for the next `wakeAll`. */
  *next(): Blocking<T> {
    return yield* parkInterruptibly<T>((wake) => this.add(wake));
  }

  /** Wakes all who wait now. */
  wakeAll(value: T): void {
    if (this.list.length === 0) return;
    const woken = this.list;
    this.list = [];
    for (const wake of woken) wake(value);
  }
}
