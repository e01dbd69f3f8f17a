// head and tail.
import { type Blocking, parkInterruptibly } from '../blocking.ts';
import { Errno } from '../errno.ts';
import { forReading } from '../filesystem.ts';
import type { FileInode } from '../inode.ts';
import { type OpenFile, release, retain } from '../open-file.ts';
import type { Process } from '../process.ts';
import { eachInput, readAllOf, readSome } from './inputs.ts';
import { complainOfUsage, optionValue, parseOptions } from './options.ts';
import { parseSize } from './sizes.ts';
import { failedCall, worded } from './wording.ts';

const newline = 10;

/** -5 is -n 5, and tail's +5 is -n +5: as the first word alone, since later ones may be another option's value. */
function withCount(argv: readonly string[], pattern: RegExp): string[] {
  return argv.map((word, index) => (index === 1 && pattern.test(word) ? `-n${word.replace(/^-/, '')}` : word));
}

export function* head(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(withCount(argv, /^-\d+$/), 'n:c:qv', { long: { lines: 'n', bytes: 'c', quiet: 'q' } });
  const bytesWord = optionValue(options, 'c');
  const word = bytesWord ?? optionValue(options, 'n') ?? '10';
  const count = parseSize(word.replace(/^-/, ''));
  if (options.problem) return yield* complainOfUsage(process, argv, options.problem, '[OPTIONS] [FILE]...');
  if (count === undefined) {
    yield* process.complain(
      `head: ${worded(process, { busybox: `invalid number '${word}'`, gnu: `invalid number of lines: ‘${word}’` })}\n`,
    );
    return 1;
  }
  const isNamed = (options.operands.length > 1 && !options.flags.has('q')) || options.flags.has('v');
  let isFirst = true;
  const use = function* (file: OpenFile, path: string): Blocking {
    if (isNamed) yield* process.print(`${isFirst ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`);
    isFirst = false;
    if (word.startsWith('-')) yield* allBut(process, file, count, bytesWord === undefined ? 'lines' : 'bytes');
    else if (bytesWord !== undefined) yield* firstBytes(process, file, count);
    else yield* firstLines(process, file, count);
  };
  return yield* eachInput(process, argv, options.operands, use, (path, message) =>
    worded(process, { busybox: `${path}: ${message}`, gnu: `cannot open '${path}' for reading: ${message}` }),
  );
}

function* firstBytes(process: Process, file: OpenFile, count: number): Blocking {
  let missing = count;
  while (missing > 0) {
    const bytes = yield* readSome(process, file, Math.min(missing, 65536));
    if (!bytes) return;
    missing -= bytes.length;
    yield* process.print(bytes);
  }
}

function* firstLines(process: Process, file: OpenFile, count: number): Blocking {
  let missing = count;
  while (missing > 0) {
    const bytes = yield* readSome(process, file);
    if (!bytes) return;
    let end = 0;
    while (missing > 0 && end < bytes.length) {
      const at = bytes.indexOf(newline, end);
      end = at < 0 ? bytes.length : at + 1;
      if (at >= 0) missing--;
    }
    yield* process.print(bytes.subarray(0, end));
  }
}

function* allBut(process: Process, file: OpenFile, count: number, unit: 'lines' | 'bytes'): Blocking {
  const bytes = yield* readAllOf(process, file);
  yield* process.print(bytes.subarray(0, unit === 'bytes' ? Math.max(0, bytes.length - count) : lastLinesStart(bytes, count)));
}

/** Where the last `count` lines begin. */
function lastLinesStart(bytes: Uint8Array, count: number): number {
  if (count === 0) return bytes.length;
  let at = bytes.length - 1;
  if (bytes[at] === newline) at--;
  for (let missing = count; ; missing--) {
    at = at < 0 ? -1 : bytes.lastIndexOf(newline, at);
    if (at < 0) return 0;
    if (missing === 1) return at + 1;
    at--;
  }
}

interface TailOptions {
  readonly count: number;
  readonly unit: 'lines' | 'bytes';
  /** +N: from the Nth line or byte on. */
  readonly fromStart: boolean;
}

export function* tail(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(withCount(argv, /^[-+]\d+$/), 'n:c:fFqvs:', {
    long: { lines: 'n', bytes: 'c', follow: 'f', quiet: 'q', retry: 'F' },
  });
  const bytesWord = optionValue(options, 'c');
  const word = bytesWord ?? optionValue(options, 'n') ?? '10';
  const count = parseSize(word.replace(/^[-+]/, ''));
  if (options.problem || count === undefined)
    return yield* complainOfUsage(process, argv, options.problem ?? `invalid number '${word}'`, '[OPTIONS] [FILE]...');
  const how: TailOptions = { count, unit: bytesWord === undefined ? 'lines' : 'bytes', fromStart: word.startsWith('+') };
  const isFollowing = options.flags.has('f') || options.flags.has('F');
  const isNamed = (options.operands.length > 1 && !options.flags.has('q')) || options.flags.has('v');
  const followed: Followed[] = [];
  let isFirst = true;
  let opened = 0;
  let status = 0;
  for (const path of options.operands.length > 0 ? options.operands : ['-']) {
    try {
      const file = retain(path === '-' ? process.file(0) : process.open(path, forReading));
      if (path !== '-' && process.kernel.files.stat(process, path).type === 'directory' && isFollowing) throw new Errno('EISDIR');
      opened++;
      if (isNamed) yield* process.print(`${isFirst ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`);
      isFirst = false;
      yield* lastPart(process, file, how);
      const inode = path === '-' ? undefined : process.kernel.files.stat(process, path);
      if (isFollowing && inode?.type === 'file') followed.push({ path, file, inode, offset: file.seek?.(0, 'current') ?? 0 });
      else release(file);
    } catch (thrown) {
      const { message, code } = failedCall(thrown);
      if (code === 'EISDIR')
        yield* process.complain(
          `tail: ${worded(process, { busybox: `read error: ${message}`, gnu: `error reading '${path}': ${message}` })}\n`,
        );
      else
        yield* process.complain(
          `tail: ${worded(process, { busybox: `can't open '${path}': ${message}`, gnu: `cannot open '${path}' for reading: ${message}` })}\n`,
        );
      if (options.flags.has('F') && code === 'ENOENT') followed.push({ path, file: undefined, inode: undefined, offset: 0 });
      status = 1;
    }
  }
  if (opened === 0 && followed.length === 0) {
    yield* process.complain(`tail: ${worded(process, { busybox: 'no files', gnu: 'no files remaining' })}\n`);
    return 1;
  }
  if (followed.length > 0) yield* follow(process, followed, { isNamed, isRetrying: options.flags.has('F') });
  return status;
}

function* lastPart(process: Process, file: OpenFile, how: TailOptions): Blocking {
  if (how.fromStart) {
    yield* skipStart(process, file, how);
    for (let bytes = yield* readSome(process, file); bytes; bytes = yield* readSome(process, file)) yield* process.print(bytes);
    return;
  }
  const kept = new LastPieces(process, how);
  for (let bytes = yield* readSome(process, file); bytes; bytes = yield* readSome(process, file)) kept.add(bytes);
  yield* process.print(kept.result());
  kept.forget();
}

function* skipStart(process: Process, file: OpenFile, { count, unit }: TailOptions): Blocking {
  let missing = Math.max(0, count - 1);
  while (missing > 0) {
    const bytes = yield* readSome(process, file, unit === 'bytes' ? Math.min(missing, 65536) : 65536);
    if (!bytes) return;
    if (unit === 'bytes') {
      missing -= bytes.length;
      continue;
    }
    let at = 0;
    while (missing > 0) {
      const end = bytes.indexOf(newline, at);
      if (end < 0) break;
      at = end + 1;
      missing--;
    }
    if (missing === 0 && at < bytes.length) yield* process.print(bytes.subarray(at));
  }
}

/** Keeps as many pieces as the last lines or bytes need. A line without an end needs them all, as the real tail finds out on /dev/zero. */
class LastPieces {
  private readonly process: Process;
  private readonly how: TailOptions;
  private pieces: { bytes: Uint8Array; newlines: number }[] = [];
  private newlines = 0;
  private length = 0;

  constructor(process: Process, how: TailOptions) {
    this.process = process;
    this.how = how;
  }

  add(bytes: Uint8Array): void {
    let newlines = 0;
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) newlines++;
    this.pieces.push({ bytes, newlines });
    this.newlines += newlines;
    this.length += bytes.length;
    this.process.allocate(bytes.length);
    for (let first = this.pieces[0]!; this.pieces.length > 1 && this.canDrop(first); first = this.pieces[0]!) {
      this.pieces.shift();
      this.newlines -= first.newlines;
      this.length -= first.bytes.length;
      this.process.allocate(-first.bytes.length);
    }
  }

  result(): Uint8Array {
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const { bytes } of this.pieces) {
      whole.set(bytes, at);
      at += bytes.length;
    }
    const { count, unit } = this.how;
    return whole.subarray(unit === 'bytes' ? Math.max(0, whole.length - count) : lastLinesStart(whole, count));
  }

  forget(): void {
    this.process.allocate(-this.length);
  }

  private canDrop(first: { bytes: Uint8Array; newlines: number }): boolean {
    const { count, unit } = this.how;
    return unit === 'bytes' ? this.length - first.bytes.length >= count : this.newlines - first.newlines > count;
  }
}

interface Followed {
  readonly path: string;
  file: OpenFile | undefined;
  inode: FileInode | undefined;
  offset: number;
}

function* follow(process: Process, files: readonly Followed[], how: { isNamed: boolean; isRetrying: boolean }): Blocking<never> {
  let shown = files.at(-1);
  for (;;) {
    for (const followed of files) {
      if (how.isRetrying) reopen(process, followed);
      const { inode } = followed;
      if (!inode) continue;
      if (inode.content.size < followed.offset) {
        yield* process.complain(`tail: ${followed.path}: file truncated\n`);
        followed.offset = 0;
      }
      while (inode.content.size > followed.offset) {
        const bytes = inode.content.read(followed.offset, 65536);
        if (!bytes) break;
        if (how.isNamed && shown !== followed) yield* process.print(`\n==> ${followed.path} <==\n`);
        shown = followed;
        followed.offset += bytes.length;
        yield* process.print(bytes);
      }
    }
    yield* process.work(20);
    yield* parkInterruptibly((wake) => {
      const cancels = files.flatMap(({ inode }) => (inode ? [inode.content.onChange(() => wake())] : []));
      if (how.isRetrying) cancels.push(process.clock.after(1000, () => wake()));
      return () => {
        for (const cancel of cancels) cancel();
      };
    });
  }
}

/** tail -F: the name may lead to another file by now. */
function reopen(process: Process, followed: Followed): void {
  const inode = process.kernel.files.lookUp(process, followed.path);
  if (inode?.type !== 'file' || inode === followed.inode) return;
  followed.inode = inode;
  followed.offset = 0;
}
