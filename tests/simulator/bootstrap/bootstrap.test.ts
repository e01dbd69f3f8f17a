import { describe, expect, test } from 'vitest';
import { ApiServer } from '../../../src/simulator/apiserver/api-server.ts';
import { bootstrapCluster } from '../../../src/simulator/bootstrap/bootstrap.ts';
import type { Client, Resource } from '../../../src/simulator/client.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { startControllers } from '../../../src/simulator/controllers/start-controllers.ts';
import { Random } from '../../../src/simulator/random.ts';

function boot(nodes: number): Client {
  const clock = new Clock(Date.UTC(2026, 0, 1));
  const random = new Random(1);
  const server = new ApiServer({ clock, random });
  const client = (userAgent: string) => server.client(userAgent);
  bootstrapCluster({ client, clock, random, nodes, rootCertificate: 'CERTIFICATE' });
  startControllers({ client, clock, random, rootCertificate: 'CERTIFICATE' });
  clock.runUntil(clock.now + 5_000);
  return client('test');
}

const names = (client: Client, resource: Resource, namespace?: string) =>
  client
    .resource(resource)
    .list(namespace)
    .map((object) => object.metadata.name);

describe('a fresh cluster', () => {
  test('has the nodes, namespaces and pods of kubeadm and kind', () => {
    const client = boot(3);
    expect(names(client, 'nodes')).toEqual(['k8squest-control-plane', 'k8squest-worker', 'k8squest-worker2']);
    expect(
      client
        .resource('nodes')
        .list()
        .map((node) => [node.spec.podCIDR, node.status.addresses?.[0]?.address]),
    ).toEqual([
      ['10.244.0.0/24', '172.18.0.2'],
      ['10.244.1.0/24', '172.18.0.3'],
      ['10.244.2.0/24', '172.18.0.4'],
    ]);
    expect(names(client, 'namespaces')).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system', 'local-path-storage']);
    const pods = names(client, 'pods', 'kube-system').map((name) =>
      name.replace(/(-[bcdf4-9]{6,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$/, '-<id>'),
    );
    expect(pods).toEqual([
      'coredns-<id>',
      'coredns-<id>',
      'etcd-k8squest-control-plane',
      'kindnet-<id>',
      'kindnet-<id>',
      'kindnet-<id>',
      'kube-apiserver-k8squest-control-plane',
      'kube-controller-manager-k8squest-control-plane',
      'kube-proxy-<id>',
      'kube-proxy-<id>',
      'kube-proxy-<id>',
      'kube-scheduler-k8squest-control-plane',
    ]);
    expect(names(client, 'pods', 'local-path-storage').length).toBe(1);
  });

  test('nothing recorded is left unfilled', () => {
    const client = boot(3);
    const resources: Resource[] = [
      'namespaces',
      'nodes',
      'pods',
      'services',
      'configmaps',
      'secrets',
      'serviceaccounts',
      'leases',
      'daemonsets',
      'deployments',
    ];
    for (const resource of resources) {
      for (const object of client.resource(resource).list())
        expect(JSON.stringify(object)).not.toMatch(/<(cert|time|date|id|token|hash|worker2?|control-plane|expiration)>/);
    }
  });

  test('every namespace has its account and the CA', () => {
    const client = boot(3);
    const namespaces = names(client, 'namespaces');
    expect(
      client
        .resource('serviceaccounts')
        .list()
        .filter(({ metadata }) => metadata.name === 'default')
        .map(({ metadata }) => metadata.namespace),
    ).toEqual(namespaces);
    expect(
      client
        .resource('configmaps')
        .list()
        .filter(({ metadata }) => metadata.name === 'kube-root-ca.crt')
        .map(({ metadata }) => metadata.namespace),
    ).toEqual(namespaces);
  });

  test('a lone node is free of taints', () => {
    expect(
      boot(1)
        .resource('nodes')
        .list()
        .map((node) => node.spec.taints),
    ).toEqual([undefined]);
    expect(
      boot(2)
        .resource('nodes')
        .list()
        .map((node) => node.spec.taints?.length),
    ).toEqual([1, undefined]);
  });
});
