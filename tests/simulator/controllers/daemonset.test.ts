import { beforeEach, describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.ts';

const nodes = `
apiVersion: v1
kind: Node
metadata: { name: control }
spec: { taints: [{ key: node-role.kubernetes.io/control-plane, effect: NoSchedule }] }
---
apiVersion: v1
kind: Node
metadata: { name: worker }
spec: {}
---
apiVersion: v1
kind: Node
metadata: { name: worker2 }
spec: {}
`;
const exporter = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: exporter }
spec:
  selector: { matchLabels: { app: exporter } }
  updateStrategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }
  template:
    metadata: { labels: { app: exporter } }
    spec: { containers: [{ name: exporter, image: "busybox:1.36" }] }
`;

describe('daemonset controller', () => {
  let cluster: TestCluster;
  const nodesOf = () =>
    cluster
      .list('pods')
      .map(
        (pod) =>
          pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0]?.matchFields?.[0]
            ?.values?.[0],
      )
      .sort();
  const status = () => {
    const {
      desiredNumberScheduled,
      currentNumberScheduled,
      numberReady,
      updatedNumberScheduled = 0,
      numberAvailable = 0,
    } = cluster.get('daemonsets', 'exporter').status;
    return [desiredNumberScheduled, currentNumberScheduled, numberReady, updatedNumberScheduled, numberAvailable];
  };

  beforeEach(() => {
    cluster = new TestCluster();
    cluster.apply(`${nodes}---${exporter}`);
    cluster.runPods();
  });

  test('runs one pod on each node whose taints it tolerates', () => {
    expect(nodesOf()).toEqual(['worker', 'worker2']);
    expect(status()).toEqual([2, 2, 2, 2, 2]);
    expect(cluster.list('pods')[0]!.spec.tolerations).toEqual([
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
      { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
    ]);
    const [revision] = cluster.list('controllerrevisions');
    expect(cluster.list('pods')[0]!.metadata.labels).toEqual({
      app: 'exporter',
      'pod-template-generation': '1',
      'controller-revision-hash': revision!.metadata.labels!['controller-revision-hash'],
    });
  });

  test('follows tolerations and node selectors, one revision for each template', () => {
    cluster.modify('daemonsets', 'exporter', (draft) => {
      draft.spec.template.spec!.tolerations = [{ operator: 'Exists' }];
    });
    cluster.runPods();
    expect(nodesOf()).toEqual(['control', 'worker', 'worker2']);
    expect(status()).toEqual([3, 3, 3, 3, 3]);
    cluster.modify('daemonsets', 'exporter', (draft) => {
      draft.spec.template.spec!.nodeSelector = { role: 'none' };
    });
    cluster.runPods();
    expect(status()).toEqual([0, 0, 0, 0, 0]);
    expect(
      cluster
        .list('controllerrevisions')
        .map((revision) => revision.revision)
        .sort(),
    ).toEqual([1, 2, 3]);
  });

  test('an update that fails stops at the first node', () => {
    cluster.modify('daemonsets', 'exporter', (draft) => {
      draft.spec.template.spec!.containers[0]!.image = 'busybox:none';
    });
    cluster.runPods((pod) => pod.spec.containers[0]!.image !== 'busybox:none');
    expect(
      cluster
        .list('pods')
        .map((pod) => pod.spec.containers[0]!.image)
        .sort(),
    ).toEqual(['busybox:1.36', 'busybox:none']);
    expect(status()).toEqual([2, 2, 1, 1, 1]);
  });

  test('going back to an earlier template makes its revision the newest', () => {
    const setImage = (image: string) =>
      cluster.modify('daemonsets', 'exporter', (draft) => {
        draft.spec.template.spec!.containers[0]!.image = image;
      });
    setImage('busybox:1.37');
    cluster.runPods();
    setImage('busybox:1.36');
    cluster.runPods();
    expect(
      cluster
        .list('controllerrevisions')
        .map((revision) => revision.revision)
        .sort(),
    ).toEqual([2, 3]);
    expect(status()).toEqual([2, 2, 2, 2, 2]);
  });
});
