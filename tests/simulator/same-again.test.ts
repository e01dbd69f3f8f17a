// Equal options and inputs make equal clusters: a journal per seed, run twice, down to the last event and line of log.
import { expect, test } from 'vitest';
import { kinds } from '../../src/apimachinery/kinds.ts';
import type { Resource } from '../../src/simulator/client.ts';
import { Random } from '../../src/simulator/random.ts';
import { Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts';

const seeds = 50;
const startMs = Date.UTC(2026, 0, 15, 9);
const encoder = new TextEncoder();

function send(simulator: Simulator, method: string, path: string, body?: object): void {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const answer = simulator.handle({
    method,
    path,
    query: new URLSearchParams(),
    headers: { 'content-type': type, 'user-agent': 'test' },
    body: encoder.encode(body ? JSON.stringify(body) : ''),
    certificate: { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
  });
  if (answer.kind !== 'response' || answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
}

const script = 'while true; do echo "$RANDOM $(date +%s) $(hostname)"; wget -q -T 1 -O- http://talker/ 2>&1; sleep 1; done';
const template = {
  metadata: { labels: { app: 'talker' } },
  spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script] }] },
};
const talker = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'talker' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'talker' } }, template },
};
const badImage = { template: { spec: { containers: [{ name: 'main', image: 'busybox:nosuchtag' }] } } };

/** Somebody works on the cluster for a minute and a half; how long each pause is depends on the seed. */
function play(simulator: Simulator, seed: number): void {
  const random = new Random(seed).fork('player');
  const pause = () => simulator.clock.runUntil(simulator.clock.now + 5000 + Math.floor(random.next() * 20_000));
  const own = '/apis/apps/v1/namespaces/default/deployments';
  pause();
  send(simulator, 'POST', own, talker);
  send(simulator, 'POST', '/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'talker' },
    spec: { selector: { app: 'talker' }, ports: [{ port: 80 }] },
  });
  pause();
  const [pod] = simulator.client('test').resource('pods').list('default');
  if (pod) send(simulator, 'DELETE', `/api/v1/namespaces/default/pods/${pod.metadata.name}`);
  pause();
  send(simulator, 'PATCH', `${own}/talker`, { spec: { replicas: 3 } });
  pause();
  send(simulator, 'PATCH', `${own}/talker`, { spec: badImage });
  pause();
}

/** All objects, events among them, and all logs. */
function dump(simulator: Simulator): { objects: string; logs: string } {
  const client = simulator.client('test');
  const objects = kinds
    .filter(({ group }) => group !== 'events.k8s.io')
    .map(({ resource }) => client.resource(resource as Resource).list());
  const logs = client
    .resource('pods')
    .list('default')
    .map(({ metadata }) => {
      const answer = simulator.handle({
        method: 'GET',
        path: `/api/v1/namespaces/default/pods/${metadata.name}/log`,
        query: new URLSearchParams(),
        headers: {},
        body: new Uint8Array(),
        certificate: { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
      });
      if (answer.kind === 'response') return `${metadata.name}: ${new TextDecoder().decode(answer.body)}`;
      const chunks: Uint8Array[] = [];
      if (answer.kind === 'stream') answer.stream.onData((_channel, bytes) => chunks.push(bytes));
      simulator.clock.finishInstant();
      return `${metadata.name}: ${Buffer.concat(chunks).toString()}`;
    });
  return { objects: JSON.stringify(objects), logs: logs.join('\n') };
}

test(`${seeds} seeds: each journal, run again, gives the same events and logs; other seeds give others`, { timeout: 120_000 }, () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= seeds; seed++) {
    const options: SimulatorOptions = { seed, startMs, nodes: 2 };
    const first = new Simulator(options);
    play(first, seed);
    const second = new Simulator(options);
    second.replay(first.journal.entries);
    second.clock.runUntil(first.clock.now);
    const [one, other] = [dump(first), dump(second)];
    expect(other.logs === one.logs, `logs of seed ${seed}`).toBe(true);
    expect(other.objects === one.objects, `objects and events of seed ${seed}`).toBe(true);
    expect(one.logs).toMatch(/\d+ 17\d+ talker-/);
    expect(one.objects).toContain('"reason":"ScalingReplicaSet"');
    seen.add(one.objects);
    first.close();
    second.close();
  }
  expect(seen.size).toBe(seeds);
});
