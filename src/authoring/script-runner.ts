// Runs a level's scripts and hint commands with real kubectl, as a player's shell would.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface ScriptResult {
  readonly exitCode: number;
  readonly output: string;
}

const scriptSecondsMax = 60;

/** A folder of its own with `kubectl` and a `sleep` that goes with the cluster's speed, both first on PATH. */
export class ScriptRunner {
  private readonly folder = mkdtempSync(join(tmpdir(), 'k8squest-proof-'));
  private readonly environment: NodeJS.ProcessEnv;

  constructor(kubectl: string, kubeconfig: string, speed: number) {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    mkdirSync(join(this.folder, 'home'));
    symlinkSync(kubectl, join(bin, 'kubectl'));
    writeFileSync(join(bin, 'sleep'), sleepScript(speed), { mode: 0o755 });
    this.environment = {
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
      HOME: join(this.folder, 'home'),
      KUBECONFIG: kubeconfig,
      KUBECACHEDIR: join(this.folder, 'cache'),
      TERM: 'dumb',
      LC_ALL: 'C.UTF-8',
    };
  }

  /** Runs it by bash, which stops at the first command that fails. stdout and stderr come together, as on a screen. */
  run(script: string): Promise<ScriptResult> {
    return new Promise((resolve, reject) => {
      const child = spawn('bash', ['-e', '-c', script], {
        env: this.environment,
        cwd: this.environment['HOME'],
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      let output = '';
      const take = (chunk: Buffer) => {
        output += chunk.toString();
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), scriptSecondsMax * 1000);
      child.on('error', reject);
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ exitCode: code ?? 137, output: code === null ? `${output}(ended after ${scriptSecondsMax} s)` : output });
      });
    });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function sleepScript(speed: number): string {
  return `#!/bin/sh
# sleep takes its part of a second, as the cluster's clock goes ${speed} times as fast.
export PATH=/usr/bin:/bin
exec sleep "$(echo "$1" | awk '/m$/ { print $1 * 60 / ${speed}; next } /h$/ { print $1 * 3600 / ${speed}; next } { print $1 / ${speed} }')"
`;
}
