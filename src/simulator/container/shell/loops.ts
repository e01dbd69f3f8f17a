// while, until and for.
import type { Blocking } from '../blocking.ts';
import { LoopExit } from './control-flow.ts';
import { runCondition, runList } from './execution.ts';
import { expandWords } from './expansion.ts';
import type { Shell } from './shell.ts';
import type { CompoundList, SyntaxNode } from './syntax.ts';

/** Virtual CPU time that a round takes by itself, in microseconds: or `while :; do :; done` would give nobody a turn. */
const roundMicroseconds = 10;

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

/** Runs a loop until its condition says otherwise. */
export function* runWhile(shell: Shell, node: SyntaxNode & { type: 'While' }): Blocking<number> {
  let status = 0;
  shell.loopDepth++;
  try {
    for (;;) {
      if (shell.process.spend(roundMicroseconds)) yield* shell.process.rest();
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

/** Runs a loop for each word. */
export function* runFor(shell: Shell, node: SyntaxNode & { type: 'For' }): Blocking<number> {
  const words = node.wordlist ? yield* expandWords(shell, node.wordlist) : shell.positional;
  shell.status = 0;
  shell.loopDepth++;
  try {
    for (const word of words) {
      yield* shell.process.work(roundMicroseconds);
      shell.set(node.name.value, word);
      if (!(yield* runBody(shell, node.body))) break;
    }
  } finally {
    shell.loopDepth--;
  }
  return shell.status;
}
