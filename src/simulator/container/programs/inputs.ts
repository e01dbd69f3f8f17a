// The files that a filter reads: those named on its command line, or stdin.
import type { Blocking } from '../blocking.ts';
import { forReading } from '../filesystem.ts';
import { type OpenFile, release, retain } from '../open-file.ts';
import type { Process } from '../process.ts';
import { concatenate, decode } from '../text.ts';
import { failedCall, programName } from './wording.ts';

/** How a program tells of a file that can't be opened: `cat: can't open 'f': No such file or directory`. */
export type OpenFailure = (path: string, message: string) => string;

const plainFailure: OpenFailure = (path, message) => `${path}: ${message}`;

/** Opens each operand ("-" and none at all are stdin), hands it over, and closes it. 1 when one could not be read, else 0. */
export function* eachInput(
  process: Process,
  argv: readonly string[],
  operands: readonly string[],
  use: (file: OpenFile, path: string) => Blocking<unknown>,
  describe: OpenFailure = plainFailure,
): Blocking<number> {
  let status = 0;
  for (const path of operands.length > 0 ? operands : ['-']) {
    let file: OpenFile | undefined;
    try {
      file = retain(path === '-' ? process.file(0) : process.open(path, forReading));
      yield* use(file, path);
    } catch (thrown) {
      const failure = failedCall(thrown);
      const isRead = failure.code === 'EISDIR';
      yield* process.complain(
        `${programName(argv)}: ${isRead ? readFailure(argv, path, failure.message) : describe(path, failure.message)}\n`,
      );
      status = 1;
    } finally {
      if (file) release(file);
    }
  }
  return status;
}

function readFailure(argv: readonly string[], path: string, message: string): string {
  const name = programName(argv);
  if (name === 'cat' || name === 'head' || name === 'tail' || name === 'wc' || name === 'cut') return `read error: ${message}`;
  return `${path}: ${message}`;
}

/** At most `max` bytes from a file; undefined at its end. */
export function* readSome(process: Process, file: OpenFile, max = 65536): Blocking<Uint8Array | undefined> {
  if (!file.read) return undefined;
  const bytes = yield* file.read(process, max);
  if (bytes && process.spend(20 + bytes.length / 2000)) yield* process.rest();
  return bytes;
}

/** All bytes of a file. */
export function* readAllOf(process: Process, file: OpenFile): Blocking<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = yield* readSome(process, file);
    if (!piece) return concatenate(pieces);
    pieces.push(piece);
    process.allocate(piece.length);
  }
}

/** Reads a file line by line. */
export class LineReader {
  /** Did the last line end with a new line? */
  endsWithNewline = true;
  private readonly process: Process;
  private readonly file: OpenFile;
  private lines: string[] = [];
  private at = 0;
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  private isAtEnd = false;

  constructor(process: Process, file: OpenFile) {
    this.process = process;
    this.file = file;
  }

  /** The next line without its new line; undefined at the end. */
  *next(): Blocking<string | undefined> {
    for (;;) {
      const line = this.lines[this.at];
      if (line !== undefined) {
        this.at++;
        if (this.process.spend(1 + line.length / 1000)) yield* this.process.rest();
        return line;
      }
      if (this.isAtEnd) return undefined;
      yield* this.fill();
    }
  }

  private *fill(): Blocking {
    const bytes = yield* readSome(this.process, this.file);
    this.lines = [];
    this.at = 0;
    if (!bytes) {
      this.isAtEnd = true;
      if (this.pendingBytes > 0) this.lines = [decode(concatenate(this.pending))];
      this.endsWithNewline = this.pendingBytes === 0;
      this.forget();
      return;
    }
    const end = bytes.lastIndexOf(10);
    if (end < 0) {
      this.keep(bytes);
      return;
    }
    const whole = decode(concatenate([...this.pending, bytes.subarray(0, end)]));
    this.forget();
    this.lines = whole.split('\n');
    if (end + 1 < bytes.length) this.keep(bytes.subarray(end + 1));
  }

  private keep(bytes: Uint8Array): void {
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
    this.process.allocate(bytes.length);
  }

  private forget(): void {
    this.process.allocate(-this.pendingBytes);
    this.pending = [];
    this.pendingBytes = 0;
  }
}

/** All lines of text; a last new line ends the last line. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}
