// How fast the simulated cluster itself is, with its clock driven as fast as it goes: `node scripts/bench-cluster.mjs`. It compares and asserts nothing.
import { execFileSync } from 'node:child_process';
import { Simulator } from '../src/simulator/simulator.ts';

const startMs = Date.UTC(2026, 0, 15, 9);
const hourMs = 3_600_000;
const loop = { image: 'busybox:1.36', command: ['sh', '-c', 'while true; do echo tick; sleep 5; done'] };
const gc = globalThis.gc ?? (() => {});

rollout(30, 3);
rollout(300, 5);
hour(20);
heap(100);
proof();

function cluster(nodes) {
  const simulator = new Simulator({ seed: 1, startMs, nodes });
  simulator.clock.runUntil(startMs + 60_000);
  return simulator;
}

function send(simulator, path, body) {
  const answer = simulator.handle({
    method: 'POST',
    path,
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify(body)),
    certificate: { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
  });
  if (answer.status >= 300) throw new Error(new TextDecoder().decode(answer.body));
}

/** A deployment with its service. */
function deploy(simulator, replicas, container) {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', ...container }] } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  send(simulator, '/apis/apps/v1/namespaces/default/deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec,
  });
  const service = { selector: labels, ports: [{ port: 80, targetPort: 8080 }] };
  send(simulator, '/api/v1/namespaces/default/services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: service });
}

function ready(simulator) {
  return simulator.client('bench').resource('deployments').get('default', 'web')?.status?.readyReplicas ?? 0;
}

function served(simulator) {
  const slices = simulator.client('bench').resource('endpointslices').list('default');
  return slices
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web')
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready).length;
}

function rollout(replicas, nodes) {
  const simulator = cluster(nodes);
  const from = performance.now();
  deploy(simulator, replicas, { image: 'hashicorp/http-echo:1.0', args: ['-listen=:8080', '-text=hello'] });
  const begun = simulator.clock.now;
  let steps = 0;
  const isDone = () => ready(simulator) === replicas && served(simulator) === replicas;
  simulator.clock.runUntil(begun + hourMs, () => ++steps % 16 === 0 && isDone());
  const virtual = ((simulator.clock.now - begun) / 1000).toFixed(1);
  console.log(
    `deployment of ${replicas} on ${nodes} nodes: ${ready(simulator)} ready, ${served(simulator)} served after ${Math.round(performance.now() - from)} ms (${virtual} s of the cluster)`,
  );
  simulator.close();
}

function hour(containers) {
  const simulator = cluster(3);
  deploy(simulator, containers, loop);
  simulator.clock.runUntil(simulator.clock.now + 60_000);
  const from = performance.now();
  simulator.clock.runUntil(simulator.clock.now + hourMs);
  console.log(`an hour of ${containers} looping containers: ${Math.round(performance.now() - from)} ms; goal <= 1000`);
  simulator.close();
}

/** What containers add, beside the pods' objects and all. Exact with node --expose-gc. */
function heap(containers) {
  const simulator = cluster(3);
  gc();
  const before = process.memoryUsage().heapUsed;
  deploy(simulator, containers, loop);
  simulator.clock.runUntil(simulator.clock.now + 120_000);
  gc();
  const mb = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
  console.log(`heap of ${ready(simulator)} containers with their pods: ${mb.toFixed(1)} MB; goal <= 3`);
  simulator.close();
}

function proof() {
  const from = performance.now();
  let last = '';
  try {
    last = execFileSync(process.execPath, ['src/cli/main.ts', 'test'], { encoding: 'utf8' });
  } catch (error) {
    last = error.stdout;
  }
  console.log(`whole proof: ${last.trim().split('\n').at(-1)}, ${((performance.now() - from) / 1000).toFixed(1)} s; goal <= 90`);
}
