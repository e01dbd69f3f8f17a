// How pods end: grace, hooks, signals, and who tells the API.
import { expect, test } from 'vitest';
import { kubeletRig } from './kubelet-rig.ts';

function pod(name: string, spec: string): string {
  return `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: ${spec}}\n`;
}

/** Seconds until the pod is out of the API, to a tenth. */
function secondsUntilGone(rig: ReturnType<typeof kubeletRig>, name: string): number {
  const before = rig.clock.now;
  rig.clock.runUntil(before + 120_000, () => !rig.client.resource('pods').get('default', name));
  return Math.round((rig.clock.now - before) / 100) / 10;
}

test('nginx goes within a second, a sleep needs its whole grace period', () => {
  const rig = kubeletRig();
  rig.apply(
    pod('web', '{containers: [{name: c, image: "nginx:1.27"}]}') +
      pod('deaf', '{terminationGracePeriodSeconds: 7, containers: [{name: c, image: "busybox:1.36", command: [sleep, "3600"]}]}'),
  );
  rig.run(10);
  rig.client.resource('pods').delete('default', 'web');
  expect(rig.pod('web').metadata.deletionGracePeriodSeconds).toBe(30);
  expect(secondsUntilGone(rig, 'web')).toBe(0.8);
  expect(rig.events('web')).toContain('Normal Killing Stopping container c');
  rig.client.resource('pods').delete('default', 'deaf');
  expect(secondsUntilGone(rig, 'deaf')).toBe(7.8);
});

test('a preStop hook takes its time out of the grace period', () => {
  const rig = kubeletRig();
  rig.apply(
    pod(
      'slow',
      '{terminationGracePeriodSeconds: 10, containers: [{name: c, image: "nginx:1.27", lifecycle: {preStop: {exec: {command: [sh, -c, "sleep 4"]}}}}]}',
    ) +
      pod(
        'bad',
        '{terminationGracePeriodSeconds: 10, containers: [{name: c, image: "nginx:1.27", lifecycle: {preStop: {exec: {command: ["false"]}}}}]}',
      ),
  );
  rig.run(10);
  rig.client.resource('pods').delete('default', 'slow');
  expect(secondsUntilGone(rig, 'slow')).toBe(4.8);
  rig.client.resource('pods').delete('default', 'bad');
  expect(secondsUntilGone(rig, 'bad')).toBe(0.8);
  expect(rig.events('bad')).toContain('Warning FailedPreStopHook PreStopHook failed');
});

test('a pod that never ran is failed before it goes, with containers that nobody could find', () => {
  const rig = kubeletRig();
  rig.apply(pod('bare', '{containers: [{name: c, image: "nginx:1.99"}]}'));
  rig.run(10);
  const last: unknown[] = [];
  rig.client.resource('pods').watch(({ type, object }) => type === 'DELETED' && last.push(object.status));
  rig.client.resource('pods').delete('default', 'bare');
  rig.run(3);
  expect(last).toMatchObject([
    {
      phase: 'Failed',
      containerStatuses: [
        {
          state: {
            terminated: {
              exitCode: 137,
              reason: 'ContainerStatusUnknown',
              message: 'The container could not be located when the pod was terminated',
            },
          },
        },
      ],
    },
  ]);
});

test('a forced deletion ends the containers too', () => {
  const rig = kubeletRig();
  rig.apply(pod('p', '{containers: [{name: c, image: "nginx:1.27", ports: [{containerPort: 80}]}]}'));
  rig.run(10);
  const found = rig.pod('p');
  rig.client.resource('pods').delete('default', 'p', { gracePeriodSeconds: 0 });
  rig.run(3);
  expect(rig.client.resource('pods').get('default', 'p')).toBeUndefined();
  expect(rig.kubelets.usage(found)).toEqual([]);
});

test('a finished pod keeps its logs until it is deleted', () => {
  const rig = kubeletRig();
  rig.apply(pod('p', '{restartPolicy: Never, containers: [{name: c, image: "busybox:1.36", command: [echo, hello]}]}'));
  rig.run(10);
  expect(rig.pod('p').status.phase).toBe('Succeeded');
  expect(rig.pod('p').status.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason ?? ''}`)).toEqual([
    'PodReadyToStartContainers=False ',
    'Initialized=True PodCompleted',
    'Ready=False PodCompleted',
    'ContainersReady=False PodCompleted',
    'PodScheduled=True ',
  ]);
  expect(rig.logs('p')).toBe('hello\n');
  rig.client.resource('pods').delete('default', 'p');
  rig.run(1);
  expect(rig.client.resource('pods').get('default', 'p')).toBeUndefined();
});

test('a second deletion cuts the grace period short', () => {
  const rig = kubeletRig();
  rig.apply(pod('deaf', '{terminationGracePeriodSeconds: 60, containers: [{name: c, image: "busybox:1.36", command: [sleep, "3600"]}]}'));
  rig.run(5);
  rig.client.resource('pods').delete('default', 'deaf');
  rig.run(5);
  expect(rig.status('deaf').state?.running).toBeDefined();
  rig.client.resource('pods').delete('default', 'deaf', { gracePeriodSeconds: 1 });
  expect(secondsUntilGone(rig, 'deaf')).toBeLessThan(4);
});

test('the mirror of a static pod comes back, and its containers never stopped', () => {
  const rig = kubeletRig();
  rig.apply(
    '{apiVersion: v1, kind: Pod, metadata: {name: fixed, annotations: {kubernetes.io/config.mirror: abc, kubernetes.io/config.source: file}}, spec: {nodeName: k8squest-worker, containers: [{name: c, image: "nginx:1.27"}]}}',
  );
  rig.run(10);
  const before = rig.pod('fixed');
  expect(before.status.observedGeneration).toBeUndefined();
  rig.client.resource('pods').delete('default', 'fixed');
  rig.run(3);
  expect(rig.pod('fixed').metadata.uid).not.toBe(before.metadata.uid);
  expect(rig.status('fixed').containerID).toBe(before.status.containerStatuses?.[0]?.containerID);
  expect(rig.pod('fixed').status.phase).toBe('Running');
});

test('readiness is asked for until all containers are over, liveness no more', () => {
  const rig = kubeletRig();
  const deaf = '{name: side, image: "busybox:1.36", command: [sleep, "3600"]}';
  const often = 'periodSeconds: 2, failureThreshold: 2';
  const http = `{httpGet: {path: /, port: 80}, ${often}}`;
  rig.apply(
    pod('web', `{containers: [{name: main, image: "nginx:1.27", readinessProbe: ${http}, livenessProbe: ${http}}, ${deaf}]}`) +
      pod('exec', `{containers: [{name: main, image: "nginx:1.27", readinessProbe: {exec: {command: ["true"]}, ${often}}}, ${deaf}]}`),
  );
  rig.run(10);
  expect(rig.status('web', 'main').ready).toBe(true);
  rig.client.resource('pods').delete('default', 'web');
  rig.client.resource('pods').delete('default', 'exec');
  rig.run(12);
  const { podIP } = rig.pod('web').status;
  expect(rig.events('web').filter((event) => event.includes('probe'))).toEqual([
    `Warning Unhealthy Readiness probe failed: Get "http://${podIP}:80/": dial tcp ${podIP}:80: connect: connection refused`,
  ]);
  expect(rig.status('web', 'main')).toMatchObject({ ready: false, state: { running: {} } });
  expect(rig.status('web', 'side')).toMatchObject({ ready: true });
  expect(rig.pod('web').status.conditions).toEqual(
    expect.arrayContaining(
      ['Ready', 'ContainersReady'].map((type) =>
        expect.objectContaining({ type, status: 'False', message: 'containers with unready status: [main]' }),
      ),
    ),
  );
  expect(rig.events('exec')).toContain(
    'Warning Unhealthy Readiness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: container is in CONTAINER_EXITED state',
  );
  expect(secondsUntilGone(rig, 'web')).toBe(18.8);
});
