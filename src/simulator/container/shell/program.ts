// Running a program: finding it, redirecting, and becoming it.
import type { Blocking } from '../blocking.ts';
import { Errno } from '../errno.ts';
import { Exit, type Process, type Program } from '../process.ts';
import { expandValue } from './expansion.ts';
import { waitForeground } from './foreground.ts';
import { applyRedirections, expandRedirections, type Target } from './redirection.ts';
import type { Shell } from './shell.ts';
import type { Assignment, Command } from './syntax.ts';

/** Virtual CPU time that starting a program takes. */
const startMicroseconds = 400;

/** Runs a program in a child, or in this process when nothing comes after it. */
export function* runProgram(
  shell: Shell,
  node: Command,
  assignments: readonly Assignment[],
  argv: readonly string[],
  tail: boolean,
): Blocking<number> {
  const targets = node.redirects.length > 0 ? yield* expandRedirections(shell, node.redirects) : [];
  const environment = shell.variables.environment();
  for (const assignment of assignments) environment.set(assignment.name, yield* expandValue(shell, assignment));
  if (tail && shell.traps.size === 0 && !shell.isInteractive) {
    const status = yield* launch(shell, shell.process, targets, argv, environment);
    throw new Exit(status);
  }
  const child = yield* shell.forkProcess(argv);
  if (shell.isInteractive) child.group = child.pid;
  child.resetHandlers();
  child.run(launch(shell, child, targets, argv, environment));
  return yield* waitForeground(shell, child);
}

/** In the process that is to be the program: redirects, finds it and becomes it. */
function* launch(
  shell: Shell,
  process: Process,
  targets: readonly Target[],
  argv: readonly string[],
  environment: Map<string, string>,
): Blocking<number> {
  const problem = applyRedirections(shell, process, targets);
  const say = (message: string): Blocking => process.complain(`${shell.dialect.prefix(shell)}${message}\n`);
  if (problem !== undefined) {
    yield* say(problem);
    return shell.dialect.redirectionStatus;
  }
  let program: Program;
  try {
    program = process.kernel.findProgram(process, argv[0]!, shell.get('PATH') ?? '');
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
    if (thrown.code === 'ENOEXEC') program = runFileAsScript(shell);
    else {
      yield* say(notRunnable(shell, argv[0]!, thrown));
      return thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR' ? 127 : 126;
    }
  }
  if (process.spend(startMicroseconds)) yield* process.rest();
  return yield* become(process, program, argv, environment);
}

/** The process becomes the program. */
export function* become(process: Process, program: Program, argv: readonly string[], environment: Map<string, string>): Blocking<number> {
  process.argv = argv;
  process.environment = environment;
  process.resetHandlers();
  return yield* program(process, argv);
}

/** The program that a name means, or the status to end with after it was said that there is none. */
export function* findProgram(shell: Shell, name: string, prefix = ''): Blocking<Program | number> {
  try {
    return shell.process.kernel.findProgram(shell.process, name, shell.get('PATH') ?? '');
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
    if (thrown.code === 'ENOEXEC') return runFileAsScript(shell);
    yield* shell.complain(`${prefix}${notRunnable(shell, name, thrown)}`);
    return thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR' ? 127 : 126;
  }
}

function notRunnable(shell: Shell, name: string, errno: Errno): string {
  return errno.code === 'ENOENT' ? shell.dialect.notFound(name) : shell.dialect.cannotExecute(name, errno.code);
}

/** A file that the kernel can't run is a script without #!: the shell runs it itself. */
function runFileAsScript(shell: Shell): Program {
  return function* (process, argv) {
    const program = process.kernel.findProgram(process, 'sh', shell.get('PATH') ?? '/bin');
    return yield* program(process, ['sh', ...argv]);
  };
}
