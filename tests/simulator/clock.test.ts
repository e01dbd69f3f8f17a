import { expect, test } from 'vitest';
import { Clock } from '../../src/simulator/clock.ts';

test('timers run in order of time, and in order of setting within an instant', () => {
  const clock = new Clock(0);
  const seen: string[] = [];
  clock.after(20, () => seen.push('late'));
  clock.after(10, () => seen.push('first of ten'));
  clock.after(10, () => seen.push('second of ten'));
  clock.runUntil(15);
  expect(seen).toEqual(['first of ten', 'second of ten']);
  expect(clock.now).toBe(15);
  clock.runUntil(100);
  expect(seen.at(-1)).toBe('late');
});

test('work that is ready runs before any timer, and what it makes ready runs in the same instant', () => {
  const clock = new Clock(0);
  const seen: string[] = [];
  clock.after(0, () => seen.push('timer'));
  clock.soon(() => {
    seen.push('ready');
    clock.soon(() => seen.push('made ready'));
  });
  clock.runUntil(0);
  expect(seen).toEqual(['ready', 'made ready', 'timer']);
});

test('a timer that was called off does not run and is not waited for', () => {
  const clock = new Clock(0);
  const cancel = clock.after(10, () => expect.unreachable());
  cancel();
  expect(clock.nextAt()).toBe(Number.POSITIVE_INFINITY);
  clock.runUntil(20);
});

test('a stop between two pieces of work leaves the rest for later', () => {
  const clock = new Clock(0);
  let count = 0;
  for (let index = 0; index < 3; index++) clock.after(5, () => count++);
  expect(clock.runUntil(10, () => count === 2)).toBe(true);
  expect([count, clock.now]).toEqual([2, 5]);
  expect(clock.runUntil(10)).toBe(false);
  expect([count, clock.now]).toEqual([3, 10]);
});

test('runTo reaches the very moment that now and steps of another run stood for', () => {
  const run = (clock: Clock, seen: number[]) => {
    for (let index = 0; index < 5; index++) clock.after(index < 3 ? 5 : 8, () => seen.push(index));
  };
  const first = new Clock(0);
  const seen: number[] = [];
  run(first, seen);
  first.runUntil(6, () => seen.length === 2);
  const moment = { now: first.now, steps: first.steps };
  const second = new Clock(0);
  const again: number[] = [];
  run(second, again);
  second.runTo(moment);
  expect(again).toEqual(seen);
  expect({ now: second.now, steps: second.steps }).toEqual(moment);
});
