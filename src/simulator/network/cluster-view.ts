// What the network knows of the cluster: indexes fed by watches, each as late as the component that it stands for.
import type { NetworkPolicy, Node, Pod } from '../../apimachinery/objects.ts';
import type { Client, ObjectsByResource, Resource, WatchEvent } from '../client.ts';
import type { Cancel, Clock } from '../clock.ts';
import { nameDelayMs, policyDelayMs, proxyDelayMs } from './delays.ts';
import type { NamedPort, PolicyPod, PolicySource } from './networkpolicy.ts';
import { ServiceTable } from './service-table.ts';

/** A node as the network sees it. */
export interface NodeAddress {
  readonly name: string;
  readonly ip: string;
}

/**
 * Indexes over pods, services, endpoint slices, policies, namespaces and nodes. What is there at the beginning counts at once; a new pod
 * too; what changes later takes the delays of delays.ts.
 */
export class ClusterView implements PolicySource {
  /** As kube-proxy has it. */
  readonly proxy = new ServiceTable();
  /** As CoreDNS has it. */
  readonly names = new ServiceTable();
  private readonly clock: Clock;
  private readonly pods = new Map<string, PolicyPod>();
  private readonly policies = new Map<string, NetworkPolicy[]>();
  private readonly namespaces = new Map<string, Readonly<Record<string, string>>>();
  private readonly nodesByName = new Map<string, NodeAddress>();
  private readonly nodesByIp = new Map<string, NodeAddress>();
  private readonly watches: Cancel[] = [];
  private isStarting = true;

  constructor(client: Client, clock: Clock) {
    this.clock = clock;
    this.follow(client, 'nodes', (event) => this.seeNode(event));
    this.follow(client, 'namespaces', (event) => this.seeNamespace(event.type, event.object));
    this.follow(client, 'pods', (event) => this.seePod(event));
    this.follow(client, 'networkpolicies', (event) => this.later(policyDelayMs, () => this.applyPolicy(event)));
    this.follow(client, 'services', ({ type, object }) => {
      for (const [table, delayMs] of this.tables()) {
        this.later(delayMs, () => {
          if (type === 'DELETED') table.removeService(object.metadata.namespace, object.metadata.name);
          else table.setService(object);
        });
      }
    });
    this.follow(client, 'endpointslices', ({ type, object }) => {
      for (const [table, delayMs] of this.tables()) {
        this.later(delayMs, () => {
          if (type === 'DELETED') table.removeSlice(object);
          else table.setSlice(object);
        });
      }
    });
    this.isStarting = false;
  }

  pod(namespace: string, name: string): PolicyPod | undefined {
    return this.pods.get(`${namespace}/${name}`);
  }

  policiesOf(namespace: string): readonly NetworkPolicy[] {
    return this.policies.get(namespace) ?? [];
  }

  namespaceLabels(namespace: string): Readonly<Record<string, string>> {
    return this.namespaces.get(namespace) ?? { 'kubernetes.io/metadata.name': namespace };
  }

  hasNamespace(namespace: string): boolean {
    return this.namespaces.has(namespace);
  }

  node(name: string): NodeAddress | undefined {
    return this.nodesByName.get(name);
  }

  nodes(): NodeAddress[] {
    return [...this.nodesByName.values()];
  }

  nodeAt(ip: string): NodeAddress | undefined {
    return this.nodesByIp.get(ip);
  }

  close(): void {
    for (const cancel of this.watches) cancel();
  }

  private tables(): [ServiceTable, number][] {
    return [
      [this.proxy, proxyDelayMs],
      [this.names, nameDelayMs],
    ];
  }

  private follow<R extends Resource>(client: Client, resource: R, see: (event: WatchEvent<ObjectsByResource[R]>) => void): void {
    this.watches.push(client.resource(resource).watch(see));
  }

  private later(delayMs: number, apply: () => void): void {
    if (this.isStarting) apply();
    else this.clock.after(delayMs, apply);
  }

  private seeNode({ type, object }: WatchEvent<Node>): void {
    const name = object.metadata.name ?? '';
    const known = this.nodesByName.get(name);
    const ip = object.status?.addresses?.find((address) => address.type === 'InternalIP')?.address;
    if (known && (type === 'DELETED' || known.ip !== ip)) {
      this.nodesByName.delete(name);
      this.nodesByIp.delete(known.ip);
    }
    if (type === 'DELETED' || !ip || known?.ip === ip) return;
    this.nodesByName.set(name, { name, ip });
    this.nodesByIp.set(ip, { name, ip });
  }

  private seeNamespace(
    type: string,
    { metadata }: { metadata: { name?: string | undefined; labels?: Record<string, string> | undefined } },
  ): void {
    const name = metadata.name ?? '';
    if (type === 'DELETED') {
      this.namespaces.delete(name);
      return;
    }
    const labels = metadata.labels ?? {};
    if (type === 'ADDED') this.namespaces.set(name, labels);
    else if (!sameLabels(this.namespaces.get(name), labels)) this.later(policyDelayMs, () => this.namespaces.set(name, labels));
  }

  private seePod({ type, object, previous }: WatchEvent<Pod>): void {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    if (type === 'ADDED') {
      this.pods.set(key, policyPod(object));
      return;
    }
    if (type === 'DELETED') {
      this.pods.delete(key);
      return;
    }
    const before = this.pods.get(key);
    const isSame =
      before && before.nodeName === (object.spec?.nodeName ?? '') && sameLabels(previous?.metadata.labels, object.metadata.labels);
    if (isSame) return;
    const uid = object.metadata.uid;
    // The binding counts at once, a changed label when the network's agents have heard of it.
    if (before) this.pods.set(key, { ...policyPod(object), labels: before.labels });
    this.later(policyDelayMs, () => {
      const now = this.pods.get(key);
      if (now && now.uid === uid) this.pods.set(key, { ...now, labels: object.metadata.labels ?? {} });
    });
  }

  private applyPolicy({ type, object }: WatchEvent<NetworkPolicy>): void {
    const namespace = object.metadata.namespace ?? '';
    const others = this.policiesOf(namespace).filter((policy) => policy.metadata.name !== object.metadata.name);
    this.policies.set(namespace, type === 'DELETED' ? others : [...others, object]);
  }
}

function policyPod(pod: Pod): PolicyPod {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const ports = containers.flatMap((container) => container.ports ?? []);
  return {
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name ?? '',
    uid: pod.metadata.uid ?? '',
    labels: pod.metadata.labels ?? {},
    nodeName: pod.spec?.nodeName ?? '',
    ports: ports
      .filter((port) => port.name)
      .map((port): NamedPort => ({ name: port.name!, port: port.containerPort, protocol: port.protocol ?? 'TCP' })),
  };
}

function sameLabels(one: Readonly<Record<string, string>> = {}, other: Readonly<Record<string, string>> = {}): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
