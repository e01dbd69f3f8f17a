// echo, printf, test and [: applets that live in the shell too. Their messages say "sh", whatever the shell is called.

import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import { echo } from '../../programs/echo.ts';
import { formatPrintf } from '../../programs/printf.ts';
import type { Builtin } from '../builtins.ts';
import type { Shell } from '../shell.ts';
import { evaluateTest } from '../test-command.ts';

export const textBuiltins: Readonly<Record<string, Builtin>> = {
  *echo(shell, argv) {
    return yield* writing(shell, echo(shell.process, argv, shell.dialect.name === 'dash' ? 'escapes' : 'plain'));
  },
  *printf(shell, argv) {
    const { bytes, problem } = formatPrintf(argv[1] ?? '', argv.slice(2));
    const status = yield* writing(
      shell,
      (function* () {
        yield* shell.process.print(bytes);
        return 0;
      })(),
    );
    if (problem === undefined) return status;
    yield* complain(shell, 'printf', problem);
    return 1;
  },
  *test(shell, argv) {
    return yield* runTest(shell, argv.slice(1));
  },
  *'['(shell, argv) {
    if (argv.at(-1) === ']') return yield* runTest(shell, argv.slice(1, -1));
    yield* complain(shell, '[', 'missing ]');
    return 2;
  },
};

function* runTest(shell: Shell, words: readonly string[]): Blocking<number> {
  const { status, problem } = evaluateTest(shell.process, words, shell.dialect);
  if (problem !== undefined) yield* complain(shell, '[', problem);
  return status;
}

function* complain(shell: Shell, builtin: string, message: string): Blocking {
  if (shell.dialect.name === 'ash') yield* shell.process.complain(`sh: ${message}\n`);
  else yield* shell.complain(`${builtin}: ${message}`);
}

/** A write that fails is the builtin's failure, not the shell's end; a broken pipe is the end. */
function* writing(shell: Shell, work: Blocking<number>): Blocking<number> {
  try {
    return yield* work;
  } catch (thrown) {
    if (!(thrown instanceof Errno) || thrown.code === 'EPIPE') throw thrown;
    yield* shell.process.complain(`${shell.dialect.prefix(shell)}write error: ${thrown.message}\n`);
    return 1;
  }
}
