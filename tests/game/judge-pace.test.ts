// Where looking takes long (a real cluster, one command a second), what is met is passed all the same.
import { afterEach, expect, test, vi } from 'vitest';
import type { ExecOptions, ExecResult, KubernetesApi } from '../../src/cluster/kubernetes-api.ts';
import { Judge } from '../../src/game/judge.ts';
import type { Level } from '../../src/game/level.ts';
import { loadLevel } from '../../src/game/load-levels.ts';

afterEach(() => vi.useRealTimers());

const running = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True' }],
  containerStatuses: [{ state: { running: {} }, ready: true }],
};

const basketPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'basket-1', namespace: 'k8squest', uid: 'b', labels: { app: 'basket', tier: 'web' }, ownerReferences: [] },
  spec: { containers: [{ name: 'basket', image: 'busybox:1.36' }] },
  status: running,
};

/** Begins one command a second, each of which takes two. */
function slowApi({ broken }: Level): KubernetesApi {
  let nextAt = 0;
  return {
    watch(selection, listener, states) {
      for (const object of broken.filter(({ kind, metadata }) => kind === selection.kind && metadata.namespace === selection.namespace))
        listener({ type: 'ADDED', object: { ...object, ...(object.kind === 'Pod' && { status: running }) } as never });
      states?.onSynced?.();
      return () => {};
    },
    async exec({ pod }: ExecOptions): Promise<ExecResult> {
      const at = Math.max(Date.now(), nextAt);
      nextAt = at + 1000;
      await new Promise((resolve) => setTimeout(resolve, at - Date.now() + 2000));
      const isLetIn = pod === 'frontend';
      return isLetIn
        ? { stdout: 'API Response: Success\n', stderr: '', exitCode: 0 }
        : { stdout: '', stderr: 'wget: download timed out\n', exitCode: 1 };
    },
  } as Partial<KubernetesApi> as KubernetesApi;
}

test.each([0, 900, 1700, 2600, 3300, 4100, 4800])(
  'all met, then %i ms later something changes: it is passed within half a minute',
  async (ms) => {
    vi.useFakeTimers({ now: 1_000_000 });
    const level = loadLevel('levels/3-networking/25-networkpolicy-too-restrictive') as Level;
    const after = (delayMs: number, work: () => void) => {
      const timer = setTimeout(work, delayMs);
      return () => clearTimeout(timer);
    };
    const api = slowApi(level);
    let tell: Parameters<KubernetesApi['watch']>[1] = () => {};
    const watch: KubernetesApi['watch'] = (selection, listener, states) => {
      if (selection.kind === 'NetworkPolicy') tell = listener;
      return api.watch(selection, listener, states);
    };
    const judge = new Judge({ level, api: { ...api, watch }, clock: { now: () => Date.now(), after } });
    judge.start();
    await vi.advanceTimersByTimeAsync(ms);
    const policy = level.broken.find(({ kind }) => kind === 'NetworkPolicy')!;
    tell({ type: 'MODIFIED', object: { ...policy, metadata: { ...policy.metadata, labels: { changed: 'yes' } } } });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(judge.hasPassed).toBe(true);
    judge.stop();
  },
);

test('a host whose timers ring a millisecond early: what is met is passed all the same', async () => {
  vi.useFakeTimers({ now: 1_000_000 });
  const level = loadLevel('levels/1-basics/02-fix-the-deployment') as Level;
  const replicas = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: 1 };
  const api: Partial<KubernetesApi> = {
    watch(selection, listener, states) {
      for (const object of level.broken.filter(({ kind }) => kind === selection.kind)) {
        const { metadata, spec } = object as typeof object & { spec: object };
        listener({
          type: 'ADDED',
          object: { ...object, metadata: { ...metadata, generation: 1 }, spec: { ...spec, replicas: 2 }, status: replicas } as never,
        });
      }
      if (selection.kind === 'Pod') listener({ type: 'ADDED', object: basketPod as never });
      states?.onSynced?.();
      return () => {};
    },
    exec: async () => ({ stdout: 'First Flush 12.50\n', stderr: '', exitCode: 0 }),
  };
  const after = (delayMs: number, work: () => void) => {
    const timer = setTimeout(work, Math.max(0, delayMs - 1));
    return () => clearTimeout(timer);
  };
  const judge = new Judge({ level, api: api as KubernetesApi, clock: { now: () => Date.now(), after } });
  judge.start();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(judge.states.map(({ verdict }) => verdict?.outcome)).toEqual(['met', 'met']);
  expect(judge.hasPassed).toBe(true);
  judge.stop();
});
