// Where no pseudo-terminal can be had, the shell takes the whole screen and gives it back.
import { spawn } from 'node:child_process';
import { shellCommand } from './shell-command.ts';

/** Resolves when the player leaves the shell. */
export function runWholeScreenShell(additions: Readonly<Record<string, string>>): Promise<void> {
  const command = shellCommand(additions);
  console.log('Your shell. "exit" goes back to the mission.');
  return new Promise((resolve) => {
    const child = spawn(command.program, command.arguments, { env: command.environment, cwd: command.folder, stdio: 'inherit' });
    child.on('error', (error) => {
      console.log(`The shell can't be started: ${error.message}`);
      resolve();
    });
    child.on('close', () => resolve());
  });
}
