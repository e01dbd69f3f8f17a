// An API server and a network, without kubelets and controllers: the test says what pods there are, and gives services their endpoint slices.
import { findKind } from '../../../src/apimachinery/kinds.ts';
import { parseManifest } from '../../../src/apimachinery/manifest.ts';
import type { Service } from '../../../src/apimachinery/objects.ts';
import { ApiServer } from '../../../src/simulator/apiserver/api-server.ts';
import type { Client, KubernetesObject, New, Resource } from '../../../src/simulator/client.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { answerQuestion, type RecordType } from '../../../src/simulator/network/dns.ts';
import { Network, type NetworkOptions } from '../../../src/simulator/network/network.ts';
import type { NetworkNamespace } from '../../../src/simulator/network/network-namespace.ts';
import { Random } from '../../../src/simulator/random.ts';

export const nodes = { one: '172.18.0.3', two: '172.18.0.4' } as const;

export class NetworkRig {
  readonly clock = new Clock(Date.UTC(2026, 0, 1));
  readonly random = new Random(7);
  readonly server = new ApiServer({ clock: this.clock, random: this.random });
  readonly client: Client = this.server.client('test');
  readonly network: Network;
  readonly pods = new Map<string, NetworkNamespace>();
  private lastIp = 100;

  constructor(options: NetworkOptions = { policies: 'enforced' }) {
    for (const name of ['default', 'kube-system']) this.namespace(name);
    for (const [name, ip] of Object.entries(nodes)) {
      this.apply(`{ apiVersion: v1, kind: Node, metadata: { name: node-${name} } }`);
      this.client.resource('nodes').modify(
        '',
        `node-${name}`,
        (node) => {
          node.status = { ...node.status, addresses: [{ type: 'InternalIP', address: ip }] };
        },
        'status',
      );
    }
    this.network = new Network(this.client, this.clock, this.random, options);
    this.settle();
  }

  /** Creates or replaces the objects of a manifest. */
  apply(yaml: string): void {
    for (const object of parseManifest(yaml)) {
      const definition = findKind(object.apiVersion, object.kind)!;
      const fresh = object as unknown as New<KubernetesObject>;
      if (definition.namespaced) fresh.metadata.namespace ??= 'default';
      const resource = this.client.resource(definition.resource as Resource) as unknown as {
        get(namespace: string, name: string): KubernetesObject | undefined;
        create(object: unknown): unknown;
        delete(namespace: string, name: string): void;
      };
      const { namespace = '', name = '' } = fresh.metadata;
      if (resource.get(namespace, name)) resource.delete(namespace, name);
      resource.create(fresh);
    }
    this.clock.settle();
  }

  /** A namespace with labels. */
  namespace(name: string, labels: Record<string, string> = {}): void {
    this.apply(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
      }),
    );
    this.apply(`{ apiVersion: v1, kind: ServiceAccount, metadata: { name: default, namespace: ${name} } }`);
  }

  /** A pod that runs and has an address; `more` joins its metadata and container. */
  pod(
    name: string,
    options: {
      namespace?: string;
      labels?: Record<string, string>;
      node?: string;
      ports?: object[];
      hostNetwork?: boolean;
      ip?: string;
    } = {},
  ): NetworkNamespace {
    const { namespace = 'default', labels = {}, node = 'node-one', ports = [], hostNetwork = false, ip } = options;
    const manifest = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels },
      spec: { nodeName: node, hostNetwork, containers: [{ name: 'c', image: 'busybox:1.36', ports }] },
    };
    this.apply(JSON.stringify(manifest));
    const pod = this.client.resource('pods').get(namespace, name)!;
    const made = this.network.addPod(pod, ip ?? `10.244.${node === 'node-one' ? 1 : 2}.${++this.lastIp}`);
    this.pods.set(`${namespace}/${name}`, made);
    return made;
  }

  /** A service with an endpoint slice: `endpoints` are addresses, `!` before one that is not ready, `@node` behind one for its node. */
  service(
    name: string,
    spec: object,
    endpoints: readonly string[] = [],
    options: { namespace?: string; slicePorts?: object[] } = {},
  ): Service {
    const namespace = options.namespace ?? 'default';
    this.apply(
      JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ...this.clusterIpFor(spec), ...spec } }),
    );
    const service = this.client.resource('services').get(namespace, name)!;
    const ports = (service.spec?.ports ?? []).map((port) => ({
      name: port.name ?? '',
      port: port.targetPort ?? port.port,
      protocol: port.protocol ?? 'TCP',
    }));
    this.apply(
      JSON.stringify({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: `${name}-x`, namespace, labels: { 'kubernetes.io/service-name': name } },
        addressType: 'IPv4',
        ports: options.slicePorts ?? ports,
        endpoints: endpoints.map((text) => {
          const [, mark, ip, nodeName, hostname] = /^(!?)([\d.]+)(?:@([\w-]+))?(?:=(\S+))?$/.exec(text)!;
          return {
            addresses: [ip],
            conditions: { ready: mark !== '!', serving: mark !== '!', terminating: false },
            ...(nodeName && { nodeName }),
            ...(hostname && { hostname }),
          };
        }),
      }),
    );
    this.settle();
    return service;
  }

  private clusterIpFor({ clusterIP, type }: { clusterIP?: string; type?: string }): object {
    if (type === 'ExternalName') return {};
    const ip = clusterIP ?? `10.96.1.${++this.lastIp}`;
    return { clusterIP: ip, clusterIPs: [ip] };
  }

  /** CoreDNS, without a program: answers at a pod's port 53. */
  dns(): NetworkNamespace {
    const pod = this.pod('coredns', { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, node: 'node-two' });
    pod.listen(53);
    pod.serveNames(53, (name, type) => answerQuestion(this.network.view, name, type, this.clock.now));
    this.service(
      'kube-dns',
      {
        clusterIP: '10.96.0.10',
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53 },
        ],
      },
      [pod.ip],
      {
        namespace: 'kube-system',
      },
    );
    return pod;
  }

  /** What CoreDNS answers: data of the answers, or the code when there are none. */
  lookUp(name: string, type: RecordType = 'A'): string {
    const { code, answers } = answerQuestion(this.network.view, name, type, this.clock.now);
    return answers.length > 0 ? answers.map((record) => `${record.type === type ? '' : `${record.type} `}${record.data}`).join(' ') : code;
  }

  /** What would happen to a packet now. */
  outcome(from: NetworkNamespace, ip: string, port: number): string {
    const decision = this.network.decide(from.sender, ip, port);
    return decision.outcome === 'open' ? `open ${decision.ip}:${decision.port}` : `${decision.outcome}: ${decision.why}`;
  }

  /** Lets all delays pass. */
  settle(): void {
    this.clock.runUntil(this.clock.now + 1000);
  }
}
