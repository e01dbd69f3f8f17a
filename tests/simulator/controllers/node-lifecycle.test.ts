import { beforeEach, describe, expect, test } from 'vitest';
import { microTimestamp } from '../../../src/simulator/timestamp.ts';
import { TestCluster } from './cluster.ts';

const objects = `
apiVersion: v1
kind: Namespace
metadata: { name: kube-node-lease }
---
apiVersion: v1
kind: Node
metadata: { name: worker }
spec: {}
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: worker, namespace: kube-node-lease }
spec: { holderIdentity: worker, leaseDurationSeconds: 40 }
`;
const pod = (name: string, tolerations = '[]') => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { nodeName: worker, terminationGracePeriodSeconds: 0, tolerations: ${tolerations}, containers: [{ name: c, image: i }] }
---`;

describe('node lifecycle, taint eviction and pod garbage collection', () => {
  let cluster: TestCluster;
  const pods = () => cluster.list('pods').map(({ metadata }) => metadata.name);
  const taints = () => (cluster.get('nodes', 'worker', '').spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
  const renew = () =>
    cluster.modify(
      'leases',
      'worker',
      (draft) => {
        draft.spec!.renewTime = microTimestamp(cluster.clock.now);
      },
      'kube-node-lease',
    );
  const taint = (key: string) =>
    cluster.modify(
      'nodes',
      'worker',
      (draft) => {
        draft.spec.taints = [...(draft.spec.taints ?? []), { key, value: 'true', effect: 'NoExecute' }];
      },
      '',
    );

  beforeEach(() => {
    cluster = new TestCluster();
    cluster.apply(objects);
    cluster.kubectl.resource('nodes').modify(
      '',
      'worker',
      (draft) => {
        draft.status = {
          ...draft.status,
          conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: '2026-01-01T00:00:00Z' }],
        };
      },
      'status',
    );
    cluster.clock.settle();
  });

  test('cordoning adds a taint and uncordoning takes it away', () => {
    const cordon = (value: boolean | undefined) =>
      cluster.modify(
        'nodes',
        'worker',
        (draft) => {
          draft.spec.unschedulable = value;
        },
        '',
      );
    cordon(true);
    expect(cluster.get('nodes', 'worker', '').spec.taints).toEqual([
      { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: '2026-01-01T00:00:00Z' },
    ]);
    cordon(undefined);
    expect(taints()).toEqual([]);
  });

  test('a kubelet that falls silent makes its node unreachable, and one that is back makes it well again', () => {
    cluster.apply(pod('p'));
    cluster.runPods();
    for (let beat = 0; beat < 5; beat++) {
      cluster.wait(10);
      renew();
    }
    cluster.wait(40);
    expect(taints()).toEqual([]);
    cluster.wait(20);
    expect(taints()).toEqual(['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute']);
    expect(cluster.get('nodes', 'worker', '').status.conditions?.[0]).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    expect(cluster.events('worker')).toEqual([
      'Normal RegisteredNode Node worker event: Registered Node worker in Controller',
      'Normal NodeNotReady Node worker status is now: NodeNotReady',
    ]);
    cluster.kubectl.resource('nodes').modify(
      '',
      'worker',
      (draft) => {
        draft.status.conditions![0]!.status = 'True';
      },
      'status',
    );
    cluster.clock.settle();
    expect(taints()).toEqual([]);
  });

  test("a NoExecute taint sends away what doesn't tolerate it, and later what tolerates it for a while", () => {
    cluster.apply(
      pod('stays', '[{ key: gone, operator: Equal, value: "true", effect: NoExecute }]') +
        pod('lingers', '[{ key: gone, operator: Exists, effect: NoExecute, tolerationSeconds: 30 }]') +
        pod('goes', '[{ key: gone, operator: Equal, value: "false" }]'),
    );
    cluster.runPods();
    taint('gone');
    expect(pods()).toEqual(['lingers', 'stays']);
    expect(cluster.events('goes')).toEqual(['Normal TaintManagerEviction Marking for deletion Pod default/goes']);
    cluster.wait(29);
    expect(pods()).toEqual(['lingers', 'stays']);
    cluster.wait(2);
    expect(pods()).toEqual(['stays']);
  });

  test('the pods of a node that is gone go after a while', () => {
    cluster.apply(pod('p'));
    cluster.runPods();
    cluster.kubectl.resource('nodes').delete('', 'worker');
    cluster.wait(30);
    expect(pods()).toEqual(['p']);
    cluster.wait(15);
    expect(pods()).toEqual([]);
  });
});
