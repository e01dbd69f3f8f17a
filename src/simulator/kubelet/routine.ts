// A story with waits, told as a generator, on the virtual clock: how a pod worker lives. It can be called off at any wait.
import type { Cancel, Clock } from '../clock.ts';
import { type Blocking, park, type Wait } from '../container/blocking.ts';

export class Routine {
  private readonly clock: Clock;
  private readonly work: Blocking<unknown>;
  private readonly onEnd: (() => void) | undefined;
  private cancelWait: Cancel | undefined;
  private waitNumber = 0;
  private isOver = false;

  /** Starts at once. */
  constructor(clock: Clock, work: Blocking<unknown>, onEnd?: () => void) {
    this.clock = clock;
    this.work = work;
    this.onEnd = onEnd;
    this.step(undefined);
  }

  /** Calls the story off where it waits; its finally blocks run. */
  cancel(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.waitNumber++;
    this.cancelWait?.();
    this.work.return(undefined);
  }

  private step(value: unknown): void {
    const result = this.work.next(value);
    // The story itself may have called itself off meanwhile.
    if (this.isOver) return;
    if (!result.done) this.wait(result.value);
    else {
      this.isOver = true;
      this.onEnd?.();
    }
  }

  private wait(wait: Wait): void {
    const number = ++this.waitNumber;
    const cancel = wait.start((value) => {
      if (number !== this.waitNumber) return;
      this.waitNumber++;
      this.clock.soon(() => {
        if (!this.isOver) this.step(value);
      });
    });
    if (number === this.waitNumber) this.cancelWait = cancel;
  }
}

/** Lets time pass. */
export function* pause(clock: Clock, durationMs: number): Blocking {
  yield* park((wake) => clock.after(durationMs, () => wake()));
}

/** Tells several stories at once and waits for the last. */
export function* together(clock: Clock, stories: readonly Blocking<unknown>[]): Blocking {
  if (stories.length === 0) return;
  const routines: Routine[] = [];
  let open = stories.length;
  try {
    yield* park((wake) => {
      for (const story of stories) {
        const ended = () => {
          open--;
          if (open === 0) wake();
        };
        routines.push(new Routine(clock, story, ended));
      }
      return undefined;
    });
  } finally {
    for (const routine of routines) routine.cancel();
  }
}
