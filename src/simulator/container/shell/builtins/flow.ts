// Builtins that decide what runs next: break, return, exit, eval, `.`, command, type.
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import { Exit } from '../../process.ts';
import { whichFile } from '../../program-lookup.ts';
import { decode } from '../../text.ts';
import { type Builtin, findBuiltin, isSpecialBuiltin } from '../builtins.ts';
import { FunctionReturn, LoopExit, ShellError } from '../control-flow.ts';
import { waitForeground } from '../foreground.ts';
import { become, findProgram } from '../program.ts';
import type { Shell } from '../shell.ts';

export const flowBuiltins: Readonly<Record<string, Builtin>> = {
  *':'() {
    return 0;
  },
  *true() {
    return 0;
  },
  *false() {
    return 1;
  },
  *break(shell, argv) {
    if (shell.loopDepth > 0) throw new LoopExit(Math.min(shell.loopDepth, Number(argv[1] ?? 1)), 'break');
    return 0;
  },
  *continue(shell, argv) {
    if (shell.loopDepth > 0) throw new LoopExit(Math.min(shell.loopDepth, Number(argv[1] ?? 1)), 'continue');
    return 0;
  },
  *return(shell, argv) {
    throw new FunctionReturn(statusArgument(shell, 'return', argv[1]));
  },
  *exit(shell, argv) {
    throw new Exit(statusArgument(shell, 'exit', argv[1]));
  },
  *shift(shell, argv) {
    const count = Number(argv[1] ?? 1);
    if (count > shell.positional.length) return 1;
    shell.positional = shell.positional.slice(count);
    return 0;
  },
  *eval(shell, argv) {
    const text = argv.slice(1).join(' ');
    if (text.trim() === '') return 0;
    return yield* shell.runText(text);
  },
  '.': runFile,
  source: runFile,
  *command(shell, argv) {
    const [, option] = argv;
    if (option === '-v' || option === '-V') return yield* describe(shell, argv.slice(2), option === '-v' ? 'short' : 'long');
    const words = option === '-p' ? argv.slice(2) : argv.slice(1);
    const [name] = words;
    if (name === undefined) return 0;
    const builtin = findBuiltin(name);
    if (builtin) return yield* builtin(shell, words);
    const program = yield* findProgram(shell, name);
    if (typeof program === 'number') return program;
    const child = yield* shell.forkProcess(words);
    child.run(become(child, program, words, shell.variables.environment()));
    return yield* waitForeground(shell, child);
  },
  *type(shell, argv) {
    return yield* describe(shell, argv.slice(1), 'long');
  },
  *hash() {
    return 0;
  },
  *times(shell) {
    yield* shell.process.print('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
    return 0;
  },
};

function statusArgument(shell: Shell, builtin: string, word: string | undefined): number {
  if (word === undefined) return shell.status;
  if (!/^\d+$/.test(word)) throw new ShellError(`${shell.builtinPrefix(builtin)}Illegal number: ${word}`);
  return Number(word) & 255;
}

function* runFile(shell: Shell, argv: readonly string[]): Blocking<number> {
  const name = argv[1];
  if (name === undefined) return 0;
  let text: string;
  try {
    const path = name.includes('/') ? name : sourcedFile(shell, name);
    text = decode(shell.process.readFile(path));
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
    throw new ShellError(`${shell.builtinPrefix('.')}can't open '${name}': ${thrown.message}`);
  }
  const { positional } = shell;
  if (argv.length > 2) shell.positional = argv.slice(2);
  try {
    return yield* shell.runText(text, { isFile: true });
  } catch (thrown) {
    if (thrown instanceof FunctionReturn) return thrown.status;
    throw thrown;
  } finally {
    shell.positional = positional;
  }
}

/** `. name` searches PATH for a readable file, then looks here. */
function sourcedFile(shell: Shell, name: string): string {
  const { files } = shell.process.kernel;
  const folder = (shell.get('PATH') ?? '')
    .split(':')
    .find((candidate) => files.lookUp(shell.process, `${candidate || '.'}/${name}`)?.type === 'file');
  return folder === undefined ? name : `${folder || '.'}/${name}`;
}

function* describe(shell: Shell, names: readonly string[], form: 'short' | 'long'): Blocking<number> {
  let status = 0;
  for (const name of names) {
    const alias = shell.aliases.get(name);
    const file = whichFile(shell.process, name, shell.get('PATH') ?? '');
    const kind = shell.functions.has(name) ? 'function' : findBuiltin(name) || name === 'exec' ? 'builtin' : undefined;
    if (alias !== undefined)
      yield* shell.process.print(form === 'short' ? `alias ${name}='${alias}'\n` : `${name} is an alias for ${alias}\n`);
    else if (kind === 'function') yield* shell.process.print(form === 'short' ? `${name}\n` : `${name} is a function\n`);
    else if (kind === 'builtin') {
      yield* shell.process.print(
        form === 'short' ? `${name}\n` : `${name} is a ${isSpecialBuiltin(name) ? 'special ' : ''}shell builtin\n`,
      );
    } else if (file !== undefined) yield* shell.process.print(form === 'short' ? `${file}\n` : `${name} is ${file}\n`);
    else {
      if (form === 'long') yield* shell.process.print(`${name}: not found\n`);
      status = 127;
    }
  }
  return status;
}
