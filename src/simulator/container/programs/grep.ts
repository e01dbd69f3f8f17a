// grep, egrep, fgrep.
import type { Blocking } from '../blocking.ts';
import type { OpenFile } from '../open-file.ts';
import type { Process } from '../process.ts';
import { decode } from '../text.ts';
import { eachInput, LineReader } from './inputs.ts';
import { complainOfUsage, type Options, optionValue, parseOptions } from './options.ts';
import { posixRegExp, posixSource } from './regular-expression.ts';
import { failedCall, isGnu, joinPath, programName } from './wording.ts';

const long = {
  'extended-regexp': 'E',
  'fixed-strings': 'F',
  'ignore-case': 'i',
  'invert-match': 'v',
  count: 'c',
  quiet: 'q',
  silent: 'q',
  recursive: 'r',
  'line-number': 'n',
  'files-with-matches': 'l',
  'files-without-match': 'L',
  'only-matching': 'o',
  'word-regexp': 'w',
  'line-regexp': 'x',
  regexp: 'e',
  file: 'f',
  'no-messages': 's',
  'max-count': 'm',
  'after-context': 'A',
  'before-context': 'B',
  context: 'C',
  color: 'K',
  colour: 'K',
  'no-filename': 'h',
  'with-filename': 'H',
  text: 'a',
};

export function* grep(process: Process, argv: readonly string[]): Blocking<number> {
  const words = argv.map((word) => (/^--colou?r(=.*)?$/.test(word) ? '--color' : word));
  const options = parseOptions(words, 'HhnlLocqvsrRiwxFEzaKPbUIm:A:B:C:e:f:', { long });
  const operands = [...options.operands];
  const patterns = [...(options.values.get('e') ?? [])];
  for (const file of options.values.get('f') ?? []) patterns.push(...decode(process.readFile(file)).replace(/\n$/, '').split('\n'));
  if (!options.values.has('e') && !options.values.has('f')) {
    const first = operands.shift();
    if (first !== undefined) patterns.push(first);
  }
  if (options.problem || patterns.length === 0) {
    yield* complainOfUsage(
      process,
      argv,
      options.problem,
      '[-HhnlLoqvsrRiwFEz] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...',
    );
    return 2;
  }
  let expression: RegExp;
  try {
    expression = compile(
      patterns.flatMap((pattern) => pattern.split('\n')),
      options.flags,
      programName(argv),
    );
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    yield* process.complain(`grep: ${isGnu(process) ? '' : 'bad regex: '}${thrown.message}\n`);
    return 2;
  }
  return yield* new Search(process, argv, options, expression).run(operands);
}

function compile(patterns: readonly string[], flags: ReadonlySet<string>, name: string): RegExp {
  const isFixed = flags.has('F') || name === 'fgrep';
  const kind = flags.has('E') || flags.has('P') || name === 'egrep' ? 'extended' : 'basic';
  const sources = patterns.map((pattern) => {
    if (flags.has('P')) return pattern;
    return isFixed ? pattern.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&') : posixSource(pattern, kind);
  });
  for (const pattern of isFixed || flags.has('P') ? [] : patterns) posixRegExp(pattern, kind);
  const joined = sources.length === 1 ? sources[0]! : sources.map((source) => `(?:${source})`).join('|');
  const bounded = flags.has('x') ? `^(?:${joined})$` : flags.has('w') ? `(?<!\\w)(?:${joined})(?!\\w)` : joined;
  return new RegExp(bounded, flags.has('i') ? 'gi' : 'g');
}

class Search {
  private readonly process: Process;
  private readonly argv: readonly string[];
  private readonly options: Options;
  private readonly expression: RegExp;
  private readonly before: number;
  private readonly after: number;
  private readonly maxCount: number;
  private hasMatch = false;
  private isDone = false;
  private isNamed = false;
  private hasPrintedContext = false;

  constructor(process: Process, argv: readonly string[], options: Options, expression: RegExp) {
    this.process = process;
    this.argv = argv;
    this.options = options;
    this.expression = expression;
    const context = optionValue(options, 'C') ?? '0';
    this.before = Number(optionValue(options, 'B') ?? context);
    this.after = Number(optionValue(options, 'A') ?? context);
    this.maxCount = Number(optionValue(options, 'm') ?? Number.POSITIVE_INFINITY);
  }

  *run(operands: readonly string[]): Blocking<number> {
    const { flags } = this.options;
    const isRecursive = flags.has('r') || flags.has('R');
    let status = 0;
    const paths: string[] = [];
    for (const path of operands.length > 0 ? operands : isRecursive ? ['.'] : ['-']) {
      if (isRecursive) status = (yield* this.filesUnder(path, paths)) || status;
      else paths.push(path);
    }
    this.isNamed = flags.has('H') || (!flags.has('h') && (operands.length > 1 || isRecursive));
    for (const path of paths) {
      if (this.isDone) break;
      status = (yield* this.searchPath(path)) || status;
    }
    if (this.isDone || (this.hasMatch && status === 0)) return 0;
    if (status !== 0) return 2;
    return this.hasMatch ? 0 : 1;
  }

  private *searchPath(path: string): Blocking<number> {
    const { flags } = this.options;
    if (path !== '-' && this.process.kernel.files.lookUp(this.process, path)?.type === 'directory') {
      if (!flags.has('s'))
        yield* this.process.complain(isGnu(this.process) ? `grep: ${path}: Is a directory\n` : `grep: ${path}: Is a directory\n`);
      return isGnu(this.process) ? 0 : 2;
    }
    if (!flags.has('s')) return yield* eachInput(this.process, this.argv, [path], (file) => this.searchFile(file, path));
    if (path !== '-' && !this.process.kernel.files.mayUse(this.process, path, 'read')) return 2;
    return yield* eachInput(this.process, this.argv, [path], (file) => this.searchFile(file, path));
  }

  private *filesUnder(path: string, found: string[]): Blocking<number> {
    const { files } = this.process.kernel;
    yield* this.process.work(20);
    try {
      const inode = files.stat(this.process, path);
      if (inode.type === 'file') found.push(path);
      if (inode.type !== 'directory') return 0;
      let status = 0;
      for (const name of files.readDirectory(this.process, path))
        status =
          (yield* this.filesUnder(path === '.' && !this.options.operands.includes('.') ? name : joinPath(path, name), found)) || status;
      return status;
    } catch (thrown) {
      const { message } = failedCall(thrown);
      if (!this.options.flags.has('s')) yield* this.process.complain(`grep: ${path}: ${message}\n`);
      return 2;
    }
  }

  private *searchFile(file: OpenFile, path: string): Blocking {
    const { flags } = this.options;
    const reader = new LineReader(this.process, file);
    const isListing = flags.has('l') || flags.has('L');
    const name = path === '-' ? '(standard input)' : path;
    let count = 0;
    let number = 0;
    let owed = 0;
    let lastPrinted = 0;
    const kept: string[] = [];
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      number++;
      this.expression.lastIndex = 0;
      const isMatch = this.expression.test(line) !== flags.has('v');
      if (!isMatch) {
        if (owed > 0) {
          yield* this.printLine(name, number, line, '-');
          lastPrinted = number;
          owed--;
        } else if (this.before > 0 && kept.push(line) > this.before) kept.shift();
        if (count >= this.maxCount && owed === 0) break;
        continue;
      }
      if (count >= this.maxCount) break;
      count++;
      this.hasMatch = true;
      if (flags.has('q')) {
        this.isDone = true;
        return;
      }
      if (isListing) break;
      if (flags.has('c')) continue;
      if (this.before > 0 || this.after > 0) {
        const first = number - kept.length;
        if (this.hasPrintedContext && first > lastPrinted + 1) yield* this.process.print('--\n');
        this.hasPrintedContext = true;
        for (const [index, earlier] of kept.entries()) yield* this.printLine(name, first + index, earlier, '-');
        kept.length = 0;
      }
      yield* this.printMatch(name, number, line);
      lastPrinted = number;
      owed = this.after;
      if (count >= this.maxCount && owed === 0) break;
    }
    if (flags.has('c')) yield* this.process.print(`${this.isNamed ? `${name}:` : ''}${count}\n`);
    if (isListing && count > 0 === flags.has('l')) yield* this.process.print(`${name}\n`);
    if (flags.has('L')) this.hasMatch = count === 0;
  }

  private *printMatch(name: string, number: number, line: string): Blocking {
    if (!this.options.flags.has('o') || this.options.flags.has('v')) {
      yield* this.printLine(name, number, line, ':');
      return;
    }
    this.expression.lastIndex = 0;
    for (const [match] of line.matchAll(this.expression)) if (match !== '') yield* this.printLine(name, number, match, ':');
  }

  private *printLine(name: string, number: number, line: string, mark: ':' | '-'): Blocking {
    const prefix = `${this.isNamed ? name + mark : ''}${this.options.flags.has('n') ? number + mark : ''}`;
    yield* this.process.print(`${prefix}${line}\n`);
  }
}
