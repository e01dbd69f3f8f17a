// When owners are worked out: when somebody looks, or before too much of the past would have to be kept for it.
import { expect, test } from 'vitest';
import { ManagedFields } from '../../../src/simulator/apiserver/managed-fields.ts';
import type { KubernetesObject } from '../../../src/simulator/client.ts';
import { Clock } from '../../../src/simulator/clock.ts';

/** An object that is written so many times, once in so many milliseconds; returns how often owners were worked out, and its last version. */
function written(times: number, everyMs: number) {
  const clock = new Clock(0);
  let worked = 0;
  const fields = new ManagedFields((_before, entries) => {
    worked++;
    return entries;
  }, clock);
  let object: KubernetesObject | undefined;
  for (let time = 0; time < times; time++) {
    const next = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', resourceVersion: `${time}` } };
    fields.note(next, object, { manager: 'm', apiVersion: 'v1', subresource: '', time: '', after: next });
    object = next;
    clock.runUntil(clock.now + everyMs);
  }
  return { fields, object: object!, worked: () => worked };
}

test('a burst of writes is worked out when somebody looks', () => {
  const { fields, object, worked } = written(300, 10);
  expect(worked()).toBe(0);
  fields.of(object);
  expect(worked()).toBe(300);
});

test('a chain goes as soon as it keeps more of the past than the watch history', () => {
  expect(written(50, 10_000).worked()).toBe(0);
  expect(written(64, 10_000).worked()).toBe(64);
});

test('no chain is so long that whoever looks has to wait', () => {
  expect(written(1023, 1).worked()).toBe(0);
  expect(written(1024, 1).worked()).toBe(1024);
});
