// A trial that fails on a repaired level is made again; on the level as it was staged it isn't.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ExecResult, KubernetesApi } from '../../src/cluster/kubernetes-api.ts';
import { Judge } from '../../src/game/judge.ts';
import type { Level } from '../../src/game/level.ts';
import { loadLevel } from '../../src/game/load-levels.ts';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const level = loadLevel('levels/3-networking/28-service-endpoints-not-updating') as Level;
const answered: ExecResult = { stdout: 'Welcome to nginx!', stderr: '', exitCode: 0 };
const nameLost: ExecResult = { stdout: '', stderr: "wget: bad address 'checkout'\n", exitCode: 1 };
const status = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True' }],
  containerStatuses: [{ state: { running: {} }, ready: true }],
  replicas: 3,
  updatedReplicas: 3,
  readyReplicas: 3,
  availableReplicas: 3,
};

/** A judge of level 28 on a cluster where all is rolled out at once; `answer` is what the checkout says after so many rolls. */
function judgeOf(answer: (rolls: number) => ExecResult) {
  let rolls = 0;
  let change = (_changed: object) => {};
  const api: Partial<KubernetesApi> = {
    watch(selection, listener, states) {
      for (const object of level.broken.filter(({ kind }) => kind === selection.kind)) {
        const { apiVersion, kind, ...content } = object;
        const live = { ...content, status, apiVersion, kind }; // as the clients of a list add them
        listener({ type: 'ADDED', object: live as never });
        let now: object = { kind, apiVersion, ...content, status };
        if (kind !== 'Deployment') continue;
        change = (changed) => {
          now = merge(now, changed) as object;
          listener({ type: 'MODIFIED', object: now as never });
        };
      }
      states?.onSynced?.();
      return () => {};
    },
    exec: async () => answer(rolls),
    patch: async (_reference, changed) => {
      rolls++;
      change(changed as object);
      return {} as never;
    },
  };
  const after = (delayMs: number, work: () => void) => {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  };
  const judge = new Judge({ level, api: api as KubernetesApi, clock: { now: () => Date.now(), after } });
  judge.start();
  return { judge, repair: () => change({ metadata: { labels: { repaired: 'yes' } } }), rolls: () => rolls };
}

/** A merge patch without nulls. */
function merge(into: unknown, changed: unknown): unknown {
  if (typeof changed !== 'object' || typeof into !== 'object') return changed;
  const merged: Record<string, unknown> = { ...into };
  for (const [key, value] of Object.entries(changed as object)) merged[key] = merge(merged[key], value);
  return merged;
}

test('the restart that a trial makes is no change that asks for another trial', async () => {
  const { judge, repair, rolls } = judgeOf(() => answered);
  repair();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([rolls(), judge.hasPassed]).toEqual([1, true]);
  judge.stop();
});

test('a repaired level whose name server had a bad moment is passed by another trial', async () => {
  const { judge, repair, rolls } = judgeOf((count) => (count < 3 ? nameLost : answered));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(rolls()).toBe(1);
  repair();
  await vi.advanceTimersByTimeAsync(20_000);
  expect([rolls(), judge.hasPassed]).toEqual([2, false]);
  await vi.advanceTimersByTimeAsync(75_000);
  expect([rolls(), judge.hasPassed]).toEqual([3, true]);
  judge.stop();
});

test('a repair that never holds is tried three times, and then left in peace', async () => {
  const { judge, repair, rolls } = judgeOf(() => nameLost);
  await vi.advanceTimersByTimeAsync(10_000);
  repair();
  await vi.advanceTimersByTimeAsync(600_000);
  expect([rolls(), judge.hasPassed]).toEqual([4, false]);
  judge.stop();
});

test('the level as it was staged is tried once', async () => {
  const { judge, rolls } = judgeOf(() => nameLost);
  await vi.advanceTimersByTimeAsync(600_000);
  expect([rolls(), judge.hasPassed]).toEqual([1, false]);
  judge.stop();
});
