// Runs a script: lists, conditions, loops, pipelines, and commands that are functions, builtins or programs.
import type { Blocking } from '../blocking.ts';
import { Errno } from '../errno.ts';
import { openNull, release } from '../open-file.ts';
import { Pipe } from '../pipe.ts';
import { Exit, type Process, type Program } from '../process.ts';
import { signalNumbers } from '../signals.ts';
import { evaluate } from './arithmetic.ts';
import { findBuiltin, isSpecialBuiltin } from './builtins.ts';
import { FunctionReturn, LoopExit, ShellError } from './control-flow.ts';
import { expandPattern, expandValue, expandWord, expandWords } from './expansion.ts';
import { patternRegExp } from './pattern.ts';
import { applyRedirections, expandRedirections, restoreDescriptors, type SavedDescriptors, type Target } from './redirection.ts';
import type { FunctionBody, Shell } from './shell.ts';
import type { Assignment, Command, CommandNode, CompoundList, Pipeline, Redirection, Statement, SyntaxNode, Word } from './syntax.ts';
import { evaluateTestCommand } from './test-command.ts';
import type { Variable } from './variables.ts';

type Node = Statement['command'] | CompoundList;

/** Real ash dies of its stack somewhere beyond; so deep a recursion is a mistake anyway. */
const maxFunctionDepth = 400;

/** Virtual CPU time, in microseconds: roughly what a small machine takes, and never nothing, or a hot loop would give nobody a turn. */
const cost = { round: 10, command: 30, program: 400 };

/** What a shell says of a command that a signal ended. */
const endings: Readonly<Record<number, string>> = {
  1: 'Hangup',
  3: 'Quit',
  4: 'Illegal instruction',
  6: 'Aborted',
  7: 'Bus error',
  8: 'Floating point exception',
  9: 'Killed',
  10: 'User defined signal 1',
  11: 'Segmentation fault',
  12: 'User defined signal 2',
  14: 'Alarm clock',
  15: 'Terminated',
};

/** Runs commands one after the other. `tail`: nothing comes after them in this process, so the last program may take its place. */
export function* runList(shell: Shell, commands: readonly Statement[], tail: boolean): Blocking<number> {
  const last = commands.length - 1;
  for (const [index, statement] of commands.entries()) {
    if (statement.background) yield* runInBackground(shell, statement);
    else {
      yield* runNode(shell, statement.command, tail && index === last);
      yield* endOnFailure(shell, statement.command);
    }
  }
  return shell.status;
}

/** Runs one node. */
export function* runNode(shell: Shell, node: Node, tail: boolean): Blocking<number> {
  if (shell.hasPendingSignal) yield* shell.runTraps();
  switch (node.type) {
    case 'Command':
      return yield* runCommand(shell, node, tail);
    case 'Redirected':
      return yield* withRedirections(shell, node.redirects, () => runNode(shell, node.command, false));
    case 'Pipeline':
      return yield* runPipeline(shell, node, tail);
    case 'AndOr':
      return yield* runAndOr(shell, node, tail);
    case 'If':
      return yield* runIf(shell, node, tail);
    case 'While':
      return yield* runWhile(shell, node);
    case 'For':
      return yield* runFor(shell, node);
    case 'Case':
      return yield* runCase(shell, node, tail);
    case 'Subshell': {
      if (tail && shell.traps.size === 0) return yield* runList(shell, node.body.commands, true);
      const child = yield* shell.startSubshell((subshell) => runList(subshell, node.body.commands, true));
      return yield* waitForeground(shell, child);
    }
    case 'BraceGroup':
      return yield* runList(shell, node.body.commands, tail);
    case 'CompoundList':
      return yield* runList(shell, node.commands, tail);
    case 'Function':
      shell.functions = new Map(shell.functions).set(node.name.value, node.body);
      shell.status = 0;
      return 0;
    case 'TestCommand':
      shell.status = yield* evaluateTestCommand(shell, node.expression);
      return shell.status;
    case 'ArithmeticCommand':
      shell.status = node.expression && (yield* evaluate(shell, node.expression)) !== 0 ? 0 : 1;
      return shell.status;
    case 'ArithmeticFor':
    case 'Select':
    case 'Coproc':
      throw new ShellError(
        `syntax error: ${node.type === 'Select' ? 'select' : node.type === 'Coproc' ? 'coproc' : 'for (('} is not simulated`,
      );
  }
}

/** Waits for a child in the foreground and says how a signal ended it. */
export function* waitForeground(shell: Shell, child: Process): Blocking<number> {
  const { process } = shell;
  const terminal = shell.isInteractive ? process.descriptors[0]?.terminal : undefined;
  if (terminal) terminal.foreground = child.group;
  shell.status = yield* process.waitFor(child);
  if (terminal) terminal.foreground = process.group;
  const signal = child.killedBy;
  if (signal === undefined || signal === signalNumbers.PIPE) return shell.status;
  if (signal === signalNumbers.INT) {
    if (shell.isInteractive) throw new ShellError('', 130);
    // As ash does: a shell whose foreground command was interrupted dies of it too.
    if (shell.traps.get('INT') === undefined) throw new Exit(130);
    return shell.status;
  }
  yield* process.complain(`${endings[signal] ?? `Signal ${signal}`}\n`);
  return shell.status;
}

function* endOnFailure(shell: Shell, node: Node): Blocking {
  if (shell.status === 0 || shell.testedDepth > 0 || shell.isFailureTested || !shell.options.has('e')) return;
  if (node.type === 'Pipeline' && node.prefixes.some(({ type }) => type === 'Negation')) return;
  throw new Exit(shell.status);
}

function* runInBackground(shell: Shell, statement: Statement): Blocking {
  const child = yield* shell.startSubshell(
    (subshell) => runNode(subshell, statement.command, true),
    (process) => {
      if (shell.isInteractive) process.group = process.pid;
      else process.setDescriptor(0, openNull());
    },
  );
  const number = (shell.jobs.at(-1)?.number ?? 0) + 1;
  const text = shell.source.text.slice(statement.pos, statement.end).replace(/\s*&\s*$/, '');
  shell.jobs.push({ number, process: child, text });
  shell.lastBackground = child.pid;
  shell.status = 0;
  if (shell.isInteractive) yield* shell.process.complain(`[${number}] ${child.pid}\n`);
}

function* runCondition(shell: Shell, list: CompoundList): Blocking<boolean> {
  shell.testedDepth++;
  try {
    yield* runList(shell, list.commands, false);
    return shell.status === 0;
  } finally {
    shell.testedDepth--;
  }
}

function* runAndOr(shell: Shell, node: SyntaxNode & { type: 'AndOr' }, tail: boolean): Blocking<number> {
  const last = node.commands.length - 1;
  for (const [index, command] of node.commands.entries()) {
    if (index > 0 && (node.operators[index - 1] === '&&') !== (shell.status === 0)) {
      // What fails on the left of && is no failure for set -e.
      shell.isFailureTested = true;
      continue;
    }
    if (index === last) {
      yield* runNode(shell, command, tail);
      break;
    }
    shell.testedDepth++;
    try {
      yield* runNode(shell, command, false);
    } finally {
      shell.testedDepth--;
    }
  }
  return shell.status;
}

function* runIf(shell: Shell, node: SyntaxNode & { type: 'If' }, tail: boolean): Blocking<number> {
  if (yield* runCondition(shell, node.clause)) return yield* runList(shell, node.then.commands, tail);
  for (const branch of node.elif) {
    if (yield* runCondition(shell, branch.clause)) return yield* runList(shell, branch.then.commands, tail);
  }
  shell.status = 0;
  return node.else ? yield* runList(shell, node.else.commands, tail) : 0;
}

/** Runs a loop's body once; false when the loop is to be left. */
function* runBody(shell: Shell, body: CompoundList): Blocking<boolean> {
  try {
    yield* runList(shell, body.commands, false);
  } catch (thrown) {
    if (!(thrown instanceof LoopExit)) throw thrown;
    thrown.levels--;
    if (thrown.levels > 0) throw thrown;
    shell.status = 0;
    return thrown.kind === 'continue';
  }
  if (shell.hasPendingSignal) yield* shell.runTraps();
  return true;
}

function* runWhile(shell: Shell, node: SyntaxNode & { type: 'While' }): Blocking<number> {
  let status = 0;
  shell.loopDepth++;
  try {
    for (;;) {
      // An empty round costs time too, or `while :; do :; done` would never let others have a turn.
      yield* shell.process.work(cost.round);
      if (shell.hasPendingSignal) yield* shell.runTraps();
      let goesOn: boolean;
      try {
        goesOn = (yield* runCondition(shell, node.clause)) === (node.kind === 'while');
      } catch (thrown) {
        if (!(thrown instanceof LoopExit)) throw thrown;
        thrown.levels--;
        if (thrown.levels > 0) throw thrown;
        if (thrown.kind === 'continue') continue;
        status = 0;
        break;
      }
      if (!goesOn) break;
      const stays = yield* runBody(shell, node.body);
      ({ status } = shell);
      if (!stays) break;
    }
  } finally {
    shell.loopDepth--;
  }
  shell.status = status;
  return status;
}

function* runFor(shell: Shell, node: SyntaxNode & { type: 'For' }): Blocking<number> {
  const words = node.wordlist ? yield* expandWords(shell, node.wordlist) : shell.positional;
  shell.status = 0;
  shell.loopDepth++;
  try {
    for (const word of words) {
      yield* shell.process.work(cost.round);
      shell.set(node.name.value, word);
      if (!(yield* runBody(shell, node.body))) break;
    }
  } finally {
    shell.loopDepth--;
  }
  return shell.status;
}

function* runCase(shell: Shell, node: SyntaxNode & { type: 'Case' }, tail: boolean): Blocking<number> {
  const text = yield* expandWord(shell, node.word);
  for (const item of node.items) {
    for (const pattern of item.pattern) {
      if (!patternRegExp(yield* expandPattern(shell, pattern)).test(text)) continue;
      shell.status = 0;
      return yield* runList(shell, item.body.commands, tail);
    }
  }
  shell.status = 0;
  return 0;
}

function* runPipeline(shell: Shell, node: Pipeline, tail: boolean): Blocking<number> {
  const isNegated = node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
  const isTimed = node.prefixes.some(({ type }) => type === 'Time');
  const startedAt = shell.process.clock.now;
  const [first] = node.commands;
  if (node.commands.length === 1 && first) {
    if (isNegated) shell.testedDepth++;
    try {
      yield* runNode(shell, first, tail && !isNegated && !isTimed);
    } finally {
      if (isNegated) shell.testedDepth--;
    }
  } else yield* runStages(shell, node);
  if (isNegated) shell.status = shell.status === 0 ? 1 : 0;
  if (isTimed) yield* shell.process.complain(timeReport(shell.process.clock.now - startedAt));
  return shell.status;
}

function* runStages(shell: Shell, node: Pipeline): Blocking {
  const stages: Process[] = [];
  let input: Pipe | undefined;
  const last = node.commands.length - 1;
  for (const [index, command] of node.commands.entries()) {
    const before = input;
    const output = index < last ? new Pipe() : undefined;
    const stage = yield* shell.startSubshell(
      (subshell) => runNode(subshell, command, true),
      (process) => {
        if (before) process.setDescriptor(0, before.reader);
        if (output) process.setDescriptor(1, output.writer);
        if (output && node.operators[index] === '|&') process.setDescriptor(2, output.writer);
        if (shell.isInteractive) process.group = stages[0]?.pid ?? process.pid;
      },
    );
    stages.push(stage);
    input = output;
  }
  let status = 0;
  const pipefail = shell.options.has('pipefail');
  const terminal = shell.isInteractive ? shell.process.descriptors[0]?.terminal : undefined;
  if (terminal) terminal.foreground = stages[0]!.group;
  for (const stage of stages) {
    const ended = yield* shell.process.waitFor(stage);
    status = pipefail ? ended || status : ended;
  }
  if (terminal) terminal.foreground = shell.process.group;
  shell.status = status;
  if (shell.isInteractive && stages.at(-1)?.killedBy === signalNumbers.INT) throw new ShellError('', 130);
}

function timeReport(elapsedMs: number): string {
  const minutes = Math.floor(elapsedMs / 60000);
  return `real\t${minutes}m ${((elapsedMs % 60000) / 1000).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`;
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

function* runCommand(shell: Shell, node: Command, tail: boolean): Blocking<number> {
  const { process } = shell;
  if (process.spend(cost.command)) yield* process.rest();
  shell.position = node.pos;
  shell.substitutionStatus = 0;
  shell.isFailureTested = false;
  const assignments = node.prefix.filter((part): part is Assignment => part.type === 'Assignment');
  const words: (Word | Assignment)[] = node.name ? [node.name, ...node.args] : [];
  let argv = yield* expandWords(shell, words);
  const alias = shell.aliases.size > 0 && shell.isInteractive && argv[0] !== undefined ? shell.aliases.get(argv[0]) : undefined;
  if (alias !== undefined) argv = [...alias.split(/\s+/).filter((word) => word !== ''), ...argv.slice(1)];
  if (shell.options.has('x')) yield* trace(shell, assignments, argv);
  const [name] = argv;
  if (name === undefined) return yield* runAssignments(shell, node, assignments);
  if (name === 'exec') return yield* runExec(shell, node, assignments, argv);
  const body = shell.functions.get(name);
  const builtin = findBuiltin(name);
  if (body)
    return yield* withRedirections(shell, node.redirects, () =>
      withAssignments(shell, assignments, name, () => callFunction(shell, body, argv)),
    );
  if (builtin) {
    return yield* withRedirections(shell, node.redirects, () =>
      withAssignments(shell, assignments, name, function* () {
        shell.status = (yield* builtin(shell, argv)) & 255;
        return shell.status;
      }),
    );
  }
  return yield* runProgram(shell, node, assignments, argv, tail);
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

function* runProgram(
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
  if (process.spend(cost.program)) yield* process.rest();
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

export type { CommandNode };
