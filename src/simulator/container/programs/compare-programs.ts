// cmp, comm, diff.
import type { Blocking } from '../blocking.ts';
import type { Process, Program } from '../process.ts';
import { decode } from '../text.ts';
import { linesOf } from './inputs.ts';
import { parseOptions } from './options.ts';
import { formatTime } from './time-format.ts';
import { failedCall, joinPath, lastName, worded } from './wording.ts';

export const comparePrograms: Readonly<Record<string, Program>> = {
  *cmp(process, argv) {
    const options = parseOptions(argv, 'lsn:');
    const [one = '-', other = '-'] = options.operands;
    const files = yield* readBoth(process, 'cmp', one, other);
    if (!files) return 2;
    const [left, right] = files;
    const length = Math.min(left.length, right.length);
    let line = 1;
    for (let at = 0; at < length; at++) {
      if (left[at] !== right[at]) {
        if (!options.flags.has('s'))
          yield* process.print(`${one} ${other} differ: ${worded(process, { busybox: 'char', gnu: 'byte' })} ${at + 1}, line ${line}\n`);
        return 1;
      }
      if (left[at] === 10) line++;
    }
    if (left.length === right.length) return 0;
    if (!options.flags.has('s')) yield* process.complain(`cmp: EOF on ${left.length < right.length ? one : other}\n`);
    return 1;
  },
  *comm(process, argv) {
    const options = parseOptions(argv, '123');
    const [one = '-', other = '-'] = options.operands;
    const files = yield* readBoth(process, 'comm', one, other);
    if (!files) return 1;
    const [left, right] = files.map((bytes) => linesOf(decode(bytes))) as [string[], string[]];
    const shown = ['1', '2', '3'].map((column) => !options.flags.has(column));
    let i = 0;
    let j = 0;
    while (i < left.length || j < right.length) {
      const a = left[i];
      const b = right[j];
      const column = a === b ? 2 : b === undefined || (a !== undefined && a < b) ? 0 : 1;
      if (column !== 1) i++;
      if (column !== 0) j++;
      if (shown[column]) yield* process.print(`${'\t'.repeat(shown.slice(0, column).filter(Boolean).length)}${column === 1 ? b : a}\n`);
    }
    return 0;
  },
  diff,
};

function* readBoth(process: Process, name: string, one: string, other: string): Blocking<[Uint8Array, Uint8Array] | undefined> {
  const contents: Uint8Array[] = [];
  for (const path of [one, other]) {
    try {
      contents.push(path === '-' ? yield* process.readAll(0) : process.readFile(path));
    } catch (thrown) {
      const { message } = failedCall(thrown);
      const words = {
        busybox: name === 'diff' ? `can't stat '${path}': ${message}` : `can't open '${path}': ${message}`,
        gnu: `${path}: ${message}`,
      };
      yield* process.complain(`${name}: ${worded(process, words)}\n`);
      return undefined;
    }
  }
  return contents as [Uint8Array, Uint8Array];
}

function* diff(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'abBdiNqrTstwuU:L:S:', { long: { brief: 'q', recursive: 'r', unified: 'u' } });
  const { files } = process.kernel;
  let [one = '-', other = '-'] = options.operands;
  const isDirectory = (path: string): boolean => path !== '-' && files.lookUp(process, path)?.type === 'directory';
  if (isDirectory(one) && isDirectory(other)) return yield* diffDirectories(process, one, other, options.flags);
  if (isDirectory(one)) one = joinPath(one, lastName(other));
  else if (isDirectory(other)) other = joinPath(other, lastName(one));
  return yield* diffFiles(process, one, other, options.flags);
}

function* diffDirectories(process: Process, one: string, other: string, flags: ReadonlySet<string>): Blocking<number> {
  const { files } = process.kernel;
  const left = new Set(files.readDirectory(process, one));
  const right = new Set(files.readDirectory(process, other));
  let status = 0;
  for (const name of [...new Set([...left, ...right])].sort()) {
    if (!left.has(name) || !right.has(name)) {
      yield* process.print(`Only in ${left.has(name) ? one : other}: ${name}\n`);
      status = 1;
      continue;
    }
    const paths = [joinPath(one, name), joinPath(other, name)] as const;
    const areDirectories = paths.every((path) => files.lookUp(process, path)?.type === 'directory');
    if (areDirectories && !flags.has('r')) continue;
    status = (areDirectories ? yield* diffDirectories(process, ...paths, flags) : yield* diffFiles(process, ...paths, flags)) || status;
  }
  return status;
}

const contextLines = 3;
const maxLines = 5000;

function* diffFiles(process: Process, one: string, other: string, flags: ReadonlySet<string>): Blocking<number> {
  const contents = yield* readBoth(process, 'diff', one, other);
  if (!contents) return 2;
  const [left, right] = contents.map((bytes) => linesOf(decode(bytes))) as [string[], string[]];
  const normal = (line: string): string => {
    const spaced = flags.has('w') ? line.replace(/\s+/g, '') : flags.has('b') ? line.replace(/\s+/g, ' ').trimEnd() : line;
    return flags.has('i') ? spaced.toLowerCase() : spaced;
  };
  if (left.length === right.length && left.every((line, index) => normal(line) === normal(right[index]!))) return 0;
  if (flags.has('q')) {
    yield* process.print(`Files ${one} and ${other} differ\n`);
    return 1;
  }
  if (left.length > maxLines || right.length > maxLines) {
    yield* process.complain(`diff: files of more than ${maxLines} lines are not simulated in this cluster\n`);
    return 2;
  }
  yield* process.work(left.length * right.length * 0.02);
  const stamp = (path: string): string => {
    const inode = process.kernel.files.lookUp(process, path);
    return worded(process, { busybox: '', gnu: `\t${formatTime('%Y-%m-%d %H:%M:%S.%N +0000', inode?.modifiedMs ?? 0)}` });
  };
  yield* process.print(`--- ${one}${stamp(one)}\n+++ ${other}${stamp(other)}\n${hunks(edits(left, right, normal))}`);
  return 1;
}

interface Edit {
  readonly mark: ' ' | '-' | '+';
  readonly line: string;
}

/** The shortest way from one text to the other, by the longest common subsequence. */
function edits(left: readonly string[], right: readonly string[], normal: (line: string) => string): Edit[] {
  const a = left.map(normal);
  const b = right.map(normal);
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j] ? common[(i + 1) * width + j + 1]! + 1 : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const out: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ mark: ' ', line: left[i]! });
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || common[(i + 1) * width + j]! >= common[i * width + j + 1]!))
      out.push({ mark: '-', line: left[i++]! });
    else out.push({ mark: '+', line: right[j++]! });
  }
  return out;
}

function hunks(all: readonly Edit[]): string {
  let text = '';
  let index = 0;
  while (index < all.length) {
    const first = all.findIndex((edit, at) => at >= index && edit.mark !== ' ');
    if (first < 0) break;
    const start = Math.max(index, first - contextLines);
    let end = first;
    for (let at = first; at < all.length && at <= end + contextLines * 2; at++) if (all[at]!.mark !== ' ') end = at;
    const stop = Math.min(all.length, end + contextLines + 1);
    const part = all.slice(start, stop);
    const before = all.slice(0, start);
    const range = (mark: '-' | '+'): string => {
      const from = before.filter((edit) => edit.mark !== (mark === '-' ? '+' : '-')).length;
      const count = part.filter((edit) => edit.mark !== (mark === '-' ? '+' : '-')).length;
      return `${mark}${count === 0 ? from : from + 1}${count === 1 ? '' : `,${count}`}`;
    };
    text += `@@ ${range('-')} ${range('+')} @@\n${part.map(({ mark, line }) => `${mark}${line}\n`).join('')}`;
    index = stop;
  }
  return text;
}
