// Rollouts on K8sQuest's cluster, each on a new one: `node rollout-own.mjs REPLICAS NODES TIMES` prints their milliseconds as JSON.
// As with webernetes, the manifests go in by a client in process.
import { Simulator } from '../../src/simulator/simulator.ts';
import { greeting, nodePort, readyEndpoints, rolloutManifests } from './rollout-manifests.mjs';

const [replicas, nodes, times] = process.argv.slice(2).map(Number);
const startMs = Date.UTC(2026, 0, 15, 9);
const [deployment, service] = rolloutManifests(replicas);
console.log(JSON.stringify(Array.from({ length: times }, rollOut)));

function rollOut() {
  const simulator = new Simulator({ seed: 1, startMs, nodes });
  // Until the cluster's own pods run.
  simulator.clock.runUntil(startMs + 60_000);
  const client = simulator.client('bench');
  const from = performance.now();
  client.resource('deployments').create(deployment);
  client.resource('services').create(service);
  runUntil(simulator, () => isRolledOut(client));
  const answer = ask(simulator);
  runUntil(simulator, () => answer.isOver);
  const ms = performance.now() - from;
  if (!answer.text.endsWith(greeting)) throw new Error(`the Service answered ${JSON.stringify(answer.text)}`);
  simulator.close();
  return ms;
}

/** Drives the clock from instant to instant. */
function runUntil({ clock }, isDone) {
  if (!clock.runUntil(clock.now + 3_600_000, isDone)) throw new Error('not done within an hour of the cluster');
}

function isRolledOut(client) {
  const { status } = client.resource('deployments').get('default', 'web') ?? {};
  if (status?.readyReplicas !== replicas) return false;
  const slices = client.resource('endpointslices').list('default');
  return readyEndpoints(slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web')) === replicas;
}

/** A request to the Service, at a node's port. */
function ask(simulator) {
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
