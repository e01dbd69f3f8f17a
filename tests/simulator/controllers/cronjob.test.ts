import { beforeEach, describe, expect, test } from 'vitest';
import { parseSchedule } from '../../../src/simulator/controllers/cron-schedule.ts';
import { offsetOf } from '../../../src/simulator/controllers/time-zone.ts';
import { TestCluster } from './cluster.ts';

const tick = (more = '') => `
apiVersion: batch/v1
kind: CronJob
metadata: { name: tick }
spec:
  schedule: "*/5 * * * *"
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 1
  ${more}
  jobTemplate:
    spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: busybox }] } } }
`;

describe('cronjob controller', () => {
  let cluster: TestCluster;
  const jobs = () => cluster.list('jobs').map(({ metadata }) => metadata.name);
  const finishAll = () => {
    for (const pod of cluster.list('pods')) if (pod.status?.phase !== 'Succeeded') cluster.finish(pod.metadata.name, 'Succeeded');
  };

  beforeEach(() => {
    cluster = new TestCluster();
  });

  test('makes a Job at each time of its schedule, and keeps the last that succeeded', () => {
    cluster.apply(tick());
    cluster.wait(299);
    expect(jobs()).toEqual([]);
    cluster.wait(2);
    expect(jobs()).toEqual([`tick-${Date.UTC(2026, 0, 1, 0, 5) / 60_000}`]);
    expect(cluster.get('cronjobs', 'tick').status).toMatchObject({ lastScheduleTime: '2026-01-01T00:05:00Z', active: [{ kind: 'Job' }] });
    finishAll();
    expect(cluster.get('cronjobs', 'tick').status).toEqual({
      lastScheduleTime: '2026-01-01T00:05:00Z',
      lastSuccessfulTime: '2026-01-01T00:05:01Z',
    });
    cluster.wait(300);
    finishAll();
    expect(jobs()).toEqual([`tick-${Date.UTC(2026, 0, 1, 0, 10) / 60_000}`]);
    expect(cluster.events('tick')).toContain(
      `Normal SawCompletedJob Saw completed job: tick-${Date.UTC(2026, 0, 1, 0, 5) / 60_000}, condition: Complete`,
    );
  });

  test('does nothing while suspended', () => {
    cluster.apply(tick('suspend: true'));
    cluster.wait(900);
    expect(jobs()).toEqual([]);
  });

  test('Forbid waits for the Job that still runs', () => {
    cluster.apply(tick('concurrencyPolicy: Forbid'));
    cluster.wait(700);
    expect(jobs().length).toBe(1);
    expect(cluster.events('tick')).toContain(
      'Normal JobAlreadyActive Not starting job because prior execution is running and concurrency policy is Forbid',
    );
  });
});

describe('a schedule', () => {
  const next = (text: string) => {
    const at = parseSchedule(text)?.next(Date.UTC(2026, 0, 1, 12, 30));
    return at === undefined ? undefined : new Date(at).toISOString();
  };

  test('is read field by field', () => {
    expect(next('0 3 * * *')).toBe('2026-01-02T03:00:00.000Z');
    expect(next('15,45 12-13 * * *')).toBe('2026-01-01T12:45:00.000Z');
    expect(next('0 0 1 feb *')).toBe('2026-02-01T00:00:00.000Z');
    expect(next('0 9 * * mon-fri')).toBe('2026-01-02T09:00:00.000Z');
    expect(next('0 0 13 * 5')).toBe('2026-01-02T00:00:00.000Z');
    expect(next('@hourly')).toBe('2026-01-01T13:00:00.000Z');
    expect(next('10/20 * * * *')).toBe('2026-01-01T12:50:00.000Z');
  });

  test('is read by the clocks of its time zone, also when they are changed', () => {
    const berlin = (text: string, after: number) => new Date(parseSchedule(text, offsetOf('Europe/Berlin'))!.next(after)!).toISOString();
    expect(berlin('0 3 * * *', Date.UTC(2026, 0, 1, 12))).toBe('2026-01-02T02:00:00.000Z');
    expect(berlin('0 3 * * *', Date.UTC(2026, 6, 1, 12))).toBe('2026-07-02T01:00:00.000Z');
    expect(berlin('30 8 29 3 *', Date.UTC(2026, 2, 1))).toBe('2026-03-29T06:30:00.000Z');
    expect(offsetOf('Middle/Earth')).toBeUndefined();
  });

  test('is refused when it is none', () => {
    for (const text of ['61 * * * *', '* * * *', 'a * * * *', '5-1 * * * *', '']) expect(parseSchedule(text)).toBeUndefined();
  });
});
