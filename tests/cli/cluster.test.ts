// `k8squest cluster`, and `check` beside one or several.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { newHome, RunningCommand, runCommand } from './run-command.ts';

// The machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

test('a kubeconfig that is not ours is not overwritten', async () => {
  const home = newHome();
  const file = join(home, 'config');
  writeFileSync(file, 'apiVersion: v1\nkind: Config\n');
  const { exitCode, stderr, stdout } = await runCommand(['cluster', '--kubeconfig', file], home);
  expect(stderr).toContain(`${file} is there and was not written by k8squest. Name another file`);
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(readFileSync(file, 'utf8')).toBe('apiVersion: v1\nkind: Config\n');
});

test('writes its kubeconfig, prints the line to copy, overwrites its own, and ends with nothing left in the run folder', async () => {
  const home = newHome();
  const file = join(home, 'kubeconfig');
  for (let time = 1; time <= 2; time++) {
    const cluster = new RunningCommand(['cluster', '25', '--kubeconfig', file], home);
    await cluster.waitFor(`export KUBECONFIG=${file}\n`);
    expect(cluster.stdout).toBe(`export KUBECONFIG=${file}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    cluster.signal('SIGINT');
    expect((await cluster.ended).exitCode).toBe(0);
    expect(readdirSync(join(home, 'state/run'))).toEqual([]);
  }
});

test('check asks the one that runs; exit 1 while the level is broken', async () => {
  const home = newHome();
  const cluster = new RunningCommand(['cluster', '25'], home);
  await cluster.waitFor('export KUBECONFIG=');
  const check = await runCommand(['check', '--json'], home);
  const report = JSON.parse(check.stdout) as { level: string; goals: { id: string; outcome: string }[] };
  expect(report.level).toBe('25-networkpolicy-too-restrictive');
  expect(report.goals.filter(({ outcome }) => outcome !== 'met').map(({ id }) => id)).toEqual(['frontend-reaches-api']);
  expect(check.exitCode).toBe(1);
  cluster.signal('SIGTERM');
  expect((await cluster.ended).exitCode).toBe(0);
});

test('two games at once both play; check asks which, and KUBECONFIG says it', async () => {
  const home = newHome();
  const games = [25, 25].map((level) => new RunningCommand(['play', String(level), '--plain'], home));
  for (const game of games) await game.waitFor('export KUBECONFIG=');
  const which = await runCommand(['check'], home);
  expect(which.stderr).toContain('several are running:');
  for (const { pid } of games) expect(which.stderr).toContain(join(home, 'state/run', String(pid), 'kubeconfig'));
  expect(which.exitCode).toBe(2);
  const kubeconfig = join(home, 'state/run', String(games[1]!.pid), 'kubeconfig');
  const check = await runCommand(['check'], home, { KUBECONFIG: kubeconfig });
  expect(check.stdout).toContain('✘ not yet: The frontend gets an answer from the API');
  expect(check.exitCode).toBe(1);
  for (const game of games) game.say('quit');
  for (const game of games) expect((await game.ended).exitCode).toBe(0);
  expect(existsSync(kubeconfig)).toBe(false);
});

test('check of a level asks the game that plays it, and none that plays another', async () => {
  const home = newHome();
  const games = [22, 25].map((level) => new RunningCommand(['play', String(level), '--plain'], home));
  for (const game of games) await game.waitFor('export KUBECONFIG=');
  const check = await runCommand(['check', '25'], home);
  expect(check.stdout).toContain('✘ not yet: The frontend gets an answer from the API');
  expect(check.exitCode).toBe(1);
  const other = await runCommand(['check', '27'], home);
  expect(other.stderr).toMatch(
    /^k8squest: 27-cross-namespace-service-communication is not being played, but 2[25]-\S+ and 2[25]-\S+\. Start it first\.\n$/,
  );
  expect(other.exitCode).toBe(2);
  for (const game of games) game.say('quit');
  for (const game of games) expect((await game.ended).exitCode).toBe(0);
});

test.each(['SIGTERM', 'SIGHUP'] as const)('%s ends a cluster with nothing left', async (signal) => {
  const home = newHome();
  const cluster = new RunningCommand(['cluster'], home);
  await cluster.waitFor('export KUBECONFIG=');
  cluster.signal(signal);
  expect((await cluster.ended).exitCode).toBe(0);
  expect(readdirSync(join(home, 'state/run'))).toEqual([]);
});

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as [NodeJS.Signals, number][])('%s ends a game of lines with nothing left', async (signal, exitCode) => {
  const home = newHome();
  const game = new RunningCommand(['play', '25', '--plain'], home);
  await game.waitFor('export KUBECONFIG=');
  game.signal(signal);
  expect((await game.ended).exitCode).toBe(exitCode);
  expect(readdirSync(join(home, 'state/run'))).toEqual([]);
});
