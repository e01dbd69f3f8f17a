// export, readonly, local, unset, set, alias, let, getopts.
import type { Blocking } from '../../blocking.ts';
import { evaluateText } from '../arithmetic.ts';
import type { Builtin } from '../builtins.ts';
import { ShellError } from '../control-flow.ts';
import type { Shell, ShellOption } from '../shell.ts';

const isName = (word: string): boolean => /^[A-Za-z_]\w*$/.test(word);
const quote = (value: string): string => `'${value.replaceAll("'", `'"'"'`)}'`;

const longOptions: Readonly<Record<string, ShellOption>> = {
  allexport: 'a',
  errexit: 'e',
  ignoreeof: 'i',
  monitor: 'm',
  noclobber: 'C',
  noexec: 'n',
  noglob: 'f',
  notify: 'b',
  nounset: 'u',
  pipefail: 'pipefail',
  verbose: 'v',
  xtrace: 'x',
};

const letters = new Set<string>(['a', 'b', 'C', 'e', 'f', 'h', 'i', 'm', 'n', 'u', 'v', 'x']);

export const variableBuiltins: Readonly<Record<string, Builtin>> = {
  *export(shell, argv) {
    if (argv.length === 1 || argv[1] === '-p') {
      for (const [name, { value, isExported }] of shell.variables.sorted()) {
        if (isExported) yield* shell.process.print(value === undefined ? `export ${name}\n` : `export ${name}=${quote(value)}\n`);
      }
      return 0;
    }
    for (const word of argv.slice(1)) declare(shell, 'export', word, { isExported: true });
    return 0;
  },
  *readonly(shell, argv) {
    if (argv.length === 1 || argv[1] === '-p') {
      for (const [name, { value, isReadOnly }] of shell.variables.sorted()) {
        if (isReadOnly) yield* shell.process.print(`readonly ${name}=${quote(value ?? '')}\n`);
      }
      return 0;
    }
    for (const word of argv.slice(1)) declare(shell, 'readonly', word, { isReadOnly: true });
    return 0;
  },
  *local(shell, argv) {
    const { locals } = shell;
    if (!locals) throw new ShellError(`${shell.builtinPrefix('local')}not in a function`);
    for (const word of argv.slice(1)) {
      const { name, value } = splitAssignment(word);
      if (!locals.has(name)) locals.set(name, shell.variables.find(name));
      if (value !== undefined) shell.set(name, value);
      else if (!shell.variables.find(name)) shell.variables.put(name, { value: undefined, isExported: false, isReadOnly: false });
    }
    return 0;
  },
  *unset(shell, argv) {
    const isFunction = argv[1] === '-f';
    for (const name of argv.slice(1)) {
      if (name === '-f' || name === '-v') continue;
      if (isFunction) {
        shell.functions = new Map(shell.functions);
        shell.functions.delete(name);
      } else if (shell.variables.find(name)?.isReadOnly) throw new ShellError(`${shell.builtinPrefix('unset')}${name}: is read only`);
      else shell.variables.put(name, undefined);
    }
    return 0;
  },
  *set(shell, argv) {
    if (argv.length === 1) {
      for (const [name, { value }] of shell.variables.sorted())
        if (value !== undefined) yield* shell.process.print(`${name}=${quote(value)}\n`);
      return 0;
    }
    return yield* setOptions(shell, argv.slice(1));
  },
  *alias(shell, argv) {
    if (argv.length === 1) for (const [name, text] of shell.aliases) yield* shell.process.print(`${name}=${quote(text)}\n`);
    for (const word of argv.slice(1)) {
      const { name, value } = splitAssignment(word);
      const known = shell.aliases.get(name);
      if (value !== undefined) shell.aliases = new Map(shell.aliases).set(name, value);
      else if (known !== undefined) yield* shell.process.print(`${name}=${quote(known)}\n`);
      else {
        yield* shell.process.complain(`alias: ${name}: not found\n`);
        return 1;
      }
    }
    return 0;
  },
  *unalias(shell, argv) {
    shell.aliases = new Map(shell.aliases);
    for (const name of argv.slice(1)) {
      if (name === '-a') shell.aliases.clear();
      shell.aliases.delete(name);
    }
    return 0;
  },
  *let(shell, argv) {
    let value = 0;
    for (const expression of argv.slice(1)) value = yield* evaluateText(shell, expression);
    return value !== 0 ? 0 : 1;
  },
  getopts,
};

function splitAssignment(word: string): { name: string; value: string | undefined } {
  const equals = word.indexOf('=');
  return equals < 0 ? { name: word, value: undefined } : { name: word.slice(0, equals), value: word.slice(equals + 1) };
}

function declare(shell: Shell, builtin: string, word: string, mark: { isExported?: boolean; isReadOnly?: boolean }): void {
  const { name, value } = splitAssignment(word);
  if (!isName(name)) throw new ShellError(`${shell.builtinPrefix(builtin)}${name}: bad variable name`);
  if (value !== undefined) shell.set(name, value);
  const before = shell.variables.find(name) ?? { value: undefined, isExported: false, isReadOnly: false };
  shell.variables.put(name, { ...before, ...mark });
}

/** The words behind `set`; also a shell's own options. */
function* setOptions(shell: Shell, words: readonly string[]): Blocking<number> {
  for (const [index, word] of words.entries()) {
    const isOn = word.startsWith('-');
    if (word === '--' || word === '-') {
      shell.positional = words.slice(index + 1);
      return 0;
    }
    if (!/^[-+][A-Za-z]/.test(word)) {
      if (index > 0 && /^[-+]\w*o$/.test(words[index - 1] ?? '')) {
        if (setLongOption(shell, word, words[index - 1]!.startsWith('-'))) continue;
        throw new ShellError(`${shell.builtinPrefix('set')}illegal option ${words[index - 1]} ${word}`);
      }
      shell.positional = words.slice(index);
      return 0;
    }
    for (const letter of word.slice(1)) {
      if (letter === 'o') continue;
      if (!letters.has(letter)) throw new ShellError(`${shell.builtinPrefix('set')}illegal option ${word[0]}${letter}`);
      if (isOn) shell.options.add(letter as ShellOption);
      else shell.options.delete(letter as ShellOption);
    }
  }
  if (/^[-+]o$/.test(words.at(-1) ?? '')) {
    for (const [name, option] of Object.entries(longOptions)) {
      yield* shell.process.print(`${name.padEnd(16)}${shell.options.has(option) ? 'on' : 'off'}\n`);
    }
  }
  return 0;
}

/** -o NAME; false when there is no such option. */
export function setLongOption(shell: Shell, name: string, isOn: boolean): boolean {
  const option = longOptions[name];
  if (!option) return false;
  if (isOn) shell.options.add(option);
  else shell.options.delete(option);
  return true;
}

function* getopts(shell: Shell, argv: readonly string[]): Blocking<number> {
  const [, spec, variable] = argv;
  if (spec === undefined || variable === undefined) {
    throw new ShellError(`${shell.builtinPrefix('getopts')}usage: getopts optstring var [arg]`);
  }
  const words = argv.length > 3 ? argv.slice(3) : shell.positional;
  const index = Number(shell.get('OPTIND') ?? 1);
  if (index === 1 && shell.optionOffset > (words[0]?.length ?? 0)) shell.optionOffset = 1;
  const word = words[index - 1];
  if (word === undefined || !word.startsWith('-') || word === '-' || word === '--') {
    if (word === '--') shell.set('OPTIND', String(index + 1));
    shell.optionOffset = 1;
    shell.set(variable, '?');
    return 1;
  }
  const letter = word[shell.optionOffset]!;
  const at = letter === ':' ? -1 : spec.indexOf(letter);
  const takesArgument = at >= 0 && spec[at + 1] === ':';
  const isLast = takesArgument || shell.optionOffset + 1 >= word.length;
  let next = isLast ? index + 1 : index;
  const argument = takesArgument ? word.slice(shell.optionOffset + 1) || words[next++ - 1] : undefined;
  shell.optionOffset = isLast ? 1 : shell.optionOffset + 1;
  const isSilent = spec.startsWith(':');
  if (at < 0 || (takesArgument && argument === undefined)) {
    shell.set(variable, isSilent && at >= 0 ? ':' : '?');
    if (isSilent) shell.set('OPTARG', letter);
    else yield* shell.process.complain(at < 0 ? `Illegal option -${letter}\n` : `No arg for -${letter} option\n`);
  } else {
    shell.set(variable, letter);
    if (argument !== undefined) shell.set('OPTARG', argument);
  }
  shell.set('OPTIND', String(Math.min(next, words.length + 1)));
  return 0;
}
