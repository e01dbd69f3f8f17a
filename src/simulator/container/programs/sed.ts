// sed
import type { Blocking } from '../blocking.ts';
import { Errno } from '../errno.ts';
import { mayAccess } from '../filesystem.ts';
import type { Process } from '../process.ts';
import { concatenate, decode, encode } from '../text.ts';
import { eachInput, linesOf, readAllOf } from './inputs.ts';
import { complainOfUsage, parseOptions } from './options.ts';
import { parseSedScript, type SedCommand, SedMistake } from './sed-script.ts';
import { failedCall, worded } from './wording.ts';

const long = { quiet: 'n', silent: 'n', expression: 'e', file: 'f', 'in-place': 'i', 'regexp-extended': 'E' };

export function* sed(process: Process, argv: readonly string[]): Blocking<number> {
  // -i may have a suffix glued to it.
  const words = argv.map((word) => (/^-i./.test(word) && !/^-i[nErsez]+$/.test(word) ? '-i' : word));
  const options = parseOptions(words, 'nErsizue:f:', { long });
  const operands = [...options.operands];
  const scripts = [...(options.values.get('e') ?? [])];
  for (const file of options.values.get('f') ?? []) scripts.push(decode(process.readFile(file)));
  if (scripts.length === 0) scripts.push(operands.shift() ?? '');
  if (options.problem || (scripts.length === 1 && scripts[0] === '' && argv.length === 1))
    return yield* complainOfUsage(process, argv, options.problem, '[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...');
  let commands: readonly SedCommand[];
  try {
    commands = parseSedScript(scripts.join('\n'), options.flags.has('E') || options.flags.has('r') ? 'extended' : 'basic');
  } catch (thrown) {
    if (!(thrown instanceof SedMistake)) throw thrown;
    yield* process.complain(
      `sed: ${worded(process, { busybox: thrown.message, gnu: `-e expression #1, char ${scripts[0]!.length}: ${thrown.message}` })}\n`,
    );
    return 1;
  }
  const isQuiet = options.flags.has('n') || scripts[0]?.startsWith('#n\n') === true;
  if (options.flags.has('i')) return yield* editInPlace(process, operands, commands, isQuiet);
  const pieces: Uint8Array[] = [];
  const status = yield* eachInput(
    process,
    argv,
    operands,
    function* (file) {
      pieces.push(yield* readAllOf(process, file));
    },
    (path, message) => worded(process, { busybox: `${path}: ${message}`, gnu: `can't read ${path}: ${message}` }),
  );
  const editor = new Editor(process, commands, isQuiet);
  yield* editor.run(decode(concatenate(pieces)), (text) => process.print(text));
  return editor.exitCode ?? status;
}

function* editInPlace(process: Process, paths: readonly string[], commands: readonly SedCommand[], isQuiet: boolean): Blocking<number> {
  let status = 0;
  for (const path of paths) {
    try {
      const text = decode(process.readFile(path));
      mayReplace(process, path);
      let out = '';
      const editor = new Editor(process, commands, isQuiet);
      yield* editor.run(text, function* (part) {
        out += part;
      });
      process.writeFile(path, encode(out));
    } catch (thrown) {
      const failure = failedCall(thrown);
      const isTemporary = failure instanceof TemporaryFileErrno;
      const words = isTemporary
        ? {
            busybox: `can't create temp file '${path}XXXXXX': ${failure.message}`,
            gnu: `couldn't open temporary file ${path.replace(/[^/]*$/, '')}sedXXXXXX: ${failure.message}`,
          }
        : { busybox: `${path}: ${failure.message}`, gnu: `can't read ${path}: ${failure.message}` };
      yield* process.complain(`sed: ${worded(process, words)}\n`);
      status = 1;
    }
  }
  return status;
}

class TemporaryFileErrno extends Errno {}

/** sed -i makes a new file beside the old one, so it must be allowed to. */
function mayReplace(process: Process, path: string): void {
  const { parent, mount, path: full } = process.kernel.files.find(process, path);
  if (mount.readOnly) throw new TemporaryFileErrno('EROFS');
  if (!mayAccess(process.credentials, parent, 'write')) throw new TemporaryFileErrno('EACCES');
  if (mount.path === full && full !== '/') throw new TemporaryFileErrno('EBUSY');
}

const maxSteps = 100_000;

class Editor {
  exitCode: number | undefined;
  private readonly process: Process;
  private readonly commands: readonly SedCommand[];
  private readonly isQuiet: boolean;
  private readonly inRange = new Set<SedCommand>();
  private lines: string[] = [];
  private at = 0;
  private pattern = '';
  private hold = '';
  private appended: string[] = [];
  private endsWithNewline = true;
  private hasSubstituted = false;

  constructor(process: Process, commands: readonly SedCommand[], isQuiet: boolean) {
    this.process = process;
    this.commands = commands;
    this.isQuiet = isQuiet;
  }

  *run(text: string, print: (text: string) => Blocking): Blocking {
    this.lines = linesOf(text);
    this.endsWithNewline = text.endsWith('\n') || text === '';
    while (this.at < this.lines.length) {
      this.pattern = this.lines[this.at++]!;
      this.hasSubstituted = false;
      const result = yield* this.cycle(print);
      if (result !== 'deleted' && !this.isQuiet) yield* print(this.pattern + this.lineEnd());
      for (const extra of this.appended) yield* print(extra);
      this.appended = [];
      if (result === 'quit') return;
    }
  }

  private lineEnd(): string {
    return this.at < this.lines.length || this.endsWithNewline ? '\n' : '';
  }

  private *cycle(print: (text: string) => Blocking): Blocking<'done' | 'deleted' | 'quit'> {
    let index = 0;
    for (let steps = 0; index < this.commands.length && steps < maxSteps; steps++) {
      if (this.process.spend(3)) yield* this.process.rest();
      const command = this.commands[index++]!;
      const isSelected = this.selects(command) !== command.isNegated;
      if (command.name === '{') {
        if (!isSelected) index = command.target!;
        continue;
      }
      if (!isSelected || command.name === '}' || command.name === ':') continue;
      switch (command.name) {
        case 'd':
          return 'deleted';
        case 'D':
          if (!this.pattern.includes('\n')) return 'deleted';
          this.pattern = this.pattern.slice(this.pattern.indexOf('\n') + 1);
          index = 0;
          continue;
        case 'p':
          yield* print(`${this.pattern}\n`);
          break;
        case 'P':
          yield* print(`${this.pattern.split('\n')[0]}\n`);
          break;
        case '=':
          yield* print(`${this.at}\n`);
          break;
        case 'q':
        case 'Q':
          this.exitCode = Number(command.text ?? 0);
          return command.name === 'Q' ? yield* this.quitSilently() : 'quit';
        case 'n':
          if (!this.isQuiet) yield* print(this.pattern + this.lineEnd());
          if (this.at >= this.lines.length) return yield* this.quitSilently();
          this.pattern = this.lines[this.at++]!;
          break;
        case 'N':
          if (this.at >= this.lines.length) return 'quit';
          this.pattern += `\n${this.lines[this.at++]}`;
          break;
        case 'a':
          this.appended.push(`${command.text}\n`);
          break;
        case 'i':
          yield* print(`${command.text}\n`);
          break;
        case 'c':
          if (!this.inRange.has(command)) yield* print(`${command.text}\n`);
          return 'deleted';
        case 'r': {
          const inode = this.process.kernel.files.lookUp(this.process, command.text ?? '');
          if (inode?.type === 'file') this.appended.push(decode(inode.content.all()));
          break;
        }
        case 'h':
          this.hold = this.pattern;
          break;
        case 'H':
          this.hold += `\n${this.pattern}`;
          break;
        case 'g':
          this.pattern = this.hold;
          break;
        case 'G':
          this.pattern += `\n${this.hold}`;
          break;
        case 'x':
          [this.pattern, this.hold] = [this.hold, this.pattern];
          break;
        case 'y':
          this.pattern = [...this.pattern].map((character) => command.map!.get(character) ?? character).join('');
          break;
        case 'l':
          yield* print(`${this.pattern.replace(/\\/g, '\\\\').replace(/\t/g, '\\t').replace(/\n/g, '\\n')}$\n`);
          break;
        case 's':
          if (this.substitute(command) && command.flags!.includes('p')) yield* print(`${this.pattern}\n`);
          break;
        case 'b':
          index = command.target ?? this.commands.length;
          break;
        case 't':
          if (this.hasSubstituted) index = command.target ?? this.commands.length;
          this.hasSubstituted = false;
          break;
        case 'T':
          if (!this.hasSubstituted) index = command.target ?? this.commands.length;
          this.hasSubstituted = false;
          break;
      }
    }
    return 'done';
  }

  private *quitSilently(): Blocking<'deleted'> {
    this.at = this.lines.length;
    return 'deleted';
  }

  private selects(command: SedCommand): boolean {
    const { first, second } = command;
    if (!first) return true;
    if (!second) return this.matches(first);
    if (this.inRange.has(command)) {
      const isEnd = second.kind === 'line' ? this.at >= second.line : this.matches(second);
      if (isEnd) this.inRange.delete(command);
      return second.kind !== 'line' || this.at <= second.line;
    }
    const isZero = first.kind === 'line' && first.line === 0;
    if (!isZero && !this.matches(first)) return false;
    const end = second.kind === 'count' ? { kind: 'line' as const, line: this.at + second.line } : second;
    if (second.kind === 'count') Object.assign(command, { second: end });
    if (!(end.kind === 'line' && end.line <= this.at) && !(isZero && this.matches(end))) this.inRange.add(command);
    return true;
  }

  private matches(address: NonNullable<SedCommand['first']>): boolean {
    switch (address.kind) {
      case 'line':
        return this.at === address.line;
      case 'step':
        return address.step === 0 ? this.at === address.line : this.at >= address.line && (this.at - address.line) % address.step === 0;
      case 'last':
        return this.at === this.lines.length;
      case 'pattern':
        return address.expression.test(this.pattern);
      case 'count':
        return false;
    }
  }

  private substitute(command: SedCommand): boolean {
    const { expression, replacement, flags = '' } = command;
    const from = Number(/\d+/.exec(flags)?.[0] ?? 1);
    let count = 0;
    let isChanged = false;
    this.pattern = this.pattern.replace(new RegExp(expression!.source, expression!.flags.includes('i') ? 'gi' : 'g'), (match, ...rest) => {
      count++;
      if (count < from || (count > from && !flags.includes('g'))) return match;
      isChanged = true;
      const groups = rest.slice(
        0,
        rest.findIndex((item) => typeof item === 'number'),
      ) as (string | undefined)[];
      return replacement!(match, groups);
    });
    this.hasSubstituted ||= isChanged;
    return isChanged;
  }
}
