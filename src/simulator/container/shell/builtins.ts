// The shell's own commands, by name.
import type { Blocking } from '../blocking.ts';
import { directoryBuiltins } from './builtins/directory.ts';
import { flowBuiltins } from './builtins/flow.ts';
import { jobBuiltins } from './builtins/jobs.ts';
import { readBuiltins } from './builtins/read.ts';
import { textBuiltins } from './builtins/text.ts';
import { variableBuiltins } from './builtins/variables.ts';
import type { Shell } from './shell.ts';

/** A command that the shell runs itself. `exec` is not here: it is part of running commands. */
export type Builtin = (shell: Shell, argv: readonly string[]) => Blocking<number>;

/** The builtin of that name. The tables are looked at only when asked: builtins run commands, and commands are builtins. */
export function findBuiltin(name: string): Builtin | undefined {
  for (const table of tables()) if (Object.hasOwn(table, name)) return table[name];
  return undefined;
}

/** All their names. */
export function builtinNames(): string[] {
  return tables().flatMap((table) => Object.keys(table));
}

function tables(): readonly Readonly<Record<string, Builtin>>[] {
  return [textBuiltins, flowBuiltins, variableBuiltins, directoryBuiltins, jobBuiltins, readBuiltins];
}

const special = new Set([
  ':',
  '.',
  'break',
  'continue',
  'eval',
  'exec',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'source',
  'times',
  'trap',
  'unset',
]);

/** POSIX's special builtins: assignments before them stay. */
export function isSpecialBuiltin(name: string): boolean {
  return special.has(name);
}
