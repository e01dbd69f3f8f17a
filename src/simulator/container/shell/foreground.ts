// Waiting for a command in the foreground.
import type { Blocking } from '../blocking.ts';
import { Exit, type Process } from '../process.ts';
import { signalNumbers } from '../signals.ts';
import { ShellError } from './control-flow.ts';
import type { Shell } from './shell.ts';

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
