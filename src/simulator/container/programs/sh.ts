// sh: the shell as a program. Busybox's ash, Debian's dash and bash are this one, each with its own words.
import type { Blocking } from '../blocking.ts';
import { Errno } from '../errno.ts';
import type { Process } from '../process.ts';
import { readUpToLineEnd } from '../shell/builtins/read.ts';
import { setLongOption } from '../shell/builtins/variables.ts';
import { type Dialect, dialects } from '../shell/dialect.ts';
import { runInteractive } from '../shell/interactive.ts';
import { Shell, type ShellOption } from '../shell/shell.ts';
import { parseScript } from '../shell/syntax.ts';
import { decode } from '../text.ts';
import { isGnu } from './wording.ts';

const knownOptions = new Set<string>(['a', 'b', 'C', 'e', 'f', 'h', 'i', 'm', 'n', 'u', 'v', 'x']);

function* runShell(process: Process, argv: readonly string[], dialect: Dialect): Blocking<number> {
  const shell = new Shell({ process, dialect, name: argv[0] ?? dialect.name, positional: [] });
  const parsed = parseOptions(shell, argv);
  if (parsed.isVersion) {
    yield* process.print('GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n');
    return 0;
  }
  if (parsed.bad !== undefined) {
    yield* shell.complain(`illegal option ${parsed.bad}`);
    return 2;
  }
  if (parsed.command !== undefined) return yield* runCommandString(shell, parsed.command, parsed.rest);
  const [file, ...rest] = parsed.rest;
  if (file !== undefined && !parsed.isStdin) return yield* runScriptFile(shell, file, rest);
  shell.positional = parsed.rest;
  if (process.descriptors[0]?.terminal || shell.options.has('i')) return yield* runInteractive(shell);
  return yield* runStandardInput(shell);
}

interface ParsedOptions {
  command: string | undefined;
  rest: string[];
  isStdin: boolean;
  isVersion: boolean;
  bad: string | undefined;
}

function parseOptions(shell: Shell, argv: readonly string[]): ParsedOptions {
  const parsed: ParsedOptions = { command: undefined, rest: [], isStdin: false, isVersion: false, bad: undefined };
  let takesCommand = false;
  let index = 1;
  for (; index < argv.length; index++) {
    const word = argv[index]!;
    if (word === '--' || word === '-') {
      index++;
      break;
    }
    if (word.startsWith('--')) {
      if (word === '--version' && shell.dialect.name === 'bash') parsed.isVersion = true;
      continue;
    }
    if (!/^[-+]./.test(word)) break;
    for (const letter of word.slice(1)) {
      if (letter === 'c') takesCommand = true;
      else if (letter === 's') parsed.isStdin = true;
      else if (letter === 'l') continue;
      else if (letter === 'o') {
        if (!setLongOption(shell, argv[++index] ?? '', word.startsWith('-'))) parsed.bad = `-o ${argv[index]}`;
      } else if (!knownOptions.has(letter)) parsed.bad ??= `-${letter}`;
      else if (word.startsWith('-')) shell.options.add(letter as ShellOption);
      else shell.options.delete(letter as ShellOption);
    }
  }
  parsed.rest = argv.slice(index);
  if (takesCommand) {
    shell.options.add('c');
    parsed.command = parsed.rest.shift();
    if (parsed.command === undefined) parsed.bad = undefined;
  }
  return parsed;
}

function* runCommandString(shell: Shell, command: string, rest: readonly string[]): Blocking<number> {
  const [name, ...positional] = rest;
  if (name !== undefined) shell.name = name;
  shell.positional = positional;
  if (/^[\s]*$/.test(command)) return 0;
  return yield* shell.runToEnd(() => shell.runText(command, { tail: true }));
}

function* runScriptFile(shell: Shell, file: string, rest: readonly string[]): Blocking<number> {
  const { process } = shell;
  let text: string;
  try {
    text = decode(process.readFile(file));
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
    const isMissing = thrown.code === 'ENOENT';
    if (shell.dialect.name === 'bash') yield* process.complain(`${shell.name}: ${file}: ${thrown.message}\n`);
    else if (shell.dialect.name === 'dash')
      yield* process.complain(`${shell.name}: 0: cannot open ${file}: ${isMissing ? 'No such file' : thrown.message}\n`);
    else yield* process.complain(`${shell.name}: can't open '${file}': ${thrown.message}\n`);
    return shell.dialect.name === 'ash' || !isMissing ? 2 : 127;
  }
  shell.name = file;
  shell.positional = rest;
  return yield* shell.runToEnd(() => shell.runText(text, { isFile: true }));
}

/** Commands from a pipe or file, each run before the next is read. */
function* runStandardInput(shell: Shell): Blocking<number> {
  shell.options.add('s');
  return yield* shell.runToEnd(function* () {
    let text = '';
    for (;;) {
      // Not a byte beyond the line's end: what the commands read is behind it.
      const bytes = yield* readUpToLineEnd(shell);
      if (bytes) text += decode(bytes);
      if (bytes && (bytes.at(-1) !== 10 || parseScript(text).wantsMore)) continue;
      if (text.trim() !== '') yield* shell.runText(text, { isFile: true });
      if (!bytes) return shell.status;
      text = '';
    }
  });
}

/** `sh` speaks as the image's does: busybox's ash where there is a busybox, else Debian's dash; `bash` by name. */
export function* sh(process: Process, argv: readonly string[]): Blocking<number> {
  const name = (argv[0] ?? 'sh').replace(/^.*\//, '');
  const dialect = name === 'bash' ? dialects.bash : name === 'dash' || isGnu(process) ? dialects.dash : dialects.ash;
  return yield* runShell(process, argv, dialect);
}
