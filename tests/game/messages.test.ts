// What verdicts say: the words that a player reads beside what kubectl shows.
import { expect, test } from 'vitest';
import type { KubernetesApi } from '../../src/cluster/kubernetes-api.ts';
import { Judge } from '../../src/game/judge.ts';
import type { Level } from '../../src/game/level.ts';
import { loadLevel } from '../../src/game/load-levels.ts';
import { describeVerdict } from '../../src/game/messages.ts';
import { exec } from '../../src/game/validators/exec.ts';
import { field } from '../../src/game/validators/field.ts';
import { runnablePod } from '../../src/game/validators/pods.ts';
import { firstDifference } from '../../src/game/validators/unchanged.ts';
import type { ValidatorContext } from '../../src/game/validators/validator.ts';
import type { Verdict } from '../../src/game/verdict.ts';

const unmet = (code: string, values: Verdict['values']) => describeVerdict({ outcome: 'unmet', code, values });

test('a log is that of a container, of so many seconds', () => {
  const values = { of: 'deployment/queue', container: 'shipper', withinSeconds: 30, missing: 'GET /' };
  expect(unmet('logs.missing', { ...values, last: '' })).toEqual({
    expected: '"GET /" in the last 30 s of the log of container shipper of deployment/queue',
    observed: 'nothing was printed in these 30 s',
  });
  expect(unmet('logs.missing', { of: 'pod/queue', missing: 'GET /', last: '' })).toEqual({
    expected: '"GET /" in the log of pod/queue',
    observed: 'the log is empty',
  });
  expect(unmet('logs.no-pod', values).expected).toBe('a log of container shipper of deployment/queue');
});

test('one pod is no pods', () => {
  const values = { of: 'deployment/queue', wanted: 1, updated: 1, ready: 0, available: 0, old: 0 };
  expect(unmet('rollout.is', { ...values, replicas: 1 }).expected).toBe('deployment/queue rolled out with at least 1 pod');
  expect(unmet('rollout.is', { ...values, replicas: 2 }).expected).toBe('deployment/queue rolled out with at least 2 pods');
  expect(unmet('rollout.no-object', { of: 'deployment/queue', replicas: 2 }).expected).toBe(
    'deployment/queue rolled out with at least 2 pods',
  );
  expect(unmet('rollout.is', { ...values, old: 1 }).observed).toBe('1 wanted, 1 updated, 0 ready, 0 available, 1 old one left');
});

test('a field that is missing is not taken for an object that is', () => {
  const difference = firstDifference({ labels: { tier: 'mascot' } }, { labels: {} }, '')!;
  expect(unmet('unchanged.changed', { object: 'deployment/teapot', ...difference })).toEqual({
    expected: 'deployment/teapot as it was deployed: labels.tier is mascot',
    observed: 'it is no longer set',
  });
});

test('a field of each pod is told as the pods’ own', async () => {
  const deployment = {
    kind: 'Deployment',
    metadata: { name: 'tea', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'tea' } } },
  };
  const pod = {
    kind: 'Pod',
    metadata: { name: 'tea-1', namespace: 'shop', labels: { app: 'tea' } },
    spec: { containers: [{ name: 'tea', resources: { requests: { cpu: '600m' } } }] },
  };
  const judge = async (pods: readonly unknown[]) => {
    const objects = { get: ({ kind }: { kind: string }) => (kind === 'Deployment' ? deployment : pod), list: () => pods };
    const parameters = { podsOf: 'deployment/tea', path: 'spec.containers[0].resources.requests.cpu', atMost: '500m' };
    return describeVerdict(await field.judge(parameters, { objects, namespace: 'shop' } as unknown as ValidatorContext));
  };
  const expected = 'spec.containers[0].resources.requests.cpu of the pods of deployment/tea is at most 500m';
  expect(await judge([pod])).toEqual({ expected, observed: 'it is 600m' });
  expect(await judge([])).toEqual({ expected, observed: 'there are none' });
});

test('a field that is called something keeps its path to itself', async () => {
  const objects = { get: () => ({ kind: 'Service', spec: {} }), list: () => [] };
  const parameters = { object: 'service/basket', path: 'spec.sessionAffinity', called: 'where a customer goes next', equals: 'ClientIP' };
  const verdict = await field.judge(parameters, { objects, namespace: 'shop' } as unknown as ValidatorContext);
  expect(describeVerdict(verdict)).toEqual({ expected: 'where a customer goes next is ClientIP', observed: 'it is not set' });
});

test('whoever is missing is named once', () => {
  const objects = { get: () => undefined, list: () => [] };
  const { state } = runnablePod('shop/deployment/visitor', objects, 'tea') as { state: string };
  const values = { from: 'shop/deployment/visitor', to: 'http://tea/', expect: 'reached', state };
  expect(unmet('connect.no-client', values).observed).toBe("shop/deployment/visitor can't try: there is no such deployment");
});

test('only what is asked every few seconds grows old', () => {
  const level = loadLevel('levels/3-networking/25-networkpolicy-too-restrictive') as Level;
  const clock = { now: () => 0, after: () => () => {} };
  const { states } = new Judge({ level, api: {} as KubernetesApi, clock });
  expect(states.filter(({ isAskedAgain }) => isAskedAgain).map(({ id }) => id)).toEqual(level.mission.objectives.map(({ id }) => id));
  expect(states.some(({ isGuard }) => isGuard)).toBe(true);
});

test('a command is told as it would be typed', async () => {
  const running = [{ name: 'tea', ready: true, state: { running: {} } }];
  const pod = {
    kind: 'Pod',
    metadata: { name: 'tea', namespace: 'shop' },
    spec: { containers: [{ name: 'tea' }] },
    status: { phase: 'Running', containerStatuses: running },
  };
  const told = async (command: string[], stderr = '') => {
    const api = { exec: async () => ({ exitCode: 1, stdout: '', stderr }) };
    const objects = { get: () => pod, list: () => [pod] };
    const context = { api, objects, namespace: 'shop' } as unknown as ValidatorContext;
    return describeVerdict(await exec.judge({ in: 'pod/tea', command, exitCode: 0, stdout: '42' }, context));
  };
  const expected = async (command: string[]) => (await told(command)).expected;
  expect(await expected(['sh', '-c', 'wget -q "$URL"'])).toBe('wget -q "$URL" exits 0 and prints "42"');
  expect(await expected(['wget', '-O-', 'http://tea/', 'two words'])).toBe('wget -O- http://tea/ \'two words\' exits 0 and prints "42"');
  const quotes = await expected(['psql', '-c', "select 'tea'"]);
  expect(quotes).toBe(`psql -c "select 'tea'" exits 0 and prints "42"`);
  expect(await expected(['echo', `'$A"`])).toBe(`echo ''\\''$A"' exits 0 and prints "42"`);
  // Of several lines the last counts that doesn't go on with another.
  const psql = 'psql: error: connection to server at "tea" failed: Connection refused\n\tIs the server running on that host?\n';
  expect((await told(['psql'], psql)).observed).toBe(`exited 1: ${psql.split('\n')[0]}`);
});
