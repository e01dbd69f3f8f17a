// Where no pseudo-terminal can be had, the shell takes the whole screen and gives it back.
import { spawn } from 'node:child_process';
import { shellCommand } from './shell-command.ts';

/** Resolves when the player leaves the shell. */
export function runWholeScreenShell(additions: Readonly<Record<string, string>>): Promise<void> {
  const command = shellCommand(additions);
  // console's text would be kept until the screen is back.
  process.stdout.write('Your shell. "exit" goes back to the mission.\n');
  return new Promise((resolve) => {
    const child = spawn(command.program, command.arguments, { env: command.environment, cwd: command.folder, stdio: 'inherit' });
    child.on('error', (error) => {
      process.stdout.write(`The shell can't be started: ${error.message}\n`);
      resolve();
    });
    child.on('close', () => resolve());
  });
}
