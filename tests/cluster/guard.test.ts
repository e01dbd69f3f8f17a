// The guard: whatever a level, a neighbour or the cluster does, nothing that isn't ours is changed. Dumps before and after show it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Scene } from '../../src/cluster/cluster.ts';
import type { ContextCluster } from '../../src/cluster/context.ts';
import { creationLabel, instanceLabel, managedByLabel } from '../../src/cluster/guard.ts';
import { Connection } from '../../src/cluster/real-api-connection.ts';
import type { KubernetesObject } from '../../src/simulator/client.ts';
import { type ForeignCluster, lastingChanges, openForeignCluster } from './foreign-cluster.ts';
import { hostileScenes } from './hostile-scenes.ts';

// A namespace takes five seconds to end, on a real cluster longer.
vi.setConfig({ testTimeout: 180_000 });

let foreign: ForeignCluster;
let game: ContextCluster;
let untouched: string;
let before: string;

const billing = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'billing', labels: { team: 'money' } } };
const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'billing' }, data: { rate: '7' } };
const scene: Scene = {
  namespaces: ['k8squest', 'partner-tools'],
  setup: [],
  broken: [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'level', namespace: 'k8squest' }, data: { a: 'b' } } as KubernetesObject,
  ],
  ageMs: 0,
  requires: [],
};

beforeAll(async () => {
  foreign = await openForeignCluster();
  untouched = await foreign.dump();
  await foreign.put(billing);
  await foreign.put(settings);
  await new Promise((resolve) => setTimeout(resolve, 1500)); // service accounts and the like are made
  game = foreign.game();
  await game.open();
  before = await foreign.dump();
}, 60_000);

afterAll(async () => {
  await foreign?.close();
}, 60_000);

function labelled(name: string, labels: object) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function namespace(name: string) {
  return { apiVersion: 'v1', kind: 'Namespace', namespace: '', name };
}

/** Puts a foreign namespace there for a while. */
async function withForeign(object: ReturnType<typeof labelled>, work: () => Promise<void>): Promise<void> {
  await foreign.put(object);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const there = await foreign.dump();
  try {
    await work();
    expect(await foreign.changesSince(there)).toEqual([]);
  } finally {
    await foreign.owner.delete(namespace(object.metadata.name));
    expect(await lastingChanges(foreign, before)).toEqual([]);
  }
}

test('there are hostile levels enough', () => {
  expect(hostileScenes.length).toBeGreaterThanOrEqual(50);
});

test.each(hostileScenes)('$name is refused, and nothing is changed', async ({ scene, says }) => {
  await expect(game.stage({ ...scene, setup: [], ageMs: 0, requires: [] })).rejects.toThrow(says);
  await expect(game.stage({ ...scene, setup: scene.broken, broken: [], ageMs: 0, requires: [] })).rejects.toThrow(says);
});

test('after all of them the cluster is what it was', async () => {
  expect(await foreign.changesSince(before)).toEqual([]);
  expect(game.api.entries).toEqual([]);
});

test.each([
  ['without labels', {}],
  ['with labels of its own', { team: 'x' }],
  ['that says it is managed by k8squest', { [managedByLabel]: 'k8squest' }],
  ["with our label and this save's id", { [managedByLabel]: 'k8squest', [instanceLabel]: 'instance-of-one' }],
  [
    "with all our labels and a creation of nobody's",
    { [managedByLabel]: 'k8squest', [instanceLabel]: 'instance-of-one', [creationLabel]: 'x' },
  ],
  ['with the label in another case', { [instanceLabel]: 'INSTANCE-OF-ONE' }],
])('a namespace of our name %s is refused by name', (_what, labels) =>
  withForeign(labelled('k8squest', labels), async () => {
    await expect(game.stage(scene)).rejects.toThrow(/namespace "k8squest"/);
  }),
);

test('the second namespace of a level is looked at before the first is made', () =>
  withForeign(labelled('partner-tools', {}), async () => {
    await expect(game.stage(scene)).rejects.toThrow(/namespace "partner-tools" that wasn't made by k8squest/);
  }));

test('another player is told whose the namespaces are', async () => {
  await game.stage(scene);
  const there = await foreign.dump();
  const other = foreign.game('other');
  await other.open();
  await expect(other.stage(scene)).rejects.toThrow(/namespace "k8squest" is another player's \(instance instance\)/);
  expect(await foreign.changesSince(there)).toEqual([]);
  await game.clean();
  expect(await lastingChanges(foreign, before)).toEqual([]);
});

test('a second game of the same save waits for the first to end', async () => {
  await game.stage(scene);
  const there = await foreign.dump();
  const [entry] = game.api.entries;
  const second = foreign.game('one', { pid: 1, isRunning: (pid) => pid === process.pid });
  await second.open();
  await expect(second.stage(scene)).rejects.toThrow(new RegExp(`another game of yours \\(process ${entry!.pid}\\)`));
  expect(await foreign.changesSince(there)).toEqual([]);
  await game.clean();
  expect(await lastingChanges(foreign, before)).toEqual([]);
});

test("a namespace that was copied from ours, labels and all, isn't ours", async () => {
  await game.stage(scene);
  const copied = (await foreign.owner.get(namespace('k8squest')))!.metadata.labels!;
  await game.clean();
  await withForeign(labelled('k8squest', copied), async () => {
    await game.clean();
    await expect(foreign.game().open()).resolves.toBeUndefined();
    await expect(game.stage(scene)).rejects.toThrow(/namespace "k8squest"/);
  });
});

test('a namespace that takes the place of ours in mid-level is neither written nor removed', async () => {
  await game.stage(scene);
  const labels = (await foreign.owner.get(namespace('k8squest')))!.metadata.labels!;
  await foreign.owner.delete(namespace('k8squest'));
  await expect.poll(() => foreign.owner.get(namespace('k8squest')), { timeout: 60_000 }).toBeUndefined();
  await foreign.put(labelled('k8squest', labels));
  await foreign.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: 'k8squest' }, data: {} });
  const theirs = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'k8squest', name: 'theirs' };
  const word = /isn't the one any more/;
  await expect(game.api.apply(scene.broken[0]!)).rejects.toThrow(word);
  await expect(game.api.patch(theirs, { data: { a: 'b' } })).rejects.toThrow(word);
  await expect(game.api.delete(theirs)).rejects.toThrow(word);
  await expect(game.api.dryRun(scene.broken[0]!)).rejects.toThrow(word);
  await expect(game.api.exec({ namespace: 'k8squest', pod: 'p', command: ['true'], timeoutMs: 1000 })).rejects.toThrow(word);
  await game.clean();
  expect((await foreign.owner.get(theirs))?.metadata.name).toBe('theirs');
  await foreign.owner.delete(namespace('k8squest'));
  expect(await lastingChanges(foreign, before)).toEqual([]);
});

test('in a level, whatever lies outside is neither written nor run nor read', async () => {
  await game.stage(scene);
  const there = await foreign.dump();
  const { api } = game;
  const map = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'billing', name: 'settings' };
  const refused = [
    () => api.apply({ ...settings, data: { rate: '8' } } as never),
    () => api.patch(map, { data: { rate: '8' } }),
    () => api.delete(map),
    () => api.dryRun(settings as never),
    () => api.exec({ namespace: 'kube-system', pod: 'etcd-k8squest-control-plane', command: ['sh'], timeoutMs: 1000 }),
    async () => api.logs({ namespace: 'kube-system', pod: 'etcd-k8squest-control-plane' }),
    () => api.get(map),
    () => api.list({ apiVersion: 'v1', kind: 'Secret', namespace: '' }),
    () => api.list({ apiVersion: 'v1', kind: 'Secret', namespace: 'billing' }),
    async () => api.watch({ apiVersion: 'v1', kind: 'Secret', namespace: 'kube-system' }, () => {}),
    () => api.delete(namespace('billing')),
    () => api.delete(namespace('k8squest')),
    () => api.patch(namespace('billing'), { metadata: { labels: { a: 'b' } } }),
    () => api.delete({ apiVersion: 'v1', kind: 'Node', namespace: '', name: 'k8squest-worker' }),
    () => api.patch({ apiVersion: 'v1', kind: 'Node', namespace: '', name: 'k8squest-worker' }, { spec: { unschedulable: true } }),
    () => api.apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'x' } } as never),
    () => api.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'k8squest', name: '..' }),
    () => api.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'k8squest/../billing', name: 'settings' }),
    () => api.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'k8squest', name: '../../billing/configmaps/settings' }),
    () => api.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'k8squest', name: 'level' }, { metadata: { finalizers: ['a.b/c'] } }),
  ];
  for (const [index, attempt] of refused.entries()) {
    await expect((async () => attempt())(), `attempt ${index}`).rejects.toThrow();
  }
  expect(await foreign.changesSince(there)).toEqual([]);
  await game.clean();
  expect(await lastingChanges(foreign, before)).toEqual([]);
});

test('what a killed game left is removed at the next start, even when it died between making and remembering', async () => {
  await game.stage(scene);
  const ledger = join(foreign.folder, 'one', 'namespaces');
  expect(readdirSync(ledger).length).toBeGreaterThanOrEqual(2);
  const next = foreign.game();
  await next.open();
  await next.clean();
  expect(await lastingChanges(foreign, before)).toEqual([]);
  expect(readdirSync(ledger)).toEqual([]);
});

test('whoever quits has taken the level away, even where each answer takes more than half a second', async () => {
  const pods = ['a', 'b', 'c'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'k8squest' },
    spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '3600'] }] },
  }));
  await game.stage({ ...scene, broken: pods as unknown as KubernetesObject[] });
  const { text } = Connection.prototype;
  const slow = vi.spyOn(Connection.prototype, 'text').mockImplementation(async function (this: Connection, request) {
    await new Promise((resolve) => setTimeout(resolve, 600));
    return text.call(this, request);
  });
  await game.close();
  // Its process would be gone now.
  const left = await Promise.all(scene.namespaces.map((name) => foreign.owner.get(namespace(name))));
  expect(left.filter((live) => live && !('deletionTimestamp' in live.metadata))).toEqual([]);
  slow.mockRestore();
  expect(await lastingChanges(foreign, before)).toEqual([]);
});

test('a namespace that never ends is told, with what keeps it', async () => {
  const quick = foreign.game('quick');
  await quick.open();
  await quick.stage({ ...scene, namespaces: ['k8squest'] });
  const kept = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'k8squest', name: 'level' };
  await foreign.owner.patch(kept, { metadata: { finalizers: ['example.com/never'] } });
  const said: string[] = [];
  const cleaning = quick.clean((what) => said.push(what));
  await expect.poll(() => said.at(-1), { timeout: 60_000 }).toBe('waiting for namespace k8squest to end');
  await foreign.owner.patch(kept, { metadata: { finalizers: null } });
  await cleaning;
  expect(await lastingChanges(foreign, before)).toEqual([]);
});

test('when its owner has taken away what was foreign, the cluster is what it was before the first test', async () => {
  await foreign.owner.delete(namespace('billing'));
  expect(await lastingChanges(foreign, untouched)).toEqual([]);
});
