import { beforeEach, describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.ts';

const job = (name: string, spec: string, restartPolicy = 'Never') => `
apiVersion: batch/v1
kind: Job
metadata: { name: ${name} }
spec:
  ${spec}
  selector: { matchLabels: { job-name: ${name} } }
  template:
    metadata: { labels: { job-name: ${name} } }
    spec: { restartPolicy: ${restartPolicy}, containers: [{ name: main, image: busybox }] }
`;

describe('job controller', () => {
  let cluster: TestCluster;
  const pods = () => cluster.list('pods').map(({ metadata }) => metadata.name);
  const active = () => cluster.list('pods').filter((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed');
  const conditions = (name: string) =>
    (cluster.get('jobs', name).status?.conditions ?? []).map(
      ({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`,
    );

  beforeEach(() => {
    cluster = new TestCluster();
  });

  test('completes when its pod succeeded', () => {
    cluster.apply(job('hello', 'completions: 1\n  parallelism: 1\n  backoffLimit: 6'));
    const [pod] = pods();
    expect(pod).toMatch(/^hello-[a-z0-9]{5}$/);
    expect(cluster.get('pods', pod!).metadata.finalizers).toEqual(['batch.kubernetes.io/job-tracking']);
    cluster.runPods();
    expect(cluster.get('jobs', 'hello').status).toMatchObject({ active: 1, ready: 1, terminating: 0, startTime: '2026-01-01T00:00:00Z' });
    cluster.finish(pod!, 'Succeeded');
    expect(conditions('hello')).toEqual([
      'SuccessCriteriaMet=True CompletionsReached: Reached expected number of succeeded pods',
      'Complete=True CompletionsReached: Reached expected number of succeeded pods',
    ]);
    const { status } = cluster.get('jobs', 'hello');
    expect(status).toMatchObject({
      succeeded: 1,
      ready: 0,
      terminating: 0,
      uncountedTerminatedPods: {},
      completionTime: '2026-01-01T00:00:00Z',
    });
    expect(status?.active).toBeUndefined();
    expect(cluster.get('pods', pod!).metadata.finalizers).toBeUndefined();
    expect(cluster.events('hello')).toEqual([`Normal SuccessfulCreate Created pod: ${pod}`, 'Normal Completed Job completed']);
  });

  test('tries again after ten seconds, then gives up', () => {
    cluster.apply(job('fails', 'completions: 1\n  parallelism: 1\n  backoffLimit: 1'));
    cluster.finish(pods()[0]!, 'Failed');
    cluster.wait(9);
    expect(pods().length).toBe(1);
    cluster.wait(2);
    expect(pods().length).toBe(2);
    cluster.finish(active()[0]!.metadata.name, 'Failed');
    expect(conditions('fails')).toEqual([
      'FailureTarget=True BackoffLimitExceeded: Job has reached the specified backoff limit',
      'Failed=True BackoffLimitExceeded: Job has reached the specified backoff limit',
    ]);
    expect(cluster.get('jobs', 'fails').status?.failed).toBe(2);
    expect(cluster.events('fails').at(-1)).toBe('Warning BackoffLimitExceeded Job has reached the specified backoff limit');
    expect(pods().length).toBe(2);
  });

  test('runs so many in parallel until enough succeeded', () => {
    cluster.apply(job('many', 'completions: 3\n  parallelism: 2\n  backoffLimit: 6'));
    expect(active().length).toBe(2);
    for (const pod of active()) cluster.finish(pod.metadata.name, 'Succeeded');
    expect(active().length).toBe(1);
    cluster.finish(active()[0]!.metadata.name, 'Succeeded');
    expect(cluster.get('jobs', 'many').status?.succeeded).toBe(3);
    expect(conditions('many').length).toBe(2);
  });

  test('gives each index its pod, host name and variable', () => {
    cluster.apply(job('parts', 'completions: 3\n  parallelism: 3\n  completionMode: Indexed\n  backoffLimit: 6'));
    const hosts = cluster
      .list('pods')
      .map((pod) => [pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index'], pod.spec.hostname]);
    expect(hosts).toEqual([
      ['0', 'parts-0'],
      ['1', 'parts-1'],
      ['2', 'parts-2'],
    ]);
    expect(cluster.list('pods')[0]!.spec.containers[0]!.env).toEqual([
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" } },
      },
    ]);
    const [first, second, third] = cluster.list('pods');
    cluster.finish(third!.metadata.name, 'Succeeded');
    cluster.finish(first!.metadata.name, 'Succeeded');
    expect(cluster.get('jobs', 'parts').status?.completedIndexes).toBe('0,2');
    cluster.finish(second!.metadata.name, 'Succeeded');
    expect(cluster.get('jobs', 'parts').status?.completedIndexes).toBe('0-2');
  });

  test('ends when its time is up, and takes its pods along', () => {
    cluster.apply(job('slow', 'completions: 1\n  parallelism: 1\n  backoffLimit: 6\n  activeDeadlineSeconds: 2', 'OnFailure'));
    const [pod] = pods();
    cluster.runPods();
    cluster.wait(3);
    cluster.runPods();
    expect(conditions('slow')).toEqual([
      'FailureTarget=True DeadlineExceeded: Job was active longer than specified deadline',
      'Failed=True DeadlineExceeded: Job was active longer than specified deadline',
    ]);
    expect(pods()).toEqual([]);
    expect(cluster.events('slow')).toEqual([
      `Normal SuccessfulCreate Created pod: ${pod}`,
      `Normal SuccessfulDelete Deleted pod: ${pod}`,
      'Warning DeadlineExceeded Job was active longer than specified deadline',
    ]);
  });

  test('a suspended Job has no pods until it is resumed', () => {
    cluster.apply(job('later', 'completions: 1\n  parallelism: 1\n  suspend: true'));
    expect(pods()).toEqual([]);
    expect(conditions('later')).toEqual(['Suspended=True JobSuspended: Job suspended']);
    cluster.modify('jobs', 'later', (draft) => {
      draft.spec.suspend = false;
    });
    expect(pods().length).toBe(1);
    expect(conditions('later')).toEqual(['Suspended=False JobResumed: Job resumed']);
    expect(cluster.events('later').slice(0, 2)).toEqual(['Normal Suspended Job suspended', 'Normal Resumed Job resumed']);
  });

  test('is swept away, with its pods, some time after it finished', () => {
    cluster.apply(job('swept', 'completions: 1\n  parallelism: 1\n  ttlSecondsAfterFinished: 5'));
    cluster.finish(pods()[0]!, 'Succeeded');
    cluster.wait(4);
    expect(cluster.list('jobs').length).toBe(1);
    cluster.wait(3);
    expect([cluster.list('jobs'), pods()]).toEqual([[], []]);
  });

  test('its pods go when it is deleted, though they have a finalizer', () => {
    cluster.apply(job('gone', 'completions: 1\n  parallelism: 1'));
    cluster.runPods();
    cluster.kubectl.resource('jobs').delete('default', 'gone', { propagationPolicy: 'Background' });
    cluster.runPods();
    cluster.wait(1);
    expect(pods()).toEqual([]);
  });
});
