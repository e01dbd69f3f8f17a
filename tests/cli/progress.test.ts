// `k8squest progress` and `doctor`: what a player reads about themselves and what runs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { newHome, RunningCommand, runCommand } from './run-command.ts';

// The machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

test('progress names levels as the map does, in their order', async () => {
  const home = newHome();
  const result = (xp: number, bestMs: number, runs: number) => ({ xp, bestMs, runs, passedAt: '2026-11-25T03:08:26.041Z' });
  const levels = {
    '27-cross-namespace-service-communication': result(250, 41_659, 2),
    '22-nodeport-not-accessible': result(140, 145_852, 1),
    '90-of-my-own': result(10, 5000, 1),
  };
  mkdirSync(join(home, 'data'), { recursive: true });
  writeFileSync(
    join(home, 'data/save.json'),
    JSON.stringify({ schemaVersion: 1, instance: 'ba89a468-28b2-46f1-bbb5-96696aca7b75', levels }),
  );
  const { stdout } = await runCommand(['progress'], home);
  expect(stdout.split('\n').slice(1)).toEqual([
    '  22  NodePort Not Accessible  140 XP · best time 2m25s · 1 run',
    '  27  Cross-Namespace Service Communication  250 XP · best time 41s · 2 runs',
    '  90-of-my-own  10 XP · best time 5s · 1 run',
    '',
  ]);
  expect(stdout).toMatch(/ · 400 XP · 2 of \d+ levels\n/);
});

test('doctor tells what runs, and how another terminal gets there', async () => {
  const home = newHome();
  const game = new RunningCommand(['play', '22', '--plain'], home);
  await game.waitFor('export KUBECONFIG=');
  const { stdout } = await runCommand(['doctor'], home);
  const kubeconfig = join(home, 'state/run', String(game.pid), 'kubeconfig');
  expect(stdout).toContain(`✔ running: 22-nodeport-not-accessible, process ${game.pid}\n    export KUBECONFIG=${kubeconfig}\n`);
  game.say('quit');
  expect((await game.ended).exitCode).toBe(0);
});
