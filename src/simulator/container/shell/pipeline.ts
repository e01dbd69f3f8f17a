// a | b | c: all at once, each with the next one's pipe.
import type { Blocking } from '../blocking.ts';
import { Pipe } from '../pipe.ts';
import type { Process } from '../process.ts';
import { signalNumbers } from '../signals.ts';
import { ShellError } from './control-flow.ts';
import { runNode } from './execution.ts';
import type { Shell } from './shell.ts';
import type { Pipeline } from './syntax.ts';

/** Runs a pipeline, also one of a single command: it can be negated or timed. */
export function* runPipeline(shell: Shell, node: Pipeline, tail: boolean): Blocking<number> {
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
