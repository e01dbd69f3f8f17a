import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { printed, roundTrip } from '../../../../src/simulator/apiserver/model/round-trip.ts';
import { schemaOf } from '../../../../src/simulator/apiserver/model/schema.ts';

interface Exchange {
  m: string;
  url: string;
  status: number;
  resp?: string;
}
const folder = 'tests/recordings/kubernetes-1.34';
const recorded = (name: string) => JSON.parse(gunzipSync(readFileSync(`${folder}/${name}`)).toString());

const answers = (recorded('transcript-kubectl-1.34.json.gz') as { reqs: Exchange[] }[])
  .flatMap((command) => command.reqs ?? [])
  .filter(({ resp, status }) => status < 300 && typeof resp === 'string' && resp.startsWith('{"kind":'))
  .flatMap(({ resp }) => {
    try {
      return [JSON.parse(resp!) as { kind: string; apiVersion: string; items?: object[] }];
    } catch {
      return [];
    }
  })
  .filter(({ kind, apiVersion }) => schemaOf(apiVersion, kind));

test('there are many recorded answers of typed kinds', () => {
  expect(answers.length).toBeGreaterThan(200);
});

test('what a real server sent is what printing makes of it again, to the letter', () => {
  for (const answer of answers) {
    const again = answer.items
      ? { ...answer, items: answer.items.map((item) => printed(answer.apiVersion, answer.kind.replace(/List$/, ''), item)) }
      : printed(answer.apiVersion, answer.kind, answer);
    expect(JSON.stringify(again)).toBe(JSON.stringify(answer));
  }
});

test('a round trip drops what Go hides and orders what it shows', () => {
  const pod = {
    spec: {
      nosuch: 1,
      hostNetwork: false,
      containers: [{ image: 'nginx', name: 'c', resources: { limits: { memory: '1024Mi', cpu: '0.5' } }, args: [] }],
    },
    metadata: { labels: { b: '2', a: '1' }, name: 'web', annotations: {}, creationTimestamp: null },
    apiVersion: 'v1',
    kind: 'Pod',
  };
  expect(JSON.stringify(roundTrip('v1', 'Pod', pod))).toBe(
    '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","labels":{"a":"1","b":"2"}},"spec":{"containers":[{"name":"c","image":"nginx","resources":{"limits":{"cpu":"500m","memory":"1Gi"}}}]},"status":{}}',
  );
});

test('pointers keep their zeros, and clients see null where Go has nothing to show', () => {
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { replicas: 0, paused: false } };
  expect(roundTrip('apps/v1', 'Deployment', deployment)).toEqual({
    ...deployment,
    spec: { replicas: 0, template: { metadata: {}, spec: {} }, strategy: {} },
    status: {},
  });
  expect(printed('apps/v1', 'Deployment', deployment)).toMatchObject({
    spec: { selector: null, template: { spec: { containers: null } } },
  });
});

test('a custom resource is left as it is', () => {
  const backup = { apiVersion: 'example.com/v1', kind: 'Backup', spec: { z: null, a: [] } };
  expect(roundTrip('example.com/v1', 'Backup', backup)).toBe(backup);
});
