// The store's generic verbs, through the client that the cluster's own parts use.
import { beforeEach, expect, test } from 'vitest';
import type { ConfigMap, Pod } from '../../../src/apimachinery/objects.ts';
import { ApiServer } from '../../../src/simulator/apiserver/api-server.ts';
import type { Client, New } from '../../../src/simulator/client.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { Random } from '../../../src/simulator/random.ts';

let clock: Clock;
let server: ApiServer;
let client: Client;

const configMap = (name: string, data: Record<string, string> = {}): New<ConfigMap> => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});

const pod = (name: string, more: Partial<Pod['spec']> = {}): New<Pod> => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'nginx' }], ...more },
});

beforeEach(() => {
  clock = new Clock(Date.parse('2026-11-24T10:00:00Z'));
  server = new ApiServer({ clock, random: new Random(1), firstRevision: 1000 });
  client = server.client('test');
  client.resource('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' }, spec: {} });
  client
    .resource('serviceaccounts')
    .create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } });
});

test('what is created has a uid, a time and a revision, and can be read and listed', () => {
  const created = client.resource('configmaps').create(configMap('one', { a: '1' }));
  expect(created.metadata).toMatchObject({ name: 'one', creationTimestamp: '2026-11-24T10:00:00Z', resourceVersion: '1003' });
  expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  expect(client.resource('configmaps').get('default', 'one')).toBe(created);
  expect(client.resource('configmaps').list()).toEqual([created]);
});

test('a second object of the same name already exists', () => {
  client.resource('configmaps').create(configMap('one'));
  expect(() => client.resource('configmaps').create(configMap('one'))).toThrow('configmaps "one" already exists');
});

test('nothing is created in a namespace that is not there, or going', () => {
  const elsewhere = { ...configMap('one'), metadata: { name: 'one', namespace: 'nowhere' } };
  expect(() => client.resource('configmaps').create(elsewhere)).toThrow('namespaces "nowhere" not found');
  client
    .resource('namespaces')
    .create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'going' }, spec: { finalizers: ['kubernetes'] } });
  client.resource('namespaces').delete('', 'going');
  expect(() => client.resource('configmaps').create({ ...configMap('one'), metadata: { name: 'one', namespace: 'going' } })).toThrow(
    'configmaps "one" is forbidden: unable to create new content in namespace going because it is being terminated',
  );
});

test('a change that changes nothing keeps the revision', () => {
  const created = client.resource('configmaps').create(configMap('one', { a: '1' }));
  expect(client.resource('configmaps').update({ ...created, data: { a: '1' } })).toBe(created);
  expect(client.resource('configmaps').modify('default', 'one', () => {})).toBe(created);
});

test('an update with a stale revision is a conflict', () => {
  const created = client.resource('configmaps').create(configMap('one', { a: '1' }));
  client.resource('configmaps').modify('default', 'one', (draft) => {
    draft.data = { a: '2' };
  });
  expect(() => client.resource('configmaps').update({ ...created, data: { a: '3' } })).toThrow(
    'Operation cannot be fulfilled on configmaps "one": the object has been modified; please apply your changes to the latest version and try again',
  );
});

test('watches are told what is there, then each change in order, after the writer has returned', () => {
  client.resource('configmaps').create(configMap('one'));
  const seen: string[] = [];
  client.resource('configmaps').watch((event) => seen.push(`${event.type} ${event.object.metadata.name}`));
  expect(seen).toEqual(['ADDED one']);
  client.resource('configmaps').create(configMap('two'));
  client.resource('configmaps').delete('default', 'one');
  expect(seen).toEqual(['ADDED one']);
  clock.settle();
  expect(seen).toEqual(['ADDED one', 'ADDED two', 'DELETED one']);
});

test('a pod on a node is deleted gracefully, and shorter grace ends it', () => {
  client.resource('pods').create(pod('web', { nodeName: 'node' }));
  client.resource('pods').delete('default', 'web', { gracePeriodSeconds: 10 });
  const leaving = client.resource('pods').get('default', 'web');
  expect(leaving?.metadata).toMatchObject({ deletionTimestamp: '2026-11-24T10:00:10Z', deletionGracePeriodSeconds: 10 });
  client.resource('pods').delete('default', 'web', { gracePeriodSeconds: 0 });
  expect(client.resource('pods').get('default', 'web')).toBeUndefined();
});

test('an object with a finalizer stays until the finalizer is taken away', () => {
  const held = { ...configMap('held'), metadata: { name: 'held', namespace: 'default', finalizers: ['example.com/hold'] } };
  client.resource('configmaps').create(held);
  client.resource('configmaps').delete('default', 'held');
  expect(client.resource('configmaps').get('default', 'held')?.metadata.deletionTimestamp).toBe('2026-11-24T10:00:00Z');
  client.resource('configmaps').modify('default', 'held', (draft) => {
    delete draft.metadata.finalizers;
  });
  expect(client.resource('configmaps').get('default', 'held')).toBeUndefined();
});

test('foreground deletion leaves a finalizer for the garbage collector', () => {
  client.resource('configmaps').create(configMap('parent'));
  client.resource('configmaps').delete('default', 'parent', { propagationPolicy: 'Foreground' });
  expect(client.resource('configmaps').get('default', 'parent')?.metadata.finalizers).toEqual(['foregroundDeletion']);
});

test('status and spec are written apart', () => {
  const created = client.resource('pods').create(pod('web'));
  const updated = client.resource('pods').updateStatus({ ...created, spec: { containers: [] }, status: { phase: 'Running' } });
  expect(updated.spec?.containers).toHaveLength(1);
  expect(updated.status?.phase).toBe('Running');
  const again = client.resource('pods').update({ ...updated, status: { phase: 'Failed' } });
  expect(again.status?.phase).toBe('Running');
});

test('binding gives a pod its node, once', () => {
  client.resource('pods').create(pod('web'));
  client.bind('default', 'web', 'node-1');
  expect(client.resource('pods').get('default', 'web')?.spec?.nodeName).toBe('node-1');
  expect(() => client.bind('default', 'web', 'node-2')).toThrow('pod web is already assigned to node "node-1"');
});

test('the namespaces that a cluster cannot be without stay', () => {
  expect(() => client.resource('namespaces').delete('', 'default')).toThrow(
    'namespaces "default" is forbidden: this namespace may not be deleted',
  );
});

test('an event is forgotten an hour after it was last written', () => {
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e', namespace: 'default' },
    involvedObject: { namespace: 'default' },
    reason: 'Started',
  };
  client.resource('events').create(event);
  clock.runUntil(clock.now + 1_800_000);
  client.resource('events').modify('default', 'e', (draft) => {
    draft.count = 2;
  });
  clock.runUntil(clock.now + 3_599_000);
  expect(client.resource('events').get('default', 'e')?.count).toBe(2);
  clock.runUntil(clock.now + 2000);
  expect(client.resource('events').get('default', 'e')).toBeUndefined();
});
