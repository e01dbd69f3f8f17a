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

let known: ReadonlyMap<string, Builtin> | undefined;

/** The builtin of that name. */
export function findBuiltin(name: string): Builtin | undefined {
  return builtins().get(name);
}

/** All their names. */
export function builtinNames(): string[] {
  return [...builtins().keys()];
}

/** Put together only when asked: builtins run commands, and commands are builtins. */
function builtins(): ReadonlyMap<string, Builtin> {
  const tables = () => [textBuiltins, flowBuiltins, variableBuiltins, directoryBuiltins, jobBuiltins, readBuiltins];
  known ??= new Map(tables().flatMap((table) => Object.entries(table)));
  return known;
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
