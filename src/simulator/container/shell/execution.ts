// Runs a script: lists, conditions and what they are made of.
import type { Blocking } from '../blocking.ts';
import { openNull } from '../open-file.ts';
import { Exit } from '../process.ts';
import { evaluate } from './arithmetic.ts';
import { runCommand, withRedirections } from './command.ts';
import { ShellError } from './control-flow.ts';
import { expandPattern, expandWord } from './expansion.ts';
import { waitForeground } from './foreground.ts';
import { runFor, runWhile } from './loops.ts';
import { patternRegExp } from './pattern.ts';
import { runPipeline } from './pipeline.ts';
import type { Shell } from './shell.ts';
import type { CompoundList, Statement, SyntaxNode } from './syntax.ts';
import { evaluateTestCommand } from './test-command.ts';

type Node = Statement['command'] | CompoundList;

/** Runs commands one after the other. `tail`: nothing comes after them in this process, so the last program may take its place. */
export function* runList(shell: Shell, commands: readonly Statement[], tail: boolean): Blocking<number> {
  const last = commands.length - 1;
  for (let index = 0; index <= last; index++) {
    const statement = commands[index]!;
    if (statement.background) yield* runInBackground(shell, statement);
    else {
      yield* runNode(shell, statement.command, tail && index === last);
      endOnFailure(shell, statement.command);
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

function endOnFailure(shell: Shell, node: Node): void {
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

/** Runs a condition: a failure in it is an answer, not the end of a script under set -e. */
export function* runCondition(shell: Shell, list: CompoundList): Blocking<boolean> {
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
