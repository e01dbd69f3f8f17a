// What awk reads: its files one after the other, or one file or command, record by record.
import type { Blocking } from '../blocking.ts';
import { forReading } from '../filesystem.ts';
import { type OpenFile, release, retain } from '../open-file.ts';
import type { Process } from '../process.ts';
import { decode } from '../text.ts';
import { LineReader, readAllOf } from './inputs.ts';
import { failedCall } from './wording.ts';

/** Whom the reader of the command line's files tells. */
export interface AwkInputEvents {
  /** `name=value` among the files. */
  assign(word: string): void;
  opened(name: string): void;
}

export class AwkInput {
  /** 2 once a file could not be opened. */
  status = 0;
  private readonly process: Process;
  private readonly events: AwkInputEvents | undefined;
  private readonly waiting: string[];
  private hasOpened = false;
  private file: OpenFile | undefined;
  private lines: LineReader | undefined;
  private paragraphs: string[] | undefined;

  /** Reads the files named, or stdin when none is; with `file` only that. */
  constructor(process: Process, names: readonly string[], events: AwkInputEvents | undefined, file?: OpenFile) {
    this.process = process;
    this.events = events;
    this.waiting = [...names];
    if (!file) return;
    this.file = retain(file);
    this.hasOpened = true;
  }

  /** The next record; undefined at the end. */
  *next(separator: string): Blocking<string | undefined> {
    for (;;) {
      if (!this.file && !(yield* this.open())) return undefined;
      const record = yield* this.record(this.file!, separator);
      if (record !== undefined) return record;
      this.close();
    }
  }

  close(): void {
    if (this.file) release(this.file);
    this.file = undefined;
    this.lines = undefined;
    this.paragraphs = undefined;
  }

  private *record(file: OpenFile, separator: string): Blocking<string | undefined> {
    if (separator === '\n') {
      this.lines ??= new LineReader(this.process, file);
      return yield* this.lines.next();
    }
    if (!this.paragraphs) {
      const text = decode(yield* readAllOf(this.process, file)).replace(/\n+$/, '');
      const split = separator === '' ? /\n{2,}/ : separator.length === 1 ? separator : new RegExp(separator);
      this.paragraphs = text === '' ? [] : text.replace(separator === '' ? /^\n+/ : /^/, '').split(split);
    }
    return this.paragraphs.shift();
  }

  private *open(): Blocking<boolean> {
    for (;;) {
      const name = this.waiting.shift();
      if (name === undefined) {
        if (this.hasOpened) return false;
        this.hasOpened = true;
        this.file = retain(this.process.file(0));
        return true;
      }
      if (/^[A-Za-z_]\w*=/.test(name)) {
        this.events?.assign(name);
        continue;
      }
      this.hasOpened = true;
      try {
        this.file = retain(name === '-' ? this.process.file(0) : this.process.open(name, forReading));
        this.events?.opened(name);
        return true;
      } catch (thrown) {
        yield* this.process.complain(`awk: ${name}: ${failedCall(thrown).message}\n`);
        this.status = 2;
      }
    }
  }
}
