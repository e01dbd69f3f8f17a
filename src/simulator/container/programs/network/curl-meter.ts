// curl's progress meter, as it looks on a stderr that is no terminal or is one: two lines of heading, then a line that is written over.
import { type Blocking, park } from '../../blocking.ts';
import type { Process } from '../../process.ts';

const heading = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
`;

/** A little over a second: so long its waits take in all. */
const lineEveryMs = 1030;

export class CurlMeter {
  readonly isShown: boolean;
  private readonly process: Process;
  private startedAt = 0;
  private lastLineAt = 0;
  private after = '';

  constructor(process: Process, isShown: boolean) {
    this.process = process;
    this.isShown = isShown;
  }

  *begin(): Blocking {
    this.startedAt = this.process.clock.now;
    this.lastLineAt = this.startedAt;
    yield* this.show(`${heading}\r${line(0, 0, 0)}`);
  }

  /** Does a step, and writes the line anew after each second of it. */
  *during<T>(step: Blocking<T>, facts: { readonly size: number }): Blocking<T> {
    if (!this.isShown) return yield* step;
    const ticker = this.process.startThread(this.tick(facts));
    try {
      return yield* step;
    } finally {
      ticker.kill();
    }
  }

  /** What is said below the finished line. */
  afterwards(text: string): void {
    this.after = text;
  }

  *end(how: 'done' | 'failed' | 'silent', size: number, elapsedMs: number): Blocking {
    if (how === 'done') yield* this.show(`\r${line(size, elapsedMs, size > 0 ? 100 : 0)}\n`);
    if (how === 'failed') yield* this.show(`\r${line(size, elapsedMs, 0)}\n`);
    if (this.after !== '') yield* this.process.complain(this.after);
  }

  private *tick(facts: { readonly size: number }): Blocking {
    for (;;) {
      const nextAt = this.lastLineAt + lineEveryMs;
      yield* park((wake) => this.process.clock.after(nextAt - this.process.clock.now, () => wake()));
      this.lastLineAt = nextAt;
      yield* this.show(`\r${line(facts.size, nextAt - this.startedAt, 0)}`);
    }
  }

  private *show(text: string): Blocking {
    if (this.isShown) yield* this.process.complain(text);
  }
}

function line(size: number, elapsedMs: number, percent: number): string {
  const speed = size > 0 ? Math.round(size / Math.max(0.002, elapsedMs / 1000)) : 0;
  const column = (value: number | string, width: number): string => String(value).padStart(width);
  const seconds = Math.floor(elapsedMs / 1000);
  const spent =
    seconds > 0
      ? ` ${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
      : '--:--:--';
  return `${column(percent, 3)} ${column(size, 5)}  ${column(size > 0 && percent > 0 ? percent : 0, 3)} ${column(size, 5)}    0     0 ${column(speed, 6)}      0 --:--:-- ${spent} --:--:-- ${column(speed, 5)}`;
}
