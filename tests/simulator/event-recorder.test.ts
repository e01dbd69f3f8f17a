import { beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../../src/apimachinery/objects.ts';
import { ApiServer } from '../../src/simulator/apiserver/api-server.ts';
import type { Client } from '../../src/simulator/client.ts';
import { Clock } from '../../src/simulator/clock.ts';
import { createEventRecorder, type EventRecorder, referenceTo } from '../../src/simulator/event-recorder.ts';
import { Random } from '../../src/simulator/random.ts';

describe('event recorder', () => {
  let clock: Clock;
  let client: Client;
  let recorder: EventRecorder;
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare', namespace: 'default', uid: 'u1', resourceVersion: '7' } };
  const events = (): readonly Event[] => client.resource('events').list('default');
  const lines = () => events().map((event) => `${event.reason} ${event.message} x${event.count}`);

  beforeEach(() => {
    clock = new Clock(Date.UTC(2026, 10, 24, 23, 7, 30));
    client = new ApiServer({ clock, random: new Random(1) }).client('kubelet');
    client.resource('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' }, spec: {} });
    recorder = createEventRecorder(client, clock, 'kubelet', 'worker');
  });

  test('writes an event as 1.34 does', () => {
    recorder.record(referenceTo(pod, 'spec.containers{c}'), 'Normal', 'Pulling', 'Pulling image "nginx"');
    const { metadata, ...event } = events()[0]!;
    expect(metadata.name).toMatch(/^bare\.[0-9a-f]{16}$/);
    expect(event).toMatchObject({
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Pod',
        name: 'bare',
        namespace: 'default',
        uid: 'u1',
        resourceVersion: '7',
        fieldPath: 'spec.containers{c}',
      },
      reason: 'Pulling',
      message: 'Pulling image "nginx"',
      source: { component: 'kubelet', host: 'worker' },
      reportingComponent: 'kubelet',
      reportingInstance: 'worker',
      firstTimestamp: '2026-11-24T23:07:30Z',
      lastTimestamp: '2026-11-24T23:07:30Z',
      count: 1,
      type: 'Normal',
    });
  });

  test('counts what happens again', () => {
    recorder.record(pod, 'Warning', 'Failed', 'Error: ErrImagePull');
    clock.runUntil(clock.now + 15_000);
    recorder.record(pod, 'Warning', 'Failed', 'Error: ErrImagePull');
    expect(events().map(({ count, firstTimestamp, lastTimestamp }) => [count, firstTimestamp, lastTimestamp])).toEqual([
      [2, '2026-11-24T23:07:30Z', '2026-11-24T23:07:45Z'],
    ]);
  });

  test('events of one instant keep their order', () => {
    const reasons = ['Scheduled', 'Pulled', 'Created', 'Started'];
    const other = createEventRecorder(client, clock, 'default-scheduler');
    for (const [index, reason] of reasons.entries()) (index % 2 ? other : recorder).record(pod, 'Normal', reason, reason);
    expect(events().map((event) => event.reason)).toEqual(reasons);
  });

  test('combines events that differ only in their message from the tenth on', () => {
    for (let index = 1; index <= 12; index++) recorder.record(pod, 'Normal', 'SuccessfulCreate', `Created pod: p${index}`);
    expect(lines().slice(0, 9)).toEqual(Array.from({ length: 9 }, (_, index) => `SuccessfulCreate Created pod: p${index + 1} x1`));
    expect(lines().slice(9)).toEqual(['SuccessfulCreate (combined from similar events): Created pod: p12 x3']);
  });

  test('lets no more than 25 events in a row through for one object', () => {
    for (let index = 0; index < 40; index++) recorder.record(pod, 'Warning', 'BackOff', 'Back-off restarting failed container');
    expect(lines()).toEqual(['BackOff Back-off restarting failed container x25']);
    clock.runUntil(clock.now + 300_000);
    recorder.record(pod, 'Warning', 'BackOff', 'Back-off restarting failed container');
    expect(lines()).toEqual(['BackOff Back-off restarting failed container x41']);
  });

  test('makes a new event, with the count so far, when the old one was deleted', () => {
    recorder.record(pod, 'Normal', 'Pulled', 'again');
    client.resource('events').delete('default', events()[0]!.metadata.name);
    recorder.record(pod, 'Normal', 'Pulled', 'again');
    expect(lines()).toEqual(['Pulled again x2']);
  });

  test('drops an event that the server refuses', () => {
    recorder.record({ ...pod, metadata: { ...pod.metadata, namespace: 'nowhere' } }, 'Normal', 'Lost', 'lost');
    expect(client.resource('events').list()).toEqual([]);
  });
});
