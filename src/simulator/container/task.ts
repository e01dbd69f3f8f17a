// One thread of a process: runs a generator from wait to wait on the virtual clock.
import type { Cancel } from '../clock.ts';
import type { Blocking, Wait } from './blocking.ts';
import { Errno } from './errno.ts';
import type { Process } from './process.ts';

/** How a task ended by itself. */
export type TaskEnd = { readonly returned: unknown } | { readonly thrown: unknown };

/** A generator under way. It is resumed only by the clock, never from inside another task. */
export class Task {
  private readonly process: Process;
  private readonly work: Blocking<unknown>;
  private readonly onEnd: (end: TaskEnd) => void;
  private cancelWait: Cancel | undefined;
  private interruptible = false;
  private isRunning = false;
  private isOver = false;
  /** Counts the waits, so that a late wake of an old one does nothing. */
  private waitNumber = 0;

  constructor(process: Process, work: Blocking<unknown>, onEnd: (end: TaskEnd) => void) {
    this.process = process;
    this.work = work;
    this.onEnd = onEnd;
  }

  start(): void {
    this.schedule(() => this.work.next());
  }

  /** Ends an interruptible wait with EINTR. */
  interrupt(): void {
    if (this.isOver || this.isRunning || !this.interruptible) return;
    this.dropWait();
    this.schedule(() => this.work.throw(new Errno('EINTR')));
  }

  /** Ends the task wherever it waits; its finally blocks run, but can't wait any more. */
  kill(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.dropWait();
    if (!this.isRunning) this.unwind();
  }

  private schedule(step: () => IteratorResult<Wait, unknown>): void {
    const number = ++this.waitNumber;
    const { clock } = this.process.kernel;
    const run = (): void => {
      if (this.isOver || number !== this.waitNumber) return;
      if (this.process.isStopped) this.process.onContinue(run);
      else this.resume(step);
    };
    clock.soon(run);
  }

  private resume(step: () => IteratorResult<Wait, unknown>): void {
    let result: IteratorResult<Wait, unknown>;
    this.isRunning = true;
    this.process.kernel.running = this.process;
    try {
      result = step();
    } catch (thrown) {
      this.isRunning = false;
      this.finish({ thrown });
      return;
    }
    this.isRunning = false;
    if (result.done) this.finish({ returned: result.value });
    else if (this.isOver) this.unwind();
    else this.wait(result.value);
  }

  private wait(wait: Wait): void {
    const number = ++this.waitNumber;
    this.interruptible = wait.interruptible;
    const cancel = wait.start((value) => {
      if (number !== this.waitNumber || this.isOver) return;
      this.cancelWait = undefined;
      this.interruptible = false;
      this.schedule(() => this.work.next(value));
    });
    if (number === this.waitNumber) this.cancelWait = cancel;
  }

  private dropWait(): void {
    this.waitNumber++;
    this.interruptible = false;
    this.cancelWait?.();
    this.cancelWait = undefined;
  }

  private finish(end: TaskEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    this.onEnd(end);
  }

  private unwind(): void {
    try {
      this.work.return(undefined);
    } catch {
      // A finally block that fails in a killed process fails unseen, as a process that is gone does.
    }
  }
}
