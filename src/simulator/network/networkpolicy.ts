// NetworkPolicy, whole, as a pure function: may this packet pass, and which rule or which policy decided it?
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../apimachinery/objects.ts';
import { matches } from '../../apimachinery/selector.ts';
import { blockHolds } from './address.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP' | 'ICMP';

export interface NamedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** What policies know of a pod. A pod on the host's network is none for them: it is its node. */
export interface PolicyPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly nodeName: string;
  readonly ports: readonly NamedPort[];
}

/** One end of a packet's way, after addresses of services were translated: a pod, or else a node or the world outside. */
export interface FlowEnd {
  readonly ip: string;
  readonly pod?: PolicyPod;
  /** The node whose own address this is. */
  readonly nodeName?: string;
}

export interface Flow {
  readonly source: FlowEnd;
  readonly destination: FlowEnd;
  readonly port: number;
  readonly protocol: Protocol;
}

/** Where the matcher finds policies and the labels of namespaces. */
export interface PolicySource {
  policiesOf(namespace: string): readonly NetworkPolicy[];
  namespaceLabels(namespace: string): Readonly<Record<string, string>>;
}

type Direction = 'Ingress' | 'Egress';

/** A rule that let a packet pass: the index in spec.ingress or spec.egress. */
interface RuleReference {
  readonly direction: Direction;
  readonly policy: string;
  readonly rule: number;
}

export type PolicyVerdict =
  | { readonly allowed: true; readonly by: readonly RuleReference[] }
  /** `policies` select the pod in this direction, and none of their rules lets the packet pass. */
  | {
      readonly allowed: false;
      readonly direction: Direction;
      readonly namespace: string;
      readonly pod: string;
      readonly policies: readonly string[];
    };

const everything: PolicyVerdict = { allowed: true, by: [] };

/** Judges one new connection (replies always pass): it must be allowed out of its source and into its destination. */
export function judge(flow: Flow, source: PolicySource): PolicyVerdict {
  const { source: from, destination: to } = flow;
  if (from.ip === to.ip) return everything;
  const out = from.pod ? judgeDirection('Egress', from.pod, to, flow, source) : everything;
  if (!out.allowed) return out;
  // A node always reaches its own pods: its kubelet probes them. kubernetes.io: "Services, Load Balancing, and Networking" / Network Policies
  const isOwnNode = from.pod === undefined && from.nodeName !== undefined && from.nodeName === to.pod?.nodeName;
  if (!to.pod || isOwnNode) return out;
  const inward = judgeDirection('Ingress', to.pod, from, flow, source);
  return inward.allowed ? { allowed: true, by: [...out.by, ...inward.by] } : inward;
}

/** The policies that isolate the pod in this direction. */
function policiesSelecting(pod: PolicyPod, direction: Direction, source: PolicySource): NetworkPolicy[] {
  return source
    .policiesOf(pod.namespace)
    .filter((policy) => affects(policy, direction) && matches(policy.spec.podSelector ?? {}, pod.labels));
}

function judgeDirection(direction: Direction, pod: PolicyPod, other: FlowEnd, flow: Flow, source: PolicySource): PolicyVerdict {
  const policies = policiesSelecting(pod, direction, source);
  if (policies.length === 0) return everything;
  for (const policy of policies) {
    const rule = rulesOf(policy, direction).findIndex(
      ({ peers, ports }) => portsAllow(ports, flow) && peersAllow(peers, pod.namespace, other, source),
    );
    if (rule >= 0) return { allowed: true, by: [{ direction, policy: policy.metadata.name ?? '', rule }] };
  }
  return {
    allowed: false,
    direction,
    namespace: pod.namespace,
    pod: pod.name,
    policies: policies.map((policy) => policy.metadata.name ?? ''),
  };
}

function affects({ spec }: NetworkPolicy, direction: Direction): boolean {
  // The API server fills policyTypes in; whoever builds a policy by hand gets the same rule.
  if (spec.policyTypes && spec.policyTypes.length > 0) return spec.policyTypes.includes(direction);
  return direction === 'Ingress' || (spec.egress?.length ?? 0) > 0;
}

interface Rule {
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
  readonly ports: readonly NetworkPolicyPort[] | undefined;
}

function rulesOf({ spec }: NetworkPolicy, direction: Direction): Rule[] {
  if (direction === 'Ingress') return (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }));
  return (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
}

/** No list of peers, or an empty one, means everyone. */
function peersAllow(peers: Rule['peers'], namespace: string, other: FlowEnd, source: PolicySource): boolean {
  if (!peers || peers.length === 0) return true;
  return peers.some((peer) => peerMatches(peer, namespace, other, source));
}

function peerMatches(peer: NetworkPolicyPeer, namespace: string, other: FlowEnd, source: PolicySource): boolean {
  if (peer.ipBlock) {
    return blockHolds(peer.ipBlock.cidr, other.ip) && !(peer.ipBlock.except ?? []).some((block) => blockHolds(block, other.ip));
  }
  if (!other.pod) return false;
  const isNamespaceRight = peer.namespaceSelector
    ? matches(peer.namespaceSelector, source.namespaceLabels(other.pod.namespace))
    : other.pod.namespace === namespace;
  return isNamespaceRight && (!peer.podSelector || matches(peer.podSelector, other.pod.labels));
}

/** No list of ports, or an empty one, means every port of every protocol. */
function portsAllow(ports: Rule['ports'], flow: Flow): boolean {
  if (!ports || ports.length === 0) return true;
  return ports.some((port) => portMatches(port, flow));
}

function portMatches({ port, endPort, protocol }: NetworkPolicyPort, flow: Flow): boolean {
  if ((protocol ?? 'TCP') !== flow.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === 'number') return flow.port >= port && flow.port <= (endPort ?? port);
  // A name is looked up in the pod that the packet goes to, in both directions.
  return (flow.destination.pod?.ports ?? []).some(
    (named) => named.name === port && named.port === flow.port && named.protocol === flow.protocol,
  );
}
