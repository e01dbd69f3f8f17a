// What a session remembers of a level, and tells of its end. The cluster here only says what is there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import type { ApiWatchEvent, KubernetesApi } from '../../src/cluster/kubernetes-api.ts';
import { loadLevels } from '../../src/game/load-levels.ts';
import { SaveFile, withResult } from '../../src/game/save.ts';
import { Session } from '../../src/game/session.ts';
import { levelFolder } from './level-folder.ts';

const patient = { timeout: 20_000 };
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'door', namespace: 'k8squest' } };
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'k8squest-session-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

/** A session with one level on a cluster whose time runs at ×50; `tell` is what its watches see. */
function begin(save: SaveFile) {
  const campaign = loadLevels([levelFolder().root]);
  const { broken } = campaign.levels[0]!;
  const listeners = new Map<string, (event: ApiWatchEvent) => void>();
  const watch: KubernetesApi['watch'] = (selection, listener, states) => {
    listeners.set(selection.kind, listener);
    for (const object of broken)
      if (object.kind === selection.kind) listener({ type: 'ADDED', object: { ...object, metadata: { ...object.metadata, uid: 'x' } } });
    states?.onSynced?.();
    return () => {};
  };
  const cluster: Cluster = {
    name: 'fake',
    kubeconfig: '/kubeconfig',
    capabilities: new Set(),
    api: { watch } as Partial<KubernetesApi> as KubernetesApi,
    clock: {
      now: () => Date.now() * 50,
      after: (ms, work) => {
        const timer = setTimeout(work, ms / 50 + 1);
        return () => clearTimeout(timer);
      },
    },
    stage: async () => {},
    close: async () => {},
  };
  const session = new Session({
    campaign,
    save,
    cluster,
    clusterView: { name: 'fake', environment: {} },
    logPath: '/log',
    log: () => {},
  });
  onTestFinished(() => session.close());
  return { session, broken, tell: (event: ApiWatchEvent) => listeners.get(event.object.kind)!(event) };
}
const start = { type: 'start', level: '7' } as const;

test('hints that were read keep their price when the level is begun in another game, until it is passed', async () => {
  const save = new SaveFile(folder());
  const { session } = begin(save);
  for (const action of [start, { type: 'hint' }, { type: 'hint' }, { type: 'skip' }, start] as const) session.act(action);
  await session.idle();
  expect(session.view.level!.hints.read).toHaveLength(2);
  await session.close();
  const { session: later, tell } = begin(save);
  later.act(start);
  await later.idle();
  expect(later.view.level!.hints.solutionCost).toBe(90);
  tell({ type: 'ADDED', object: service as never });
  await expect.poll(() => later.view.level?.result?.xp, patient).toBe(90);
  later.act({ type: 'restart' });
  await later.idle();
  expect(later.view.level!.hints.read).toHaveLength(0);
});

test('a level whose XP brings a new rank tells it', async () => {
  const save = new SaveFile(folder());
  await save.update((data) => withResult(data, 'other', { xp: 200, elapsedMs: 1, passedAt: 'today' }));
  const { session, tell } = begin(save);
  session.act(start);
  await session.idle();
  tell({ type: 'ADDED', object: service as never });
  await expect.poll(() => session.view.level?.result, patient).toMatchObject({ gained: 100, newRank: 'Apprentice' });
  session.act({ type: 'restart' });
  await session.idle();
  tell({ type: 'ADDED', object: service as never });
  await expect.poll(() => session.view.level?.result?.gained, patient).toBe(0);
  expect(session.view.level!.result).not.toHaveProperty('newRank');
});

test('an objective tells that an object of the level is gone, not that one has yet to be made', async () => {
  const { session, broken, tell } = begin(new SaveFile(folder()));
  session.act(start);
  await session.idle();
  await expect.poll(() => session.view.level!.objectives[0]!.outcome, patient).toBe('unmet');
  expect(session.view.level!.objectives[0]).not.toHaveProperty('lacksObject');
  tell({ type: 'DELETED', object: broken[0]! });
  await expect.poll(() => session.view.level!.brokenGuards[0], patient).toMatchObject({ observed: 'it is gone', lacksObject: true });
});
