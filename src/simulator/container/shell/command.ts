// A simple command: assignments, redirections, and a function, a builtin or a program.
import type { Blocking } from '../blocking.ts';
import { release } from '../open-file.ts';
import { Exit } from '../process.ts';
import { signalNumbers } from '../signals.ts';
import { type Builtin, findBuiltin, isSpecialBuiltin } from './builtins.ts';
import { FunctionReturn, ShellError } from './control-flow.ts';
import { runNode } from './execution.ts';
import { expandValue, expandWords, plainWords } from './expansion.ts';
import { become, findProgram, runProgram } from './program.ts';
import { applyRedirections, expandRedirections, restoreDescriptors, type SavedDescriptors } from './redirection.ts';
import type { FunctionBody, Shell } from './shell.ts';
import type { Assignment, Command, Redirection, Word } from './syntax.ts';
import type { Variable } from './variables.ts';

/** Unlike ash, which dies of its stack somewhere beyond: so deep a recursion is a mistake anyway. */
const maxFunctionDepth = 400;

const noAssignments: readonly Assignment[] = [];

/** Virtual CPU time that a command takes by itself, in microseconds. */
const commandMicroseconds = 30;

/** Runs a simple command. */
export function* runCommand(shell: Shell, node: Command, tail: boolean): Blocking<number> {
  const { process } = shell;
  if (process.spend(commandMicroseconds)) yield* process.rest();
  shell.position = node.pos;
  shell.substitutionStatus = 0;
  shell.isFailureTested = false;
  const assignments = node.prefix.length > 0 ? node.prefix.filter((part): part is Assignment => part.type === 'Assignment') : noAssignments;
  const words: (Word | Assignment)[] = node.name ? [node.name, ...node.args] : [];
  let argv = plainWords(shell, words) ?? (yield* expandWords(shell, words));
  const alias = shell.aliases.size > 0 && shell.isInteractive && argv[0] !== undefined ? shell.aliases.get(argv[0]) : undefined;
  if (alias !== undefined) argv = [...alias.split(/\s+/).filter((word) => word !== ''), ...argv.slice(1)];
  if (shell.options.has('x')) yield* trace(shell, assignments, argv);
  const [name] = argv;
  if (name === undefined) return yield* runAssignments(shell, node, assignments);
  if (name === 'exec') return yield* runExec(shell, node, assignments, argv);
  const body = shell.functions.get(name);
  const builtin = body ? undefined : findBuiltin(name);
  if (!body && !builtin) return yield* runProgram(shell, node, assignments, argv, tail);
  const own = body ?? builtin!;
  if (node.redirects.length === 0 && assignments.length === 0) return yield* runInside(shell, own, argv);
  return yield* withRedirections(shell, node.redirects, () => withAssignments(shell, assignments, name, () => runInside(shell, own, argv)));
}

function runInside(shell: Shell, own: FunctionBody | Builtin, argv: readonly string[]): Blocking<number> {
  return typeof own === 'function' ? runBuiltin(shell, own, argv) : callFunction(shell, own, argv);
}

function* runBuiltin(shell: Shell, builtin: Builtin, argv: readonly string[]): Blocking<number> {
  shell.status = (yield* builtin(shell, argv)) & 255;
  return shell.status;
}

function* trace(shell: Shell, assignments: readonly Assignment[], argv: readonly string[]): Blocking {
  const quoted = argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`));
  yield* shell.process.complain(`${shell.get('PS4') ?? '+ '}${[...assignments.map(({ text }) => text), ...quoted].join(' ')}\n`);
}

function* runAssignments(shell: Shell, node: Command, assignments: readonly Assignment[]): Blocking<number> {
  return yield* withRedirections(shell, node.redirects, function* () {
    for (const assignment of assignments) yield* assign(shell, assignment);
    shell.status = shell.substitutionStatus;
    return shell.status;
  });
}

function* assign(shell: Shell, assignment: Assignment, isExported?: boolean): Blocking {
  const value = yield* expandValue(shell, assignment);
  shell.set(assignment.name, assignment.append ? (shell.get(assignment.name) ?? '') + value : value, isExported);
}

/** Assignments before a function or a builtin: for its time only, but for good before a special builtin. */
function* withAssignments(shell: Shell, assignments: readonly Assignment[], name: string, body: () => Blocking<number>): Blocking<number> {
  const saved: [string, Variable | undefined][] = [];
  for (const assignment of assignments) {
    if (!isSpecialBuiltin(name)) saved.push([assignment.name, shell.variables.find(assignment.name)]);
    yield* assign(shell, assignment, true);
  }
  try {
    return yield* body();
  } finally {
    if (shell.process.exitCode === undefined) for (const [variable, before] of saved) shell.variables.put(variable, before);
  }
}

function* callFunction(shell: Shell, body: FunctionBody, argv: readonly string[]): Blocking<number> {
  if (shell.functionDepth >= maxFunctionDepth) {
    shell.process.signal(signalNumbers.SEGV);
    throw new Exit(139);
  }
  const { positional, locals, loopDepth } = shell;
  const ownLocals = new Map<string, Variable | undefined>();
  shell.positional = argv.slice(1);
  shell.locals = ownLocals;
  shell.loopDepth = 0;
  shell.functionDepth++;
  try {
    return yield* runNode(shell, body, false);
  } catch (thrown) {
    if (!(thrown instanceof FunctionReturn)) throw thrown;
    shell.status = thrown.status;
    return thrown.status;
  } finally {
    shell.functionDepth--;
    shell.positional = positional;
    shell.locals = locals;
    shell.loopDepth = loopDepth;
    if (shell.process.exitCode === undefined) for (const [name, before] of ownLocals) shell.variables.put(name, before);
  }
}

/** `exec`: redirections for good, or this process becomes the program. */
function* runExec(shell: Shell, node: Command, assignments: readonly Assignment[], argv: readonly string[]): Blocking<number> {
  for (const assignment of assignments) yield* assign(shell, assignment, true);
  const problem = applyRedirections(shell, shell.process, yield* expandRedirections(shell, node.redirects));
  if (problem !== undefined) throw new ShellError(problem, shell.dialect.redirectionStatus);
  const command = argv.slice(1);
  if (command.length === 0) {
    shell.status = 0;
    return 0;
  }
  const program = yield* findProgram(shell, command[0]!, shell.builtinPrefix('exec'));
  if (typeof program === 'number') throw new Exit(program);
  throw new Exit(yield* become(shell.process, program, command, shell.variables.environment()));
}

/** Runs a body with redirections that are undone afterwards. */
export function* withRedirections(shell: Shell, redirections: readonly Redirection[], body: () => Blocking<number>): Blocking<number> {
  if (redirections.length === 0) return yield* body();
  const { process } = shell;
  const saved: SavedDescriptors = [];
  try {
    const problem = applyRedirections(shell, process, yield* expandRedirections(shell, redirections), saved);
    if (problem !== undefined) {
      yield* shell.complain(problem);
      shell.status = shell.dialect.redirectionStatus;
      return shell.status;
    }
    return yield* body();
  } finally {
    // A process that was ended meanwhile has no descriptors to put back.
    if (process.exitCode === undefined) restoreDescriptors(process, saved);
    else for (const [, file] of saved) if (file) release(file);
  }
}
