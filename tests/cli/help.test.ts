// Help and version: what a person reads first.
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { newHome, runCommand } from './run-command.ts';

// The machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const commands = ['play', 'levels', 'cluster', 'check', 'progress', 'reset', 'doctor', 'new', 'lint', 'test', 'schema'];

test('--version prints the version and nothing else', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await runCommand(['--version'], newHome())).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help names every command', async () => {
  const { exitCode, stdout } = await runCommand(['--help'], newHome());
  expect(exitCode).toBe(0);
  for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
});

test('the help of each command shows an example', async () => {
  const home = newHome();
  for (const command of commands) {
    const { exitCode, stdout } = await runCommand([command, '--help'], home);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`For example:\\n {2}k8squest ${command}`));
  }
});
