// What containers cost the host: time and memory. The bounds are several times what an idle machine takes.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Clock } from '../../../src/simulator/clock.ts';
import { exec, startContainer, startMs } from './run-container.ts';

const loop = ['sh', '-c', 'while true; do echo hello; sleep 5; done'];

test('an hour of twenty loops goes by', () => {
  const clock = new Clock(startMs);
  let lines = 0;
  for (let index = 0; index < 20; index++) startContainer(loop, { clock, log: () => lines++ });
  clock.runUntil(startMs + 3_600_000);
  expect(lines).toBe(20 * 720);
}, 20_000);

test('a hundred running containers take a few megabytes', () => {
  setFlagsFromString('--expose_gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const clock = new Clock(startMs);
  startContainer(loop, { clock });
  clock.runUntil(startMs + 20_000);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const rigs = Array.from({ length: 100 }, () => startContainer(loop, { clock }));
  clock.runUntil(startMs + 60_000);
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(6_000_000);
  expect(rigs.every(({ container }) => container.exit === undefined)).toBe(true);
});

test('patterns that make other engines backtrack for ever cost little', () => {
  const rig = startContainer(['sleep', '1000000']);
  const text = `${'a'.repeat(5000)}b`;
  expect(exec(rig, ['grep', '-cE', '(a+)+$'], text).stdout).toBe('0\n');
  expect(exec(rig, ['sed', '-E', 's/(a*)*c/x/'], text).stdout).toBe(text);
  expect(
    exec(
      rig,
      ['sh', '-c', 'read x; case $x in *a*a*a*a*a*c) echo yes ;; *) echo no ;; esac; y=${x%%a*a*a*c}; echo "${y#a*a*a*c}" | wc -c'],
      text,
    ).stdout,
  ).toBe('no\n5002\n');
}, 20_000);
