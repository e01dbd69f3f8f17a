import { beforeEach, describe, expect, test } from 'vitest';
import { StatusError } from '../../../src/apimachinery/status-error.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { WorkQueue } from '../../../src/simulator/controllers/controller.ts';

describe('a work queue', () => {
  let clock: Clock;
  let seen: string[];
  const at = () => `${clock.now}`;

  beforeEach(() => {
    clock = new Clock(0);
    seen = [];
  });

  test('reconciles a key once however often it was added', () => {
    const queue = new WorkQueue(clock, (key) => {
      seen.push(key);
      return undefined;
    });
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    clock.settle();
    expect(seen).toEqual(['a', 'b']);
  });

  test('comes back when it was told to, at the earliest of several times', () => {
    const queue = new WorkQueue(clock, () => {
      seen.push(at());
      return seen.length === 1 ? { requeueAfterMs: 500 } : undefined;
    });
    queue.addAfter('a', 300);
    queue.addAfter('a', 100);
    queue.addAfter('a', 200);
    clock.runUntil(10_000);
    expect(seen).toEqual(['100', '600']);
  });

  test('tries again ever later what the server refused', () => {
    const queue = new WorkQueue(clock, () => {
      seen.push(at());
      throw new StatusError(409, 'Conflict', 'no');
    });
    queue.add('a');
    clock.runUntil(100);
    expect(seen).toEqual(['0', '5', '15', '35', '75']);
  });

  test('lets any other error through, with its stack', () => {
    const queue = new WorkQueue(clock, () => {
      throw new TypeError('a bug');
    });
    queue.add('a');
    expect(() => clock.settle()).toThrow('a bug');
  });

  test("doesn't stop the clock when a key wakes itself for ever", () => {
    const queue: WorkQueue = new WorkQueue(clock, (key) => {
      seen.push(at());
      queue.add(key);
      return undefined;
    });
    queue.add('a');
    clock.runUntil(250);
    expect(new Set(seen)).toEqual(new Set(['0', '100', '200']));
  });
});
