// The blanking of what differs from cluster to cluster.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lineDifference } from './line-difference.ts';
import { normalised } from './normalised.ts';
import { readScenario } from './scenario.ts';

const surroundings = {
  commands: 'kubectl get svc',
  nodes: ['k8s-worker', 'k8s-worker2', 'k8s-control-plane'],
  folder: '/tmp/scenario.x/work',
};
const lines = (text: string) => normalised(text, surroundings, new Map());

test('ages are blanked in the columns that mean one, and only there', () => {
  expect(lines('NAME   AGE     NOTE\n5m     5m12s   5m')).toEqual(['NAME   AGE   NOTE', '5m   <age>   5m']);
});

test('nodes are named in the order in which they appear', () => {
  expect(lines('k8s-worker2 k8s-worker k8s-worker2\npod-k8s-control-plane')).toEqual(['node-A node-B node-A', 'pod-node-C']);
});

test('addresses and node ports are blanked unless the scenario spells them out', () => {
  expect(lines('10.244.1.7 127.0.0.1 80:31234/TCP')).toEqual(['<ip> 127.0.0.1 80:<port>/TCP']);
  expect(normalised('10.244.1.7', { ...surroundings, commands: 'curl 10.244.1.7' }, new Map())).toEqual(['10.244.1.7']);
});

test('generated names, times and ids are blanked', () => {
  expect(lines('web-7c5ddbdf54-x2x4z web-7c5ddbdf54 job-abcde-x 2026-11-24T10:00:00Z')).toEqual([
    'web-<hash>-<id> web-<hash> job-abcde-x <time>',
  ]);
  expect(lines('pulled in 1.25s (1.25s including waiting). Image size: 123 bytes.')).toEqual(['pulled in <duration>. Image size: <size>.']);
});

test("what kubectl logs of its own timers' races is left out, other logs are not", () => {
  expect(
    lines(
      'E1124 10:00:00.000000   12345 websocket.go:514] Websocket Ping failed: websocket: close sent\n' +
        'E1124 10:00:00.000000   12345 websocket.go:514] Websocket Ping failed: broken pipe',
    ),
  ).toEqual(['<log> websocket.go:514] Websocket Ping failed: broken pipe']);
});

test('every recorded scenario can be read, and its output is already normalised', () => {
  const files = readdirSync('tests/recordings/scenarios').filter((file) => file.endsWith('.scenario'));
  expect(files.length).toBeGreaterThan(60);
  const differing = files.flatMap((file) => {
    const { steps } = readScenario(`tests/recordings/scenarios/${file}`);
    const commands = steps.map((step) => step.command).join('\n');
    return steps
      .flatMap((step) => step.expected.map((line) => line.slice(2)))
      .filter((line) => normalised(line, { ...surroundings, commands }, new Map()).join('\n') !== line)
      .map((line) => `${file}: ${line}`);
  });
  expect(differing).toEqual([]);
});

test('a difference shows what was recorded and what is here', () => {
  expect(lineDifference(['a', 'b', 'c', 'd'], ['a', 'x', 'c', 'd'])).toEqual([' a', '-b', '+x', ' c']);
  expect(lineDifference(['a'], ['a'])).toEqual([]);
});
