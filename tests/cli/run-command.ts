// Runs the built game's commands as a person's shell does.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { launcher, pause, playerEnvironment, temporaryHome } from '../tui/terminal-driver.ts';

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A player's home that goes when the test ends. */
export function newHome(): string {
  const { home, remove } = temporaryHome();
  onTestFinished(remove);
  return home;
}

/** An empty folder that goes when the test ends. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'k8squest-test-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A running command: what it printed so far, and its end. */
export class RunningCommand {
  stdout = '';
  stderr = '';
  readonly ended: Promise<CommandResult>;
  private readonly child: ChildProcess;

  constructor(words: readonly string[], home: string, environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [launcher, ...words], { cwd: home, env: playerEnvironment(home, environment) });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.child.stdin!.on('error', () => {}); // it ended before it read everything
    this.ended = new Promise((done) => this.child.on('close', (exitCode) => done({ exitCode, stdout: this.stdout, stderr: this.stderr })));
    onTestFinished(async () => {
      this.child.kill('SIGKILL');
      await this.ended;
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  say(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  endInput(): void {
    this.child.stdin!.end();
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Waits until stdout shows it. */
  async waitFor(what: string | RegExp, timeoutMs = 20_000): Promise<string> {
    const until = Date.now() + timeoutMs;
    while (!(typeof what === 'string' ? this.stdout.includes(what) : what.test(this.stdout))) {
      if (Date.now() > until) throw new Error(`no ${what} within ${timeoutMs} ms:\n${this.stdout}\n${this.stderr}`);
      await pause(15);
    }
    return this.stdout;
  }
}

/** Runs a command to its end, with nothing on its input. */
export async function runCommand(
  words: readonly string[],
  home: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const command = new RunningCommand(words, home, environment);
  command.endInput();
  return command.ended;
}

/** A folder laid out like levels/ with a copy of level 25 under another number; `change` breaks it. */
export function levelsWith(change: (level: string) => void): string {
  const root = newFolder();
  const level = join(root, '9-workshop', '901-copy');
  mkdirSync(join(root, '9-workshop'));
  cpSync('levels/3-networking/25-networkpolicy-too-restrictive', level, { recursive: true });
  change(level);
  return root;
}

/** A program that says it is kubectl of this version. */
export function fakeKubectl(minor: number): string {
  const path = join(newFolder(), 'kubectl');
  const version = JSON.stringify({ clientVersion: { major: '1', minor: String(minor), gitVersion: `v1.${minor}.0` } });
  writeFileSync(path, `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
  return path;
}
