// `k8squest cluster --addon`, and a level that brings its add-on along.
import { expect, test } from 'vitest';
import { newHome, RunningCommand, runCommand } from './run-command.ts';

test('an add-on that there is none of is refused by name', async () => {
  const { exitCode, stderr, stdout } = await runCommand(['cluster', '--addon', 'metrics'], newHome());
  expect(stderr).toContain('--addon knows ingress, not "metrics".');
  expect([exitCode, stdout]).toEqual([2, '']);
});

test.each([[['--addon', 'ingress']], [['24']]])(
  'cluster %s says where ingresses are reached',
  async (words) => {
    const cluster = new RunningCommand(['cluster', ...words], newHome());
    await cluster.waitFor('export KUBECONFIG=');
    await expect
      .poll(() => cluster.stderr, { timeout: 10_000 })
      .toMatch(/ingresses answer at http:\/\/127\.0\.0\.1:\d+, by the Host header/);
    cluster.signal('SIGINT');
    expect((await cluster.ended).exitCode).toBe(0);
  },
  60_000,
);
