// One rollout on K8sQuest's cluster, in a process of its own: `node rollout-own.mjs REPLICAS NODES` prints its milliseconds as JSON.
import { Simulator } from '../../src/simulator/simulator.ts';
import { greeting, nodePort, readyEndpoints, rolloutManifests } from './rollout-manifests.mjs';

const [replicas, nodes] = process.argv.slice(2).map(Number);
const startMs = Date.UTC(2026, 0, 15, 9);
const simulator = new Simulator({ seed: 1, startMs, nodes });
const { clock } = simulator;
// Until the cluster's own pods run.
clock.runUntil(startMs + 60_000);

const client = simulator.client('bench');
const [deployment, service] = rolloutManifests(replicas);
const from = performance.now();
const begun = clock.now;
create('/apis/apps/v1/namespaces/default/deployments', deployment);
create('/api/v1/namespaces/default/services', service);
runUntil(isRolledOut);
const answer = ask();
runUntil(() => answer.isOver);
const ms = performance.now() - from;
if (!answer.text.endsWith(greeting)) throw new Error(`the Service answered ${JSON.stringify(answer.text)}`);
console.log(JSON.stringify({ ms, virtualMs: clock.now - begun }));

/** Drives the clock from instant to instant. */
function runUntil(isDone) {
  if (!clock.runUntil(clock.now + 3_600_000, isDone)) throw new Error('not done within an hour of the cluster');
}

function create(path, manifest) {
  const { status, body } = simulator.handle({
    method: 'POST',
    path,
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify(manifest)),
    certificate: { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
  });
  if (status !== 201) throw new Error(new TextDecoder().decode(body));
}

function isRolledOut() {
  const { status } = client.resource('deployments').get('default', 'web') ?? {};
  if (status?.readyReplicas !== replicas) return false;
  const slices = client.resource('endpointslices').list('default');
  return readyEndpoints(slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web')) === replicas;
}

/** A request to the Service, at a node's port. */
function ask() {
  const seen = { text: '', isOver: false };
  const stream = simulator.connectFromOutside('k8squest-worker', nodePort);
  stream.onData((_channel, bytes) => {
    seen.text += new TextDecoder().decode(bytes);
  });
  stream.onEnd(() => {
    seen.isOver = true;
  });
  stream.write(0, new TextEncoder().encode('GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n'));
  return seen;
}
