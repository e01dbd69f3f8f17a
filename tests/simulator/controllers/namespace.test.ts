import { beforeEach, describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.ts';

describe('namespace, service account and root CA controllers', () => {
  let cluster: TestCluster;
  const conditions = () =>
    cluster
      .get('namespaces', 'doomed', '')
      .status.conditions?.map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`)
      .sort();

  beforeEach(() => {
    cluster = new TestCluster();
    cluster.apply(
      '{ apiVersion: v1, kind: Namespace, metadata: { name: doomed }, spec: { finalizers: [kubernetes] }, status: { phase: Active } }',
    );
  });

  test('every namespace has its account and the CA, and gets them back', () => {
    const there = () =>
      [...cluster.list('serviceaccounts', 'doomed'), ...cluster.list('configmaps', 'doomed')].map((object) => object.metadata.name);
    expect(there()).toEqual(['default', 'kube-root-ca.crt']);
    cluster.kubectl.resource('serviceaccounts').delete('doomed', 'default');
    cluster.modify(
      'configmaps',
      'kube-root-ca.crt',
      (draft) => {
        draft.data = { 'ca.crt': 'forged' };
      },
      'doomed',
    );
    expect(there()).toEqual(['default', 'kube-root-ca.crt']);
    expect(cluster.get('configmaps', 'kube-root-ca.crt', 'doomed').data).toEqual({ 'ca.crt': 'CERTIFICATE' });
  });

  test("a namespace can't end while an object has a finalizer, and says which", () => {
    cluster.apply('{ apiVersion: v1, kind: ConfigMap, metadata: { name: held, namespace: doomed, finalizers: [example.com/hold] } }');
    cluster.kubectl.resource('namespaces').delete('', 'doomed');
    cluster.wait(6);
    expect(conditions()).toEqual([
      'NamespaceContentRemaining=True SomeResourcesRemain: Some resources are remaining: configmaps. has 1 resource instances',
      'NamespaceDeletionContentFailure=False ContentDeleted: All content successfully deleted, may be waiting on finalization',
      'NamespaceDeletionDiscoveryFailure=False ResourcesDiscovered: All resources successfully discovered',
      'NamespaceDeletionGroupVersionParsingFailure=False ParsedGroupVersions: All legacy kube types successfully parsed',
      'NamespaceFinalizersRemaining=True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    ]);
    expect(cluster.list('serviceaccounts', 'doomed')).toEqual([]);
    cluster.modify(
      'configmaps',
      'held',
      (draft) => {
        draft.metadata.finalizers = undefined;
      },
      'doomed',
    );
    cluster.wait(20);
    expect(cluster.kubectl.resource('namespaces').get('', 'doomed')).toBeUndefined();
  });
});
