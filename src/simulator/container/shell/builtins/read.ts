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
  assign(
    shell,
    options.names.length > 0 ? options.names : ['REPLY'],
    options.isRaw ? { text: line.text, escaped: none } : withoutBackslashes(line.text),
  );
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
    const bytes = yield* readUpToLineEnd(shell, options.maxCharacters);
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

/** Bytes from stdin, none of them behind the end of the line: as much as there is, or one. */
export function* readUpToLineEnd(shell: Shell, maxCharacters?: number): Blocking<Uint8Array | undefined> {
  const { process } = shell;
  const file = process.file(0);
  for (;;) {
    const ahead = file.peek?.();
    const lineEnd = ahead ? ahead.indexOf(10) : -1;
    let count = 1;
    if (maxCharacters === undefined && ahead && ahead.length > 0) count = lineEnd >= 0 ? lineEnd + 1 : ahead.length;
    if (maxCharacters === undefined && file.terminal) count = 4096;
    try {
      return yield* process.read(0, count);
    } catch (thrown) {
      if (!(thrown instanceof Errno) || thrown.code !== 'EINTR') throw thrown;
      yield* shell.runTraps();
    }
  }
}

/** A line, and where in it a backslash made a character ordinary. */
interface ReadLine {
  readonly text: string;
  readonly escaped: ReadonlySet<number>;
}

const none: ReadonlySet<number> = new Set();

function withoutBackslashes(line: string): ReadLine {
  if (!line.includes('\\')) return { text: line, escaped: none };
  const escaped = new Set<number>();
  let text = '';
  for (let index = 0; index < line.length; index++) {
    if (line[index] === '\\') {
      index++;
      escaped.add(text.length);
    }
    text += line[index] ?? '';
  }
  return { text, escaped };
}

/** Splits at IFS; the last variable takes the rest, without the white space at its ends. */
function assign(shell: Shell, names: readonly string[], { text, escaped }: ReadLine): void {
  const separators = shell.get('IFS') ?? ' \t\n';
  const isSeparator = (index: number): boolean => index < text.length && separators.includes(text[index]!) && !escaped.has(index);
  const isBlank = (index: number): boolean => isSeparator(index) && ' \t\n'.includes(text[index]!);
  let at = 0;
  const skipBlanks = (): void => {
    while (isBlank(at)) at++;
  };
  skipBlanks();
  for (const [index, name] of names.entries()) {
    const start = at;
    if (index === names.length - 1) {
      let end = text.length;
      while (end > start && isBlank(end - 1)) end--;
      // A single separator at the very end belongs to no field.
      let firstSeparator = start;
      while (firstSeparator < end && !isSeparator(firstSeparator)) firstSeparator++;
      shell.set(name, text.slice(start, firstSeparator === end - 1 ? firstSeparator : end));
      return;
    }
    while (at < text.length && !isSeparator(at)) at++;
    shell.set(name, text.slice(start, at));
    skipBlanks();
    if (isSeparator(at)) at++;
    skipBlanks();
  }
}
