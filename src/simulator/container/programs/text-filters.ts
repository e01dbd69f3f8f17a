// Filters of a few lines: wc, uniq, cut, tee, tac, rev, nl, fold, paste, base64, strings, shuf.
import type { Blocking } from '../blocking.ts';
import { forAppending, forWriting } from '../filesystem.ts';
import { type OpenFile, release, retain } from '../open-file.ts';
import type { Process, Program } from '../process.ts';
import { decode, encode } from '../text.ts';
import { replaceEscapes } from './escapes.ts';
import { eachInput, LineReader, linesOf, readAllOf, readSome } from './inputs.ts';
import { complainOfUsage, type Options, optionValue, parseOptions } from './options.ts';
import { tr } from './tr.ts';
import { failedCall, worded } from './wording.ts';

export const textFilters: Readonly<Record<string, Program>> = {
  wc,
  uniq,
  cut,
  tr,
  tee,
  *tac(process, argv) {
    return yield* eachInput(process, argv, argv.slice(1), function* (file) {
      const lines = linesOf(decode(yield* readAllOf(process, file)));
      for (const line of lines.reverse()) yield* process.print(`${line}\n`);
    });
  },
  *rev(process, argv) {
    return yield* eachLine(process, argv, argv.slice(1), (line) => `${[...line].reverse().join('')}\n`);
  },
  *nl(process, argv) {
    const options = parseOptions(argv, 'b:s:w:v:n:i:');
    const isAll = optionValue(options, 'b') === 'a';
    let number = 0;
    return yield* eachLine(process, argv, options.operands, (line) => {
      if (line === '' && !isAll) return `${' '.repeat(6)}\n`;
      number++;
      return `${String(number).padStart(Number(optionValue(options, 'w') ?? 6))}${optionValue(options, 's') ?? '\t'}${line}\n`;
    });
  },
  *fold(process, argv) {
    const options = parseOptions(argv, 'bsw:');
    const width = Number(optionValue(options, 'w') ?? 80);
    return yield* eachLine(process, argv, options.operands, (line) => `${line.replace(new RegExp(`(.{${width}})(?=.)`, 'g'), '$1\n')}\n`);
  },
  paste,
  base64,
  *strings(process, argv) {
    const options = parseOptions(argv, 'fon:t:a');
    const shortest = Number(optionValue(options, 'n') ?? 4);
    return yield* eachInput(process, argv, options.operands, function* (file) {
      const text = Array.from(yield* readAllOf(process, file), (byte) => String.fromCharCode(byte)).join('');
      for (const [run] of text.matchAll(new RegExp(`[\\t\\x20-\\x7e]{${shortest},}`, 'g'))) yield* process.print(`${run}\n`);
    });
  },
  *shuf(process, argv) {
    const options = parseOptions(argv, 'e:i:n:o:z');
    const range = /^(\d+)-(\d+)$/.exec(optionValue(options, 'i') ?? '');
    let lines: string[] = [];
    if (range) for (let number = Number(range[1]); number <= Number(range[2]); number++) lines.push(String(number));
    else {
      yield* eachInput(process, argv, options.operands, function* (file) {
        lines = lines.concat(linesOf(decode(yield* readAllOf(process, file))));
      });
    }
    for (let index = lines.length - 1; index > 0; index--) {
      const other = process.random.below(index + 1);
      [lines[index], lines[other]] = [lines[other]!, lines[index]!];
    }
    for (const line of lines.slice(0, Number(optionValue(options, 'n') ?? lines.length))) yield* process.print(`${line}\n`);
    return 0;
  },
};

function* eachLine(
  process: Process,
  argv: readonly string[],
  operands: readonly string[],
  change: (line: string) => string,
): Blocking<number> {
  return yield* eachInput(process, argv, operands, function* (file) {
    const reader = new LineReader(process, file);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) yield* process.print(change(line));
  });
}

function* wc(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'clmwL', { long: { lines: 'l', words: 'w', bytes: 'c', chars: 'm' } });
  if (options.problem) return yield* complainOfUsage(process, argv, options.problem, '[-c|m] [-lwL] [FILE]...');
  const given = [...'lwmcL'].filter((letter) => options.flags.has(letter));
  const shown = given.length > 0 ? given : ['l', 'w', 'c'];
  const totals: Record<string, number> = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  const print = function* (counts: Readonly<Record<string, number>>, name: string): Blocking {
    const cells = shown.map((letter) => String(counts[letter]));
    const isSingle = cells.length === 1;
    const text = isSingle
      ? cells[0]!
      : cells.map((cell) => cell.padStart(worded(process, { busybox: '9', gnu: '7' }) === '9' ? 9 : 7)).join(' ');
    yield* process.print(`${text}${name === '-' ? '' : ` ${name}`}\n`);
  };
  const status = yield* eachInput(process, argv, options.operands, function* (file, path) {
    const counts = yield* countFile(process, file);
    for (const letter of Object.keys(totals))
      totals[letter] = letter === 'L' ? Math.max(totals['L']!, counts['L']!) : totals[letter]! + counts[letter]!;
    yield* print(counts, path);
  });
  if (options.operands.length > 1) yield* print(totals, 'total');
  return status;
}

function* countFile(process: Process, file: OpenFile): Blocking<Record<string, number>> {
  const counts = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  let isInWord = false;
  let width = 0;
  for (let bytes = yield* readSome(process, file); bytes; bytes = yield* readSome(process, file)) {
    counts.c += bytes.length;
    for (const byte of bytes) {
      if ((byte & 0xc0) !== 0x80) counts.m++;
      const isSpace = byte === 32 || (byte >= 9 && byte <= 13);
      if (!isSpace && !isInWord) counts.w++;
      isInWord = !isSpace;
      if (byte === 10) {
        counts.l++;
        width = 0;
      } else counts.L = Math.max(counts.L, ++width);
    }
  }
  return counts;
}

function* uniq(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'cduif:s:w:', { long: { count: 'c', repeated: 'd', unique: 'u', 'ignore-case': 'i' } });
  if (options.problem) return yield* complainOfUsage(process, argv, options.problem, '[-cduiz] [-f,s,w N] [FILE [OUTFILE]]');
  const { flags } = options;
  const key = (line: string): string => {
    const skipped = line
      .replace(new RegExp(`^(?:\\s*\\S+){${Number(optionValue(options, 'f') ?? 0)}}`), '')
      .slice(Number(optionValue(options, 's') ?? 0));
    return flags.has('i') ? skipped.toLowerCase() : skipped;
  };
  let previous: string | undefined;
  let count = 0;
  const flush = function* (): Blocking {
    if (previous === undefined || (flags.has('d') && count < 2) || (flags.has('u') && count > 1)) return;
    yield* process.print(`${flags.has('c') ? `${String(count).padStart(7)} ` : ''}${previous}\n`);
  };
  return yield* eachInput(process, argv, options.operands.slice(0, 1), function* (file) {
    const reader = new LineReader(process, file);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      if (previous !== undefined && key(line) === key(previous)) {
        count++;
        continue;
      }
      yield* flush();
      previous = line;
      count = 1;
    }
    yield* flush();
  });
}

function* cut(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'b:c:d:f:nsO:D', {
    long: { fields: 'f', delimiter: 'd', characters: 'c', bytes: 'b', 'only-delimited': 's', complement: 'D' },
  });
  const list = optionValue(options, 'f') ?? optionValue(options, 'c') ?? optionValue(options, 'b');
  if (options.problem || list === undefined) {
    if (options.problem) return yield* complainOfUsage(process, argv, options.problem, '[OPTIONS] [FILE]...');
    yield* process.complain(
      `cut: ${worded(process, { busybox: 'expected a list of bytes, characters, or fields', gnu: 'you must specify a list of bytes, characters, or fields' })}\n`,
    );
    return 1;
  }
  const ranges = list.split(',').map((range) => {
    const [from = '', to] = range.split('-');
    return { from: Number(from) || 1, to: to === undefined ? Number(from) : to === '' ? Number.POSITIVE_INFINITY : Number(to) };
  });
  const isWanted = (_item: string, index: number): boolean => ranges.some(({ from, to }) => index + 1 >= from && index + 1 <= to);
  const delimiter = optionValue(options, 'd') ?? '\t';
  const isFields = options.values.has('f');
  return yield* eachInput(process, argv, options.operands, function* (file) {
    const reader = new LineReader(process, file);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      if (!isFields) yield* process.print(`${[...line].filter(isWanted).join('')}\n`);
      else if (line.includes(delimiter))
        yield* process.print(
          `${line
            .split(delimiter)
            .filter(isWanted)
            .join(optionValue(options, 'O') ?? delimiter)}\n`,
        );
      else if (!options.flags.has('s')) yield* process.print(`${line}\n`);
    }
  });
}

function* tee(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'aip', { long: { append: 'a' } });
  let status = 0;
  const files: OpenFile[] = [];
  for (const path of options.operands) {
    try {
      files.push(retain(process.open(path, options.flags.has('a') ? forAppending : forWriting)));
    } catch (thrown) {
      yield* process.complain(`tee: ${path}: ${failedCall(thrown).message}\n`);
      status = 1;
    }
  }
  const input = process.file(0);
  for (let bytes = yield* readSome(process, input); bytes; bytes = yield* readSome(process, input)) {
    yield* process.print(bytes);
    for (const file of files) yield* file.write!(process, bytes);
  }
  for (const file of files) release(file);
  return status;
}

function* paste(process: Process, argv: readonly string[]): Blocking<number> {
  const options = parseOptions(argv, 'sd:');
  const delimiters = [...replaceEscapes(optionValue(options, 'd') ?? '\t', 'plain').text];
  const columns: string[][] = [];
  // Each "-" takes the next line of stdin in turn.
  const turns = options.operands.filter((operand) => operand === '-').length;
  let stdin: string[] | undefined;
  let turn = 0;
  const status = yield* eachInput(process, argv, options.operands, function* (file, path) {
    const lines = path === '-' && stdin ? stdin : linesOf(decode(yield* readAllOf(process, file)));
    if (path !== '-' || turns < 2) {
      columns.push(lines);
      return;
    }
    stdin = lines;
    const own = turn++;
    columns.push(lines.filter((_line, index) => index % turns === own));
  });
  const join = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index === 0 ? cell : `${delimiters[(index - 1) % delimiters.length] ?? ''}${cell}`)).join('');
  if (options.flags.has('s')) for (const column of columns) yield* process.print(`${join(column)}\n`);
  else {
    const rows = Math.max(0, ...columns.map((column) => column.length));
    for (let row = 0; row < rows; row++) yield* process.print(`${join(columns.map((column) => column[row] ?? ''))}\n`);
  }
  return status;
}

function* base64(process: Process, argv: readonly string[]): Blocking<number> {
  const options: Options = parseOptions(argv, 'dw:i', { long: { decode: 'd', wrap: 'w' } });
  if (options.problem) return yield* complainOfUsage(process, argv, options.problem, '[-d] [-w COL] [FILE]');
  const width = Number(optionValue(options, 'w') ?? 76);
  let isBroken = false;
  const status = yield* eachInput(process, argv, options.operands, function* (file) {
    const bytes = yield* readAllOf(process, file);
    if (options.flags.has('d')) {
      const text = decode(bytes).replace(/\s/g, '');
      isBroken = text.length % 4 === 1 || /[^A-Za-z0-9+/=]/.test(text) || text.replace(/=+$/, '').length % 4 === 1 || text.length % 4 !== 0;
      yield* process.print(new Uint8Array(Buffer.from(text, 'base64')));
      return;
    }
    const text = Buffer.from(bytes).toString('base64');
    yield* process.print(encode(width > 0 ? `${text.replace(new RegExp(`.{${width}}(?=.)`, 'g'), '$&\n')}${text ? '\n' : ''}` : text));
  });
  if (!isBroken) return status;
  yield* process.complain(`base64: ${worded(process, { busybox: 'truncated input', gnu: 'invalid input' })}\n`);
  return 1;
}
