// STATUS, READY and RESTARTS of pods in states that the recorded transcript lacks. kubernetes: pkg/printers/internalversion/printers_test.go
import { expect, test } from 'vitest';
import type { ContainerStatus, Pod, PodStatus } from '../../../../src/apimachinery/objects.ts';
import { podCells } from '../../../../src/simulator/apiserver/table/pod.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');

interface Shape {
  readonly init?: readonly { readonly name: string; readonly sidecar?: boolean }[];
  readonly containers?: number;
  readonly deleted?: boolean;
  readonly status: PodStatus;
}

function row({ init = [], containers = 1, deleted, status }: Shape): { ready: unknown; text: unknown; restarts: unknown } {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', creationTimestamp: '2026-11-24T11:00:00Z', ...(deleted && { deletionTimestamp: '2026-11-24T11:59:00Z' }) },
    spec: {
      initContainers: init.map(({ name, sidecar }) => ({ name, ...(sidecar && { restartPolicy: 'Always' }) })),
      containers: Array.from({ length: containers }, (_, index) => ({ name: `c${index}` })),
    },
    status,
  };
  const [, ready, text, restarts] = podCells(pod, nowMs);
  return { ready, text, restarts };
}

function container(name: string, state: ContainerStatus['state'], more: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name, image: 'i', imageID: '', ready: false, restartCount: 0, state, ...more };
}

const running = container('c0', { running: {} }, { ready: true });
const waiting = (reason: string) => ({ waiting: { reason } });
const ended = (exitCode: number, reason?: string, signal?: number) => ({ terminated: { exitCode, reason, signal } });

test.each<[string, Shape, string, string]>([
  ['a running pod', { status: { phase: 'Running', containerStatuses: [running] } }, '1/1', 'Running'],
  [
    'a container that waits',
    { status: { phase: 'Pending', containerStatuses: [container('c0', waiting('ErrImagePull'))] } },
    '0/1',
    'ErrImagePull',
  ],
  ['a reason of the pod itself', { status: { phase: 'Failed', reason: 'Evicted' } }, '0/1', 'Evicted'],
  ['a finished pod', { status: { phase: 'Succeeded', containerStatuses: [container('c0', ended(0, 'Completed'))] } }, '0/1', 'Completed'],
  ['an end without a reason', { status: { phase: 'Failed', containerStatuses: [container('c0', ended(3))] } }, '0/1', 'ExitCode:3'],
  [
    'an end by a signal',
    { status: { phase: 'Failed', containerStatuses: [container('c0', ended(137, undefined, 9))] } },
    '0/1',
    'Signal:9',
  ],
  [
    'one finished container beside a ready one',
    {
      containers: 2,
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [container('c0', ended(0, 'Completed')), { ...running, name: 'c1' }],
      },
    },
    '1/2',
    'NotReady',
  ],
  [
    'an init container at work',
    {
      init: [{ name: 'i0' }, { name: 'i1' }],
      status: { phase: 'Pending', initContainerStatuses: [container('i0', ended(0, 'Completed')), container('i1', { running: {} })] },
    },
    '0/1',
    'Init:1/2',
  ],
  [
    'an init container that failed',
    { init: [{ name: 'i0' }], status: { phase: 'Pending', initContainerStatuses: [container('i0', ended(1, 'Error'))] } },
    '0/1',
    'Init:Error',
  ],
  [
    'an init container that waits to be tried again',
    { init: [{ name: 'i0' }], status: { phase: 'Pending', initContainerStatuses: [container('i0', waiting('CrashLoopBackOff'))] } },
    '0/1',
    'Init:CrashLoopBackOff',
  ],
  [
    'a sidecar counts as a container',
    {
      init: [{ name: 'i0', sidecar: true }],
      status: {
        phase: 'Running',
        conditions: [{ type: 'Initialized', status: 'True' }],
        initContainerStatuses: [container('i0', { running: {} }, { ready: true, started: true })],
        containerStatuses: [running],
      },
    },
    '2/2',
    'Running',
  ],
  ['a pod on its way out', { deleted: true, status: { phase: 'Running', containerStatuses: [running] } }, '1/1', 'Terminating'],
  [
    'a finished pod that is held',
    { deleted: true, status: { phase: 'Failed', containerStatuses: [container('c0', ended(1, 'Error'))] } },
    '0/1',
    'Error',
  ],
  [
    'a pod of a lost node',
    { deleted: true, status: { phase: 'Running', reason: 'NodeLost', containerStatuses: [running] } },
    '1/1',
    'Unknown',
  ],
  [
    'a pod behind a gate',
    { status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] } },
    '0/1',
    'SchedulingGated',
  ],
])('%s', (_, shape, ready, text) => {
  expect(row(shape)).toMatchObject({ ready, text });
});

test('restarts say how long ago the last one ended', () => {
  const again = { ...running, restartCount: 3, lastState: { terminated: { exitCode: 1, finishedAt: '2026-11-24T11:59:55Z' } } };
  expect(row({ status: { phase: 'Running', containerStatuses: [again] } }).restarts).toBe('3 (5s ago)');
});
