// Opens the shell pane's shell, where this machine can.
import { PtyTerminal, type Size } from './pty-terminal.ts';
import { shellCommand } from './shell-command.ts';

/** The pane's shell; undefined where node-pty can't be loaded: then the shell takes the whole screen instead. */
export async function openShell(additions: Readonly<Record<string, string>>, size: Size): Promise<PtyTerminal | undefined> {
  let spawn: typeof import('@lydell/node-pty').spawn;
  try {
    ({ spawn } = await import('@lydell/node-pty'));
  } catch {
    return undefined;
  }
  return new PtyTerminal(shellCommand(additions), size, spawn);
}
