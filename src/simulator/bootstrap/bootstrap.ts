// A fresh cluster, as `kind create cluster` leaves it before its controllers ran: kubeadm's objects, nodes, the network and storage add-ons.
import { clone } from '../../apimachinery/clone.ts';
import type { EndpointSlice, Endpoints, Node } from '../../apimachinery/objects.ts';
import type { Client, KubernetesObject, New, Resource, ResourceClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { microTimestamp, timestamp } from '../timestamp.ts';
import { kindObjects } from './kind-objects.ts';
import kubeadmObjects from './model/kubeadm-objects.json' with { type: 'json' };
import { announceKubelet, becomeReady, notYetReady } from './node-join.ts';
import { addressOf, controlPlane, makeNode, nodeNames } from './nodes.ts';

export interface BootstrapOptions {
  /** A client under the given user agent. */
  readonly client: (userAgent: string) => Client;
  readonly clock: Clock;
  readonly random: Random;
  /** Nodes in all, the control plane among them; at least one. */
  readonly nodes: number;
  /** The cluster's CA in PEM. */
  readonly rootCertificate: string;
}

const tokenLifetimeMs = 24 * 3_600_000;

/** Who writes what: its name stands in managedFields. */
const writers: Readonly<Record<string, string>> = {
  namespaces: 'kube-apiserver',
  priorityclasses: 'kube-apiserver',
  services: 'kube-apiserver',
  serviceaccounts: 'kube-controller-manager',
  configmaps: 'kubeadm',
  secrets: 'kubeadm',
  daemonsets: 'kubeadm',
  deployments: 'kubeadm',
  leases: 'kube-controller-manager',
};

/** Makes the objects; pods and all that follows are the work of controllers, scheduler and kubelets. */
export function bootstrapCluster(options: BootstrapOptions): void {
  const random = options.random.fork('bootstrap');
  const fill = (value: unknown) => fillIn(value, options, random);
  const { pods, ...others } = kubeadmObjects;
  const create = (resource: string, object: unknown) => {
    const client = options.client(writers[resource] ?? 'kubectl-client-side-apply').resource(resource as Resource);
    (client as unknown as ResourceClient<KubernetesObject>).create(fill(object) as New<KubernetesObject>);
  };
  for (const object of others.namespaces) create('namespaces', object);
  for (const object of others.priorityclasses) create('priorityclasses', object);
  const nodes = createNodes(options, random);
  for (const [resource, objects] of Object.entries(others)) {
    if (resource === 'namespaces' || resource === 'priorityclasses') continue;
    for (const object of objects) create(resource, object);
  }
  for (const { resource, object } of kindObjects) create(resource, object);
  publishApiServer(options);
  for (const pod of pods) createStaticPod(options, nodes[0]!, fill(pod) as New<KubernetesObject>);
}

function createNodes({ client, clock, nodes }: BootstrapOptions, random: Random): Node[] {
  const kubelet = client('kubelet');
  return nodeNames(nodes).map((name, index) => {
    const described = makeNode(name, { index, isAlone: nodes === 1 }, timestamp(clock.now), random);
    const { status, ...node } = index === 0 ? described : notYetReady(described);
    const { podCIDR, podCIDRs, ...spec } = node.spec;
    const made = kubelet.resource('nodes').create({ ...node, spec });
    // The addresses of a node's pods are given out by the controller manager.
    const addressed = client('kube-controller-manager')
      .resource('nodes')
      .modify('', name, (draft) => {
        Object.assign(draft.spec, { podCIDR, podCIDRs });
      });
    kubelet.resource('leases').create({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name,
        namespace: 'kube-node-lease',
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: made.metadata.uid! }],
      },
      spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTimestamp(clock.now) },
    });
    announceKubelet(kubelet, clock, name);
    if (index > 0) becomeReady(kubelet, clock, name);
    return kubelet.resource('nodes').updateStatus({ ...(addressed ?? made), status });
  });
}

/** The API server's own address behind the Service `kubernetes`, which it writes itself. */
function publishApiServer({ client }: BootstrapOptions): void {
  const apiServer = client('kube-apiserver');
  const metadata = { name: 'kubernetes', namespace: 'default' };
  const endpoints: New<Endpoints> = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: addressOf(0) }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] }],
  };
  const slice: New<EndpointSlice> = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [addressOf(0)], conditions: { ready: true } }],
    ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
  };
  apiServer.resource('endpoints').create(endpoints);
  apiServer.resource('endpointslices').create(slice);
}

/** The mirror, in the API, of a pod that the control plane's kubelet runs from a file. */
function createStaticPod({ client }: BootstrapOptions, node: Node, pod: New<KubernetesObject>): void {
  const owner = { apiVersion: 'v1', kind: 'Node', name: controlPlane, uid: node.metadata.uid!, controller: true };
  const mirror = { ...pod, metadata: { ...pod.metadata, ownerReferences: [owner] } };
  (client('kubelet').resource('pods') as unknown as ResourceClient<KubernetesObject>).create(mirror);
}

/** The recorded objects with this cluster's own values in the places that were marked. */
function fillIn(value: unknown, options: BootstrapOptions, random: Random): unknown {
  if (typeof value === 'string') return value.includes('<') ? fillText(value, options, random) : value;
  if (typeof value !== 'object' || value === null) return value;
  const copy = clone(value) as Record<string, unknown>;
  for (const key in copy) copy[key] = fillIn(copy[key], options, random);
  return copy;
}

function fillText(text: string, { clock, rootCertificate }: BootstrapOptions, random: Random): string {
  const now = timestamp(clock.now);
  return text
    .replaceAll('certificate-authority-data: <cert>', () => `certificate-authority-data: ${btoa(rootCertificate)}`)
    .replaceAll('<cert>', () => rootCertificate)
    .replaceAll('<time>', () => (text === '<time>' ? microTimestamp(clock.now) : now))
    .replaceAll('<expiration>', () => btoa(timestamp(clock.now + tokenLifetimeMs)))
    .replaceAll('<date>', now.slice(0, 10))
    .replaceAll('<id>', () => random.hex(43));
}
