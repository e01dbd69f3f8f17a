// How fast the simulated cluster itself is, with its clock driven as fast as it goes: `node --expose-gc scripts/bench-cluster.mjs`. It asserts nothing.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Clock } from '../src/simulator/clock.ts';
import { Container } from '../src/simulator/container/container.ts';
import { rootCredentials } from '../src/simulator/container/credentials.ts';
import { findImage } from '../src/simulator/images/catalogue.ts';
import { ContainerLog } from '../src/simulator/kubelet/container-log.ts';
import { Random } from '../src/simulator/random.ts';
import { Simulator } from '../src/simulator/simulator.ts';

const startMs = Date.UTC(2026, 0, 15, 9);
const hourMs = 3_600_000;
const loop = ['sh', '-c', 'while true; do echo tick; sleep 5; done'];
const busybox = findImage('docker.io/library/busybox:1.36');
const gc = globalThis.gc ?? (() => {});

const webernetes = await bundleWebernetes();
rollout({ replicas: 30, nodes: 3, processes: 5, times: 5, goal: 5 });
rollout({ replicas: 300, nodes: 5, processes: 3, times: 1, goal: 15 });
hour(20);
heap(100);
proof();

/** Its modules import each other without file extensions, so Node can't load it as it is. */
async function bundleWebernetes() {
  const folder = mkdtempSync(join(tmpdir(), 'k8squest-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'rollout-webernetes.mjs');
  await build({ entryPoints: ['scripts/bench/rollout-webernetes.mjs'], outfile, bundle: true, platform: 'node', format: 'esm' });
  return outfile;
}

/** Deployments until all their replicas are ready, are endpoints of their service, and the service answers; the two clusters in turn, in processes of their own. */
function rollout({ replicas, nodes, processes, times, goal }) {
  const own = { first: [], later: [] };
  const peers = { first: [], later: [] };
  for (let round = 0; round < processes; round++) {
    for (const [script, results] of [
      ['scripts/bench/rollout-own.mjs', own],
      [webernetes, peers],
    ]) {
      const [first, ...later] = JSON.parse(execFileSync(process.execPath, [script, ...[replicas, nodes, times].map(String)]));
      results.first.push(first);
      results.later.push(...later);
    }
  }
  const compared = (which) =>
    `${shown(own[which])}; webernetes ${shown(peers[which])}; ${(median(peers[which]) / median(own[which])).toFixed(1)} times as fast`;
  console.log(
    `${replicas} replicas on ${nodes} nodes until ready and served: goal >= ${goal} times as fast as webernetes, stepped likewise`,
  );
  console.log(`  first in a process: ${compared('first')}`);
  if (times > 1) console.log(`  later ones: ${compared('later')}`);
}

function median(all) {
  return [...all].sort((one, other) => one - other)[Math.floor(all.length / 2)];
}

function shown(all) {
  return `${Math.round(median(all))} ms (${Math.round(Math.min(...all))})`;
}

/** A virtual hour of a cluster in which so many containers print a line and sleep five seconds, over and over. */
function hour(containers) {
  const simulator = clusterWithLoops(containers);
  const from = performance.now();
  simulator.clock.runUntil(simulator.clock.now + hourMs);
  console.log(`an hour of ${containers} looping containers: ${Math.round(performance.now() - from)} ms; goal <= 1000`);
  simulator.close();
}

function clusterWithLoops(containers) {
  const simulator = new Simulator({ seed: 1, startMs, nodes: 3 });
  simulator.clock.runUntil(startMs + 60_000);
  if (containers > 0) {
    const { status, body } = simulator.handle({
      method: 'POST',
      path: '/apis/apps/v1/namespaces/default/deployments',
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/json' },
      body: new TextEncoder().encode(JSON.stringify(loopDeployment(containers))),
      certificate: { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
    });
    if (status !== 201) throw new Error(new TextDecoder().decode(body));
  }
  simulator.clock.runUntil(startMs + 180_000);
  return simulator;
}

function loopDeployment(replicas) {
  const labels = { app: 'loop' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'loop', image: 'busybox:1.36', command: loop }] } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'loop' }, spec };
}

/** What so many running containers add to the heap: by themselves, and as pods of a cluster with all that it keeps of them. Exact with --expose-gc. */
function heap(containers) {
  const alone = grownBy(() => {
    const clock = new Clock(startMs);
    for (let index = 0; index < containers; index++) startLoop(clock, index);
    clock.runUntil(startMs + 120_000);
    return clock;
  });
  const empty = grownBy(() => clusterWithLoops(0));
  const inPods = grownBy(() => clusterWithLoops(containers)) - empty;
  console.log(
    `heap of ${containers} containers: ${shownMb(alone)}; goal <= 3. With their pods, events and history in a cluster: ${shownMb(inPods)}`,
  );
}

/** Bytes of heap that stay while what `make` returns is held. */
function grownBy(make) {
  make(); // Code and tables that all clusters share.
  const before = heapUsed();
  const held = make();
  const bytes = heapUsed() - before;
  return held ? bytes : 0;
}

/** What is held once all has gone that can: one collection leaves what the next one finds out, weakly held things above all. */
function heapUsed() {
  let least = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < 10; pass++) {
    gc();
    least = Math.min(least, process.memoryUsage().heapUsed);
  }
  return least;
}

function shownMb(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function startLoop(clock, index) {
  const log = new ContainerLog(clock);
  const container = new Container({
    clock,
    random: new Random(index),
    name: 'loop',
    hostname: `loop-${index}`,
    argv: loop,
    environment: {},
    workingDirectory: '/',
    credentials: rootCredentials,
    image: busybox,
    network: { ip: '10.244.1.2' },
    log: (stream, bytes) => log.write(stream, bytes),
  });
  container.start();
}

function proof() {
  const from = performance.now();
  let last = '';
  try {
    last = execFileSync(process.execPath, ['bin/k8squest.mjs', 'test'], { encoding: 'utf8' });
  } catch (error) {
    last = error.stdout;
  }
  console.log(`whole proof: ${last.trim().split('\n').at(-1)}, ${((performance.now() - from) / 1000).toFixed(1)} s; goal <= 90`);
}
