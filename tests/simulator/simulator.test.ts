// The whole simulated cluster, asked as over HTTP: what its parts do together (tests/recordings/kubernetes-1.34: transcript, system-objects).
import { expect, test } from 'vitest';
import { Simulator } from '../../src/simulator/simulator.ts';

function boot(): Simulator {
  const simulator = new Simulator({ startMs: Date.UTC(2026, 0, 15, 9), seed: 1, rootCertificate: '' });
  simulator.clock.runUntil(simulator.clock.now + 10_000);
  return simulator;
}

/** Asks as an administrator; whoever changes something waits ten seconds. */
function send(simulator: Simulator, method: string, path: string, body?: object): unknown {
  const answer = simulator.handle({
    method,
    path,
    query: new URLSearchParams(),
    headers: { 'content-type': method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json', 'user-agent': 'test' },
    body: new TextEncoder().encode(body ? JSON.stringify(body) : ''),
    certificate: { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
  });
  if (answer.kind !== 'response' || answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  if (body) simulator.clock.runUntil(simulator.clock.now + 10_000);
  return JSON.parse(new TextDecoder().decode(answer.body as Uint8Array));
}

const bare = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'bare', namespace: 'default' },
  spec: { containers: [{ name: 'c', image: 'nginx:bad' }] },
};

test('each kube-proxy tells once that it starts, as a program that speaks events.k8s.io', () => {
  const events = boot().client('test').resource('events').list('default');
  const told = events.filter(({ reportingComponent }) => reportingComponent === 'kube-proxy');
  expect(told.map(({ involvedObject }) => involvedObject?.name).sort()).toEqual([
    'k8squest-control-plane',
    'k8squest-worker',
    'k8squest-worker2',
  ]);
  expect(told.find(({ involvedObject }) => involvedObject?.name === 'k8squest-worker')).toMatchObject({
    action: 'StartKubeProxy',
    reason: 'Starting',
    type: 'Normal',
    source: {},
    eventTime: expect.stringMatching(/\.\d{6}Z$/),
    reportingInstance: 'kube-proxy-k8squest-worker',
    involvedObject: { kind: 'Node', name: 'k8squest-worker', uid: 'k8squest-worker' },
  });
});

test('a debug container whose target never ran waits for it', () => {
  const simulator = boot();
  send(simulator, 'POST', '/api/v1/namespaces/default/pods', bare);
  send(simulator, 'PATCH', '/api/v1/namespaces/default/pods/bare/ephemeralcontainers', {
    spec: { ephemeralContainers: [{ name: 'debugger', image: 'busybox', targetContainerName: 'c' }] },
  });
  const [pod] = simulator.client('test').resource('pods').list('default');
  expect(pod?.status).toMatchObject({
    ephemeralContainerStatuses: [
      { state: { waiting: { reason: 'CreateContainerConfigError', message: 'unable to find target container c' } } },
    ],
  });
  const events = simulator.client('test').resource('events').list('default');
  const messages = events.map(({ reason, message }) => `${reason} ${message}`);
  expect(messages).toContain('Failed Error: unable to find target container c');
  expect(messages).not.toContain('Created Created container: debugger');
});

test('the kubelet says which generation of a pod was scheduled, not who bound it', () => {
  const simulator = boot();
  send(simulator, 'POST', '/api/v1/namespaces/default/pods', { ...bare, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } });
  const pod = send(simulator, 'GET', '/api/v1/namespaces/default/pods/bare') as {
    metadata: { managedFields: { manager: string; fieldsV1: object }[] };
    status: object;
  };
  expect(pod.status).toMatchObject({
    conditions: expect.arrayContaining([expect.objectContaining({ type: 'PodScheduled', observedGeneration: 1 })]),
  });
  const kubelets = pod.metadata.managedFields.find(({ manager }) => manager === 'kubelet');
  expect(kubelets?.fieldsV1).toMatchObject({
    'f:status': { 'f:conditions': { 'k:{"type":"PodScheduled"}': { 'f:observedGeneration': {} } } },
  });
});
