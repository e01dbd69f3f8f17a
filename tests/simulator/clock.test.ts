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

test('a stop never leaves an instant half done', () => {
  const clock = new Clock(0);
  const seen: string[] = [];
  clock.after(5, () => {
    seen.push('one');
    clock.soon(() => seen.push('ready'));
    clock.after(0, () => seen.push('at once'));
  });
  clock.after(5, () => seen.push('two'));
  clock.after(8, () => seen.push('later'));
  expect(clock.runUntil(10, () => seen.length > 0)).toBe(true);
  expect([seen, clock.now]).toEqual([['one', 'ready', 'two', 'at once'], 5]);
  expect(clock.runUntil(10)).toBe(false);
  expect([seen.at(-1), clock.now]).toEqual(['later', 10]);
});
