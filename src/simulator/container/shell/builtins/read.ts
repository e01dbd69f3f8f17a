// read: a line into variables.
import { type Blocking, tooLate, within } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import { concatenate, decode } from '../../text.ts';
import type { Builtin } from '../builtins.ts';
import type { Shell } from '../shell.ts';

interface ReadOptions {
  isRaw: boolean;
  prompt: string;
  timeoutMs: number | undefined;
  maxCharacters: number | undefined;
  isSilent: boolean;
  names: string[];
}

export const readBuiltins: Readonly<Record<string, Builtin>> = { read };

function* read(shell: Shell, argv: readonly string[]): Blocking<number> {
  const options = parse(argv);
  const { process } = shell;
  if (options.prompt) yield* process.complain(options.prompt);
  const reading = readLine(shell, options);
  const line = options.timeoutMs === undefined ? yield* reading : yield* within(process.clock, options.timeoutMs, reading);
  if (line === tooLate) return 1;
  assign(shell, options.names.length > 0 ? options.names : ['REPLY'], line.text);
  return line.isWhole ? 0 : 1;
}

function parse(argv: readonly string[]): ReadOptions {
  const options: ReadOptions = { isRaw: false, prompt: '', timeoutMs: undefined, maxCharacters: undefined, isSilent: false, names: [] };
  for (let index = 1; index < argv.length; index++) {
    const word = argv[index]!;
    if (word[0] !== '-' || options.names.length > 0) {
      options.names.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at]!;
      if (letter === 'r') options.isRaw = true;
      else if (letter === 's') options.isSilent = true;
      else if ('ptnud'.includes(letter)) {
        const value = word.slice(at + 1) || (argv[++index] ?? '');
        if (letter === 'p') options.prompt = value;
        else if (letter === 't') options.timeoutMs = Number(value) * 1000;
        else if (letter === 'n') options.maxCharacters = Number(value);
        break;
      }
    }
  }
  return options;
}

/** Reads no byte beyond the line's end, so that the next reader finds the rest. */
function* readLine(shell: Shell, options: ReadOptions): Blocking<{ text: string; isWhole: boolean }> {
  const pieces: Uint8Array[] = [];
  const { process } = shell;
  for (;;) {
    const bytes = yield* readUpToLineEnd(shell, options);
    if (!bytes) return { text: decode(concatenate(pieces)), isWhole: false };
    pieces.push(bytes);
    process.allocate(bytes.length);
    const isEnd = bytes[bytes.length - 1] === 10;
    const text = isEnd || options.maxCharacters !== undefined ? decode(concatenate(pieces)) : '';
    if (isEnd) {
      const isContinued = !options.isRaw && /(^|[^\\])(\\\\)*\\\n$/.test(text);
      if (!isContinued) {
        process.allocate(-text.length);
        return { text: options.isRaw ? text.slice(0, -1) : text.slice(0, -1).replace(/\\\n/g, ''), isWhole: true };
      }
    } else if (options.maxCharacters !== undefined && [...text].length >= options.maxCharacters) return { text, isWhole: true };
  }
}

function* readUpToLineEnd(shell: Shell, options: ReadOptions): Blocking<Uint8Array | undefined> {
  const { process } = shell;
  const file = process.file(0);
  for (;;) {
    const ahead = file.peek?.();
    const lineEnd = ahead ? ahead.indexOf(10) : -1;
    let count = 1;
    if (options.maxCharacters === undefined && ahead && ahead.length > 0) count = lineEnd >= 0 ? lineEnd + 1 : ahead.length;
    if (options.maxCharacters === undefined && file.terminal) count = 4096;
    try {
      return yield* process.read(0, count);
    } catch (thrown) {
      if (!(thrown instanceof Errno) || thrown.code !== 'EINTR') throw thrown;
      yield* shell.runTraps();
    }
  }
}

/** Splits at IFS; the last variable takes the rest, without the white space at its ends. */
function assign(shell: Shell, names: readonly string[], line: string): void {
  const separators = shell.get('IFS') ?? ' \t\n';
  const blanks = [...separators].filter((character) => ' \t\n'.includes(character)).join('');
  const isSeparator = (character: string | undefined): boolean => character !== undefined && separators.includes(character);
  const isBlank = (character: string | undefined): boolean => character !== undefined && blanks.includes(character);
  let at = 0;
  while (isBlank(line[at])) at++;
  for (const [index, name] of names.entries()) {
    if (index === names.length - 1) {
      let end = line.length;
      while (end > at && isBlank(line[end - 1])) end--;
      const rest = line.slice(at, end);
      shell.set(
        name,
        rest.length > 0 && isSeparator(rest.at(-1)) && !rest.slice(0, -1).split('').some(isSeparator) ? rest.slice(0, -1) : rest,
      );
      return;
    }
    const start = at;
    while (at < line.length && !isSeparator(line[at])) at++;
    shell.set(name, line.slice(start, at));
    while (isBlank(line[at])) at++;
    if (isSeparator(line[at]) && !isBlank(line[at])) at++;
    else if (at < line.length && start === at) at++;
    while (isBlank(line[at])) at++;
  }
}
