// Sub-resources of pods: evictions, bindings, logs, exec, attach and port-forward, with a kubelet that only remembers what it was asked.
import { beforeEach, expect, test } from 'vitest';
import { ApiServer } from '../../../src/simulator/apiserver/api-server.ts';
import type { KubeletConnection } from '../../../src/simulator/apiserver/kubelet-connection.ts';
import { OutputStream } from '../../../src/simulator/apiserver/output-stream.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { Random } from '../../../src/simulator/random.ts';
import { ApiClient } from './api-client.ts';

let server: ApiServer;
let api: ApiClient;
let asked: unknown[];
const pods = '/api/v1/namespaces/default/pods';

const kubelets: KubeletConnection = {
  logs: (_, options) => ask(options),
  exec: (_, options) => ask(options),
  attach: (_, options) => ask(options),
  portForward: () => ({ connect: (port) => ask(port) }),
};

function ask(what: unknown): OutputStream {
  asked.push(what);
  return new OutputStream();
}

beforeEach(() => {
  asked = [];
  const clock = new Clock(Date.parse('2026-11-24T10:00:00Z'));
  server = new ApiServer({ clock, random: new Random(1), firstRevision: 1000, adminToken: 'admin' });
  server.kubelets = kubelets;
  api = new ApiClient(server);
  api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  api.send('POST', '/api/v1/namespaces/default/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  });
  const containers = ['main', 'side'].map((name) => ({ name, image: 'nginx' }));
  api.send('POST', pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'web' } }, spec: { containers } });
});

const bind = () =>
  api.send('POST', `${pods}/web/binding`, {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: 'web' },
    target: { kind: 'Node', name: 'node-1' },
  });
const evict = () => api.send('POST', `${pods}/web/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'web' } });

function setStatus(status: object): void {
  const client = server.client('kubelet').resource('pods');
  client.modify('default', 'web', (draft) => Object.assign(draft, { status: { ...draft.status, ...status } }), 'status');
}

function makeBudget(disruptionsAllowed: number): void {
  const selector = { matchLabels: { app: 'web' } };
  const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { minAvailable: 1, selector } };
  api.send('POST', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', budget);
  server
    .client('disruption')
    .resource('poddisruptionbudgets')
    .modify(
      'default',
      'web',
      (draft) => {
        const counts = { currentHealthy: 1 + disruptionsAllowed, desiredHealthy: 1, expectedPods: 1 + disruptionsAllowed };
        draft.status = { observedGeneration: 1, disruptionsAllowed, ...counts };
      },
      'status',
    );
}

test('a binding gives a pod its node, once', () => {
  expect(bind().json).toMatchObject({ status: 'Success', code: 201 });
  expect(api.get(`${pods}/web`).json).toMatchObject({ metadata: { generation: 1 }, spec: { nodeName: 'node-1' } });
  expect(bind().json.message).toBe('Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "node-1"');
});

test('an evicted pod is deleted gracefully, and says why', () => {
  bind();
  expect(evict()).toMatchObject({ status: 201, json: { status: 'Success' } });
  const { metadata, status } = api.get(`${pods}/web`).json;
  expect(metadata.deletionGracePeriodSeconds).toBe(30);
  expect(status.conditions).toMatchObject([
    { type: 'PodScheduled' },
    { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' },
  ]);
});

test('a disruption budget that allows nothing refuses the eviction of a ready pod', () => {
  bind();
  setStatus({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });
  makeBudget(0);
  expect(evict().json).toMatchObject({
    code: 429,
    reason: 'TooManyRequests',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    details: { causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget web needs 1 healthy pods and has 1 currently' }] },
  });
  expect(api.get(`${pods}/web`).json.metadata.deletionTimestamp).toBeUndefined();
});

test('an eviction takes one of the disruptions that a budget allows', () => {
  bind();
  setStatus({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });
  makeBudget(1);
  expect(evict().status).toBe(201);
  const { status } = api.get('/apis/policy/v1/namespaces/default/poddisruptionbudgets/web').json;
  expect(status).toMatchObject({ disruptionsAllowed: 0, disruptedPods: { web: '2026-11-24T10:00:00Z' } });
});

test('logs name their container, and hand the options on', () => {
  expect(api.get(`${pods}/web/log`).json.message).toBe('a container name must be specified for pod web, choose one of: [main side]');
  expect(api.get(`${pods}/web/log?container=x`).json.message).toBe('container x is not valid for pod web');
  expect(api.get(`${pods}/web/log?container=main&tailLines=-1`).status).toBe(422);
  expect(api.get(`${pods}/web/log?container=main`).text).toBe('');
  bind();
  const answer = api.answer('GET', `${pods}/web/log?container=main&follow=true&tailLines=5&timestamps=true`);
  expect(answer).toMatchObject({ kind: 'stream', status: 200, headers: { 'content-type': 'text/plain' } });
  expect(asked).toEqual([{ container: 'main', follow: true, previous: false, timestamps: true, tailLines: 5 }]);
});

test('exec and attach need a node, a live pod and an upgrade', () => {
  const url = `${pods}/web/exec?container=main&command=ls&command=-l&stdout=true`;
  expect(api.get(url).json.message).toBe('pod web does not have a host assigned');
  bind();
  expect(api.get(url).json.message).toBe('Upgrade request required');
  const upgrade = {
    method: 'GET',
    path: `${pods}/web/exec`,
    headers: { authorization: 'Bearer admin' },
    body: new Uint8Array(),
    upgrade: true,
  };
  const query = new URLSearchParams('container=main&command=ls&command=-l&stdout=true');
  expect(server.handle({ ...upgrade, query })).toMatchObject({ kind: 'stream', status: 101, upgrade: 'remotecommand' });
  expect(asked).toEqual([{ container: 'main', command: ['ls', '-l'], stdin: false, stdout: true, stderr: false, tty: false }]);
  setStatus({ phase: 'Succeeded' });
  expect(api.get(url).json.message).toBe('cannot exec into a container in a completed pod; current phase is Succeeded');
});

test('port-forward opens connections to the pod', () => {
  bind();
  const upgrade = { method: 'GET', headers: { authorization: 'Bearer admin' }, body: new Uint8Array(), upgrade: true };
  const answer = server.handle({ ...upgrade, path: `${pods}/web/portforward`, query: new URLSearchParams() });
  if (answer.kind !== 'portforward') throw new Error('not a port-forward');
  answer.connect(80);
  expect(asked).toEqual([80]);
});

test('what is not simulated refuses by name', () => {
  expect(api.send('PATCH', `${pods}/web/resize`, {}, 'application/merge-patch+json').json).toMatchObject({
    code: 501,
    message: "K8sQuest's cluster does not simulate resizing a running pod",
  });
});
