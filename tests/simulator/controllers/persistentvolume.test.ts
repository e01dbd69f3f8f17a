import { beforeEach, describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.ts';

const volume = (name: string, size: string, modes: string) => `
apiVersion: v1
kind: PersistentVolume
metadata: { name: ${name} }
spec: { capacity: { storage: ${size} }, accessModes: [${modes}], storageClassName: binding, persistentVolumeReclaimPolicy: Retain, hostPath: { path: /mnt/${name} } }
---`;
const claim = (name: string, size: string, mode: string, storageClass = 'binding') => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name} }
spec: { accessModes: [${mode}], storageClassName: ${storageClass}, resources: { requests: { storage: ${size} } } }
---`;
const standard = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: standard }
provisioner: rancher.io/local-path
reclaimPolicy: Delete
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: Namespace
metadata: { name: local-path-storage }
---
apiVersion: v1
kind: Pod
metadata: { name: local-path-provisioner-1, namespace: local-path-storage, labels: { app: local-path-provisioner } }
spec: { containers: [{ name: c, image: i }] }
---
apiVersion: v1
kind: Node
metadata: { name: worker }
spec: {}
---`;

describe('persistent volume controllers', () => {
  let cluster: TestCluster;
  const phaseOf = (name: string) => cluster.get('persistentvolumeclaims', name).status?.phase;
  const volumePhase = (name: string) => cluster.get('persistentvolumes', name, '').status?.phase;

  beforeEach(() => {
    cluster = new TestCluster();
  });

  test('a claim gets the smallest volume that suits it, and the volume is released with it', () => {
    cluster.apply(
      volume('small', '1Gi', 'ReadWriteOnce') +
        volume('large', '5Gi', 'ReadWriteOnce, ReadOnlyMany') +
        claim('two', '2Gi', 'ReadWriteOnce'),
    );
    expect([phaseOf('two'), volumePhase('large'), volumePhase('small')]).toEqual(['Bound', 'Bound', 'Available']);
    expect(cluster.get('persistentvolumeclaims', 'two').status).toMatchObject({
      accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
      capacity: { storage: '5Gi' },
    });
    expect(cluster.get('persistentvolumes', 'large', '').spec.claimRef).toMatchObject({ namespace: 'default', name: 'two' });
    cluster.kubectl.resource('persistentvolumeclaims').delete('default', 'two');
    cluster.clock.settle();
    expect(cluster.list('persistentvolumeclaims')).toEqual([]);
    expect(volumePhase('large')).toBe('Released');
    cluster.apply(claim('again', '4Gi', 'ReadWriteOnce'));
    expect(phaseOf('again')).toBe('Pending');
    cluster.modify(
      'persistentvolumes',
      'large',
      (draft) => {
        draft.spec.claimRef = undefined;
      },
      '',
    );
    expect(phaseOf('again')).toBe('Bound');
  });

  test("a claim of a class that isn't there says so", () => {
    cluster.apply(claim('shared', '1Gi', 'ReadWriteMany'));
    expect(cluster.events('shared')).toEqual(['Warning ProvisioningFailed storageclass.storage.k8s.io "binding" not found']);
  });

  test("a claim that waits for its first pod says so again and again, then gets a folder on the pod's node", () => {
    cluster.apply(standard + claim('data', '1Gi', 'ReadWriteOnce', 'standard'));
    cluster.runPods();
    cluster.wait(20);
    expect(cluster.events('data')).toEqual(['Normal WaitForFirstConsumer waiting for first consumer to be created before binding (x2)']);
    cluster.modify('persistentvolumeclaims', 'data', (draft) => {
      draft.metadata.annotations = { ...draft.metadata.annotations, 'volume.kubernetes.io/selected-node': 'worker' };
    });
    cluster.wait(5);
    expect(phaseOf('data')).toBe('Bound');
    const { uid } = cluster.get('persistentvolumeclaims', 'data').metadata;
    expect(cluster.get('persistentvolumes', `pvc-${uid}`, '').spec.hostPath?.path).toBe(
      `/var/local-path-provisioner/pvc-${uid}_default_data`,
    );
    expect(
      cluster
        .events('data')
        .slice(1)
        .map((event) => event.replace(/ \(x\d+\)$/, '')),
    ).toEqual([
      "Normal ExternalProvisioning Waiting for a volume to be created either by the external provisioner 'rancher.io/local-path' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
      'Normal Provisioning External provisioner is provisioning volume for claim "default/data"',
      `Normal ProvisioningSucceeded Successfully provisioned volume pvc-${uid}`,
    ]);
    cluster.kubectl.resource('persistentvolumeclaims').delete('default', 'data');
    cluster.wait(5);
    expect(cluster.list('persistentvolumes', '')).toEqual([]);
  });

  test('a claim that a pod uses stays until the pod is gone', () => {
    cluster.apply(`${volume('small', '1Gi', 'ReadWriteOnce')}${claim('used', '1Gi', 'ReadWriteOnce')}
apiVersion: v1
kind: Pod
metadata: { name: user }
spec: { nodeName: worker, volumes: [{ name: v, persistentVolumeClaim: { claimName: used } }], containers: [{ name: c, image: i }] }`);
    cluster.runPods();
    cluster.kubectl.resource('persistentvolumeclaims').delete('default', 'used');
    cluster.clock.settle();
    expect(cluster.get('persistentvolumeclaims', 'used').metadata.deletionTimestamp).toBeDefined();
    cluster.kubectl.resource('pods').delete('default', 'user', { gracePeriodSeconds: 0 });
    cluster.clock.settle();
    expect(cluster.list('persistentvolumeclaims')).toEqual([]);
  });
});
