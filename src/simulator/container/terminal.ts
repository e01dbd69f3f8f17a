// A pseudo-terminal: echoes and edits lines for programs that want lines, hands keys on raw to those that don't, and turns ^C into a signal.
import { type Blocking, Waiters } from './blocking.ts';
import type { Kernel } from './kernel.ts';
import type { OpenFile, TerminalFace } from './open-file.ts';
import type { Process } from './process.ts';
import { signalNumbers } from './signals.ts';
import { concatenate, decode, encode } from './text.ts';

const key = {
  interrupt: '\x03',
  endOfFile: '\x04',
  backspace: '\b',
  erase: '\x7f',
  killLine: '\x15',
  eraseWord: '\x17',
  quit: '\x1c',
  suspend: '\x1a',
};

/** The terminal of one exec or attach session. What it shows goes to `show`; what is typed comes in by `type`. */
export class Terminal implements TerminalFace {
  columns = 80;
  rows = 24;
  foreground = 0;
  /** Keys go to the reader one by one, unechoed: the line editor's mode. */
  isRaw = false;
  /** The descriptor behind stdin, stdout and stderr of the session. */
  readonly file: OpenFile;
  private readonly kernel: () => Kernel;
  private readonly show: (bytes: Uint8Array) => void;
  private readonly mayShow: () => Blocking;
  private typed: Uint8Array[] = [];
  private line = '';
  private partial: Uint8Array = new Uint8Array(0);
  private unread = '';
  private isAtEnd = false;
  private isHungUp = false;
  private readonly arrivals = new Waiters();

  /** `mayShow` waits while the other side can't take more. */
  constructor(options: { kernel: () => Kernel; show: (bytes: Uint8Array) => void; mayShow: () => Blocking }) {
    this.kernel = options.kernel;
    this.show = options.show;
    this.mayShow = options.mayShow;
    this.file = {
      references: 0,
      terminal: this,
      read: (process, max) => this.read(process, max),
      write: (process, bytes) => this.write(process, bytes),
    };
  }

  /** Bytes that the person types. */
  type(bytes: Uint8Array): void {
    const text = this.wholeCharacters(bytes);
    if (this.isRaw) this.typed.push(encode(text));
    else for (const character of text) this.typeCooked(character);
    this.arrivals.wakeAll();
  }

  /** The window's size changed. */
  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.kernel().signalGroup(this.foreground, signalNumbers.WINCH);
  }

  /** Nothing more will be typed: the next reader that finds nothing sees the end. */
  endInput(): void {
    this.isAtEnd = true;
    this.arrivals.wakeAll();
  }

  /** The person is gone: readers see the end, the foreground gets HUP. */
  hangUp(): void {
    this.isHungUp = true;
    this.kernel().signalGroup(this.foreground, signalNumbers.HUP);
    this.arrivals.wakeAll();
  }

  /** Shows bytes as they are, past every process: echo. */
  echo(text: string): void {
    this.show(encode(text));
  }

  /** Keys that a raw reader took but didn't use: the next reader gets them, through the line discipline if it wants lines. */
  pushBack(keys: string): void {
    if (keys !== '') this.unread = keys + this.unread;
  }

  /** Raw: keys come as typed, also those of a line begun before. */
  setRaw(isRaw: boolean): void {
    this.isRaw = isRaw;
    if (isRaw && this.line) {
      this.typed.push(encode(this.line));
      this.line = '';
    }
    const { unread } = this;
    this.unread = '';
    if (unread === '') return;
    if (isRaw) this.typed.unshift(encode(unread));
    else this.unread = unread;
  }

  private *read(_process: Process, max: number): Blocking<Uint8Array | undefined> {
    for (;;) {
      if (this.unread !== '' && !this.isRaw) {
        const { unread } = this;
        this.unread = '';
        for (const character of unread) this.typeCooked(character);
      }
      const first = this.typed[0];
      if (first) {
        const part = first.subarray(0, max);
        if (part.length === first.length) this.typed.shift();
        else this.typed[0] = first.subarray(max);
        return part;
      }
      if (this.isAtEnd || this.isHungUp) {
        this.isAtEnd = false;
        return undefined;
      }
      yield* this.arrivals.next();
    }
  }

  private *write(_process: Process, bytes: Uint8Array): Blocking {
    yield* this.mayShow();
    this.show(withCarriageReturns(bytes));
  }

  private typeCooked(character: string): void {
    switch (character) {
      case key.interrupt:
        this.signal('^C', signalNumbers.INT);
        break;
      case key.quit:
        this.signal('^\\', signalNumbers.QUIT);
        break;
      case key.suspend:
        this.signal('^Z', signalNumbers.TSTP);
        break;
      case key.endOfFile:
        if (this.line) this.typed.push(encode(this.line));
        else this.isAtEnd = true;
        this.line = '';
        break;
      case key.erase:
      case key.backspace:
        this.eraseCharacters(1);
        break;
      case key.killLine:
        this.eraseCharacters(this.line.length);
        break;
      case key.eraseWord:
        this.eraseCharacters(/\S*\s*$/.exec(this.line)![0].length);
        break;
      case '\r':
      case '\n':
        this.echo('\r\n');
        this.typed.push(encode(`${this.line}\n`));
        this.line = '';
        break;
      default:
        this.line += character;
        this.echo(character < ' ' && character !== '\t' ? `^${String.fromCharCode(character.charCodeAt(0) + 64)}` : character);
    }
  }

  private signal(shown: string, signal: number): void {
    this.echo(shown);
    this.line = '';
    this.kernel().signalGroup(this.foreground, signal);
  }

  private eraseCharacters(count: number): void {
    const erased = Math.min(count, this.line.length);
    this.line = this.line.slice(0, this.line.length - erased);
    this.echo('\b \b'.repeat(erased));
  }

  /** Text of the bytes, without a last character that has not come whole yet. */
  private wholeCharacters(bytes: Uint8Array): string {
    const all = concatenate([this.partial, bytes]);
    let end = all.length;
    for (let back = 1; back <= 3 && back <= all.length; back++) {
      const byte = all[all.length - back]!;
      if (byte < 0x80) break;
      if (byte >= 0xc0) {
        const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
        if (length > back) end = all.length - back;
        break;
      }
    }
    this.partial = all.subarray(end);
    return decode(all.subarray(0, end));
  }
}

/** A terminal shows a new line as carriage return and line feed. */
function withCarriageReturns(bytes: Uint8Array): Uint8Array {
  let count = 0;
  for (let index = 0; index < bytes.length; index++) if (bytes[index] === 10 && bytes[index - 1] !== 13) count++;
  if (count === 0) return bytes;
  const out = new Uint8Array(bytes.length + count);
  let at = 0;
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] === 10 && bytes[index - 1] !== 13) out[at++] = 13;
    out[at++] = bytes[index]!;
  }
  return out;
}
