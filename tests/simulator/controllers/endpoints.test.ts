import { beforeEach, describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.ts';

const pod = (name: string, more = '') => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: echo } }
spec: { nodeName: worker, containers: [{ name: echo, image: echo, ports: [{ name: web, containerPort: 5678 }] }]${more} }
---`;
const service = (spec: string) => `
apiVersion: v1
kind: Service
metadata: { name: echo, labels: { team: a } }
spec: { clusterIP: 10.96.0.7, selector: { app: echo }, ${spec} }
`;

describe('endpoints and endpoint slice controllers', () => {
  let cluster: TestCluster;
  const slices = () => cluster.list('endpointslices');
  const settle = () => cluster.wait(1);

  beforeEach(() => {
    cluster = new TestCluster();
  });

  test('a Service whose selector matches nothing has empty Endpoints and one empty slice', () => {
    cluster.apply(service('ports: [{ port: 80 }]'));
    settle();
    expect(cluster.get('endpoints', 'echo').subsets).toBeUndefined();
    const [slice, ...others] = slices();
    expect(others).toEqual([]);
    expect(slice!.metadata.name).toMatch(/^echo-[a-z0-9]{5}$/);
    expect([slice!.addressType, slice!.endpoints ?? [], slice!.ports ?? []]).toEqual(['IPv4', [], []]);
    expect(slice!.metadata.labels).toEqual({
      team: 'a',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': 'echo',
    });
    expect(slice!.metadata.annotations).toEqual({ 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' });
    expect(cluster.get('endpoints', 'echo').metadata.labels).toEqual({
      team: 'a',
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    });
  });

  test('ready pods are addresses, with the port that a name stands for', () => {
    cluster.apply(pod('one') + pod('two') + service('ports: [{ name: http, port: 80, targetPort: web, protocol: TCP }]'));
    cluster.runPods();
    settle();
    const { uid } = cluster.get('pods', 'one').metadata;
    expect(cluster.get('endpoints', 'echo').subsets?.[0]?.ports).toEqual([{ name: 'http', port: 5678, protocol: 'TCP' }]);
    expect(cluster.get('endpoints', 'echo').subsets?.[0]?.addresses?.[0]).toEqual({
      ip: '10.244.1.2',
      nodeName: 'worker',
      targetRef: { kind: 'Pod', namespace: 'default', name: 'one', uid },
    });
    expect(slices()[0]!.endpoints[0]).toEqual({
      addresses: ['10.244.1.2'],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: 'worker',
      targetRef: { kind: 'Pod', namespace: 'default', name: 'one', uid },
    });
    expect(slices()[0]!.ports).toEqual([{ name: 'http', port: 5678, protocol: 'TCP' }]);
  });

  test('a port name that no container has leaves the addresses without a port', () => {
    cluster.apply(pod('one') + service('ports: [{ name: http, port: 80, targetPort: web }]'));
    cluster.runPods();
    settle();
    const before = slices()[0]!.metadata.name;
    cluster.modify('services', 'echo', (draft) => {
      draft.spec.ports![0]!.targetPort = 'admin';
    });
    settle();
    expect(cluster.get('endpoints', 'echo').subsets).toBeUndefined();
    expect(slices().map((slice) => [slice.metadata.name, slice.ports ?? [], slice.endpoints.length])).toEqual([[before, [], 1]]);
  });

  test("a pod that isn't ready is known, but gets no traffic", () => {
    cluster.apply(pod('one') + service('ports: [{ port: 80 }]'));
    cluster.runPods(() => false);
    settle();
    expect(cluster.get('endpoints', 'echo').subsets?.[0]).toMatchObject({
      notReadyAddresses: [{ ip: '10.244.1.2' }],
      ports: [{ port: 80 }],
    });
    expect(cluster.get('endpoints', 'echo').subsets?.[0]?.addresses).toBeUndefined();
    expect(slices()[0]!.endpoints[0]!.conditions).toEqual({ ready: false, serving: false, terminating: false });
  });

  test('publishNotReadyAddresses makes every address count', () => {
    cluster.apply(pod('one') + service('publishNotReadyAddresses: true, ports: [{ port: 80 }]'));
    cluster.runPods(() => false);
    settle();
    expect(cluster.get('endpoints', 'echo').subsets?.[0]?.addresses?.length).toBe(1);
    expect(slices()[0]!.endpoints[0]!.conditions).toEqual({ ready: true, serving: false, terminating: false });
  });

  test('a terminating pod still serves in the slice and is gone from Endpoints', () => {
    cluster.apply(pod('one') + service('ports: [{ port: 80 }]'));
    cluster.runPods();
    settle();
    cluster.kubectl.resource('pods').delete('default', 'one');
    settle();
    expect(slices()[0]!.endpoints[0]!.conditions).toEqual({ ready: false, serving: true, terminating: true });
    expect(cluster.get('endpoints', 'echo').subsets).toBeUndefined();
    cluster.runPods();
    settle();
    expect(slices()[0]!.endpoints ?? []).toEqual([]);
  });

  test('a headless Service is labelled so and knows the hostnames of its pods', () => {
    cluster.apply(pod('one', ', hostname: first, subdomain: echo') + service('clusterIP: None').replace('clusterIP: 10.96.0.7, ', ''));
    cluster.runPods();
    settle();
    expect(slices()[0]!.metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '');
    expect(slices()[0]!.endpoints[0]!.hostname).toBe('first');
    expect(cluster.get('endpoints', 'echo').subsets?.[0]?.addresses?.[0]?.hostname).toBe('first');
  });

  test('a hundred endpoints fit a slice, and Endpoints goes with its Service', () => {
    cluster.apply(Array.from({ length: 130 }, (_, index) => pod(`p${index}`)).join('') + service('ports: [{ port: 80 }]'));
    cluster.runPods();
    settle();
    expect(
      slices()
        .map((slice) => slice.endpoints.length)
        .sort(),
    ).toEqual([100, 30]);
    cluster.kubectl.resource('services').delete('default', 'echo');
    settle();
    expect(cluster.list('endpoints')).toEqual([]);
    expect(slices()).toEqual([]);
  });
});

describe('ports of endpoints', () => {
  test('stand in the order in which a real cluster has those of kube-dns', () => {
    const cluster = new TestCluster();
    cluster.apply(`
apiVersion: v1
kind: Pod
metadata: { name: coredns, labels: { k8s-app: kube-dns } }
spec: { containers: [{ name: coredns, image: coredns }] }
---
apiVersion: v1
kind: Service
metadata: { name: kube-dns }
spec:
  selector: { k8s-app: kube-dns }
  ports: [{ name: dns, port: 53, protocol: UDP, targetPort: 53 }, { name: dns-tcp, port: 53, protocol: TCP, targetPort: 53 }, { name: metrics, port: 9153, protocol: TCP, targetPort: 9153 }]
`);
    cluster.runPods();
    cluster.wait(1);
    expect(cluster.list('endpointslices')[0]!.ports?.map(({ name }) => name)).toEqual(['metrics', 'dns', 'dns-tcp']);
    expect(cluster.get('endpoints', 'kube-dns').subsets?.[0]?.ports?.map(({ name }) => name)).toEqual(['dns-tcp', 'dns', 'metrics']);
  });
});
