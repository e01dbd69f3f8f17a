import { beforeEach, describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.ts';

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main, image: nginx }] } }
`;

describe('garbage collector', () => {
  let cluster: TestCluster;
  const left = () => [...cluster.list('deployments'), ...cluster.list('replicasets'), ...cluster.list('pods')].map((object) => object.kind);
  const remove = (propagationPolicy: 'Background' | 'Foreground' | 'Orphan') => {
    cluster.kubectl.resource('deployments').delete('default', 'web', { propagationPolicy });
    cluster.clock.settle();
  };

  beforeEach(() => {
    cluster = new TestCluster();
    cluster.apply(deployment);
    cluster.runPods();
  });

  test('takes ReplicaSets and pods after their Deployment went', () => {
    remove('Background');
    cluster.runPods();
    expect(left()).toEqual([]);
  });

  test('lets orphans live, and a new Deployment of that name adopts them', () => {
    remove('Orphan');
    expect(left()).toEqual(['ReplicaSet', 'Pod']);
    expect(cluster.list('replicasets')[0]!.metadata.ownerReferences).toBeUndefined();
    const pod = cluster.list('pods')[0]!.metadata.name;
    cluster.apply(deployment);
    cluster.runPods();
    expect(left()).toEqual(['Deployment', 'ReplicaSet', 'Pod']);
    expect(cluster.list('pods')[0]!.metadata.name).toBe(pod);
    expect(cluster.list('replicasets')[0]!.metadata.ownerReferences?.[0]?.uid).toBe(cluster.get('deployments', 'web').metadata.uid);
  });

  test('in the foreground, a finalizer on a pod keeps all that own it', () => {
    const pod = cluster.list('pods')[0]!.metadata.name;
    cluster.modify('pods', pod, (draft) => {
      draft.metadata.finalizers = ['example.com/wait'];
    });
    remove('Foreground');
    expect(cluster.get('deployments', 'web').metadata.finalizers).toEqual(['foregroundDeletion']);
    expect(cluster.list('replicasets')[0]!.metadata.finalizers).toEqual(['foregroundDeletion']);
    cluster.modify('pods', pod, (draft) => {
      draft.metadata.finalizers = undefined;
    });
    cluster.runPods();
    expect(left()).toEqual([]);
  });

  test("collects what names an owner that isn't there", () => {
    cluster.apply(`
apiVersion: v1
kind: ConfigMap
metadata: { name: lost, ownerReferences: [{ apiVersion: v1, kind: Pod, name: nobody, uid: 00000000-0000-4000-8000-000000000000 }] }
`);
    expect(cluster.list('configmaps').map((map) => map.metadata.name)).not.toContain('lost');
  });

  test("leaves alone what is owned by a kind that the cluster doesn't know", () => {
    cluster.apply(`
apiVersion: v1
kind: ConfigMap
metadata: { name: kept, ownerReferences: [{ apiVersion: example.com/v1, kind: Widget, name: w, uid: 00000000-0000-4000-8000-000000000000 }] }
`);
    expect(cluster.list('configmaps').map((map) => map.metadata.name)).toContain('kept');
  });
});
