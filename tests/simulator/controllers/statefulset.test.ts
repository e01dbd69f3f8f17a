import { beforeEach, describe, expect, test } from 'vitest';
import type { Pod } from '../../../src/apimachinery/objects.ts';
import { TestCluster } from './cluster.ts';

const db = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  podManagementPolicy: OrderedReady
  updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: 0 } }
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: redis, image: "redis:7" }] }
`;
const isHealthy = (pod: Pod) => pod.spec.containers[0]!.image !== 'redis:nope';

describe('statefulset controller', () => {
  let cluster: TestCluster;
  const pods = () => cluster.list('pods').map((pod) => `${pod.metadata.name} ${pod.spec.containers[0]!.image}`);
  const setImage = (image: string) =>
    cluster.modify('statefulsets', 'db', (draft) => {
      draft.spec.template.spec!.containers[0]!.image = image;
    });

  beforeEach(() => {
    cluster = new TestCluster();
  });

  test('makes its pods one after the other, with names, hosts and labels that stay', () => {
    cluster.apply(db);
    expect(pods()).toEqual(['db-0 redis:7']);
    cluster.runPods();
    expect(pods()).toEqual(['db-0 redis:7', 'db-1 redis:7']);
    const pod = cluster.get('pods', 'db-1');
    const { currentRevision } = cluster.get('statefulsets', 'db').status;
    expect(pod.metadata.labels).toEqual({
      app: 'db',
      'apps.kubernetes.io/pod-index': '1',
      'controller-revision-hash': currentRevision,
      'statefulset.kubernetes.io/pod-name': 'db-1',
    });
    expect(currentRevision).toMatch(/^db-[bcdf4-9]{6,10}$/);
    expect([pod.spec.hostname, pod.spec.subdomain]).toEqual(['db-1', 'db']);
    expect(cluster.get('statefulsets', 'db').status).toMatchObject({
      replicas: 2,
      readyReplicas: 2,
      currentReplicas: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
      collisionCount: 0,
    });
  });

  test("an update stops at the first pod that doesn't get well, and going back needs that pod to be deleted", () => {
    cluster.apply(db);
    cluster.runPods();
    setImage('redis:nope');
    cluster.runPods(isHealthy);
    expect(pods()).toEqual(['db-0 redis:7', 'db-1 redis:nope']);
    const { replicas, readyReplicas, currentReplicas, updatedReplicas } = cluster.get('statefulsets', 'db').status;
    expect([replicas, readyReplicas, currentReplicas, updatedReplicas]).toEqual([2, 1, 1, 1]);
    setImage('redis:7');
    cluster.runPods(isHealthy);
    expect(pods()).toEqual(['db-0 redis:7', 'db-1 redis:nope']);
    cluster.kubectl.resource('pods').delete('default', 'db-1');
    cluster.clock.settle();
    cluster.runPods(isHealthy);
    expect(pods()).toEqual(['db-0 redis:7', 'db-1 redis:7']);
  });

  test('takes its pods away from the last to the first, and says so', () => {
    cluster.apply(db);
    cluster.runPods();
    cluster.modify('statefulsets', 'db', (draft) => {
      draft.spec.replicas = 0;
    });
    cluster.runPods();
    expect(pods()).toEqual([]);
    expect(cluster.events('db')).toEqual([
      'Normal SuccessfulCreate create Pod db-0 in StatefulSet db successful',
      'Normal SuccessfulCreate create Pod db-1 in StatefulSet db successful',
      'Normal SuccessfulDelete delete Pod db-1 in StatefulSet db successful',
      'Normal SuccessfulDelete delete Pod db-0 in StatefulSet db successful',
    ]);
  });

  test('a partition keeps the pods below it as they were', () => {
    cluster.apply(db.replace('partition: 0', 'partition: 1'));
    cluster.runPods();
    setImage('redis:8');
    cluster.runPods();
    expect(pods()).toEqual(['db-0 redis:7', 'db-1 redis:8']);
    cluster.kubectl.resource('pods').delete('default', 'db-0');
    cluster.clock.settle();
    cluster.runPods();
    expect(pods()).toEqual(['db-0 redis:7', 'db-1 redis:8']);
  });

  test('with Parallel all pods come at once, and claims are made once', () => {
    const claims =
      '  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]\n';
    cluster.apply(db.replace('OrderedReady', 'Parallel') + claims);
    expect(pods()).toEqual(['db-0 redis:7', 'db-1 redis:7']);
    expect(cluster.list('persistentvolumeclaims').map(({ metadata }) => metadata.name)).toEqual(['data-db-0', 'data-db-1']);
    expect(cluster.get('pods', 'db-0').spec.volumes?.[0]).toEqual({ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } });
    expect(cluster.events('db')).toContain('Normal SuccessfulCreate create Claim data-db-0 Pod db-0 in StatefulSet db success');
  });

  test('claims go with the pod that is scaled away, or with the set, when the policy says so', () => {
    const claims = `  persistentVolumeClaimRetentionPolicy: { whenScaled: Delete, whenDeleted: Delete }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
`;
    const names = () => cluster.list('persistentvolumeclaims').map(({ metadata }) => metadata.name);
    cluster.apply(db + claims);
    cluster.runPods();
    expect(names()).toEqual(['data-db-0', 'data-db-1']);
    cluster.modify('statefulsets', 'db', (draft) => {
      draft.spec.replicas = 1;
    });
    cluster.runPods();
    expect(names()).toEqual(['data-db-0']);
    cluster.kubectl.resource('statefulsets').delete('default', 'db');
    cluster.clock.settle();
    cluster.runPods();
    expect(names()).toEqual([]);
  });
});
