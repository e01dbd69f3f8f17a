// Runs programs for the players of scenarios and transcripts.
import { spawn } from 'node:child_process';

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly secondsMax: number;
}

/** Runs a program; one that takes too long is killed with what it started, and exits 124. */
export function run(program: string, words: readonly string[], { environment, folder, secondsMax }: Surroundings): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd: folder, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    child.stdout.on('data', (bytes: Buffer) => output.stdout.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => output.stderr.push(bytes));
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    }, secondsMax * 1000);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const text = (parts: Buffer[]) => Buffer.concat(parts).toString();
      resolve({ stdout: text(output.stdout), stderr: text(output.stderr), status: isLate ? 124 : (code ?? (signal ? -1 : 0)) });
    });
  });
}

/** Runs a command by bash. */
export function runShell(command: string, surroundings: Surroundings): Promise<Finished> {
  return run('bash', ['-c', command], surroundings);
}
