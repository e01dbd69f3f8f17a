// From a pod, a node or the outside to an address and port: what becomes of the attempt, when, and why.
import type { Cancel } from '../clock.ts';
import type { ErrnoCode } from '../container/errno.ts';
import { blockHolds } from './address.ts';
import type { Connection, Listener } from './connection.ts';
import { roundTripMs, synGiveUpMs, synRetransmitsMs, unreachableMs } from './delays.ts';
import type { Network } from './network.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import type { FlowEnd, PolicyVerdict, Protocol } from './networkpolicy.ts';

/** Who sends. Without a pod it is the node itself, or someone outside who comes in at that node. */
export interface Sender {
  readonly ip: string;
  readonly nodeName: string;
  readonly pod?: { readonly namespace: string; readonly name: string };
}

/** What happens to the first packet. `why` says it for hints and explanations. */
export type Decision =
  | {
      readonly outcome: 'open';
      readonly listener: Listener | undefined;
      readonly namespace: NetworkNamespace;
      readonly ip: string;
      readonly port: number;
      readonly seenAs: string;
    }
  | { readonly outcome: 'refused'; readonly why: RefusalReason; readonly service?: string }
  | { readonly outcome: 'dropped'; readonly why: DropReason; readonly verdict?: PolicyVerdict; readonly service?: string }
  | { readonly outcome: 'unreachable'; readonly why: 'no such address' };

type RefusalReason = 'nothing listens' | 'no endpoints' | 'no such port' | 'policy';
type DropReason = 'policy' | 'no endpoint on this node' | 'no way out';

/** The pods' addresses; one that nobody has answers no ARP request. */
const podNetwork = '10.244.0.0/16';
const nodeNetwork = '172.18.0.0/16';

/** Follows a packet: kube-proxy, then policies, then whoever has the address. Decides for TCP, UDP and ICMP (port 0) alike. */
export function decide(network: Network, sender: Sender, ip: string, port: number, protocol: Protocol): Decision {
  const own = network.namespaceOf(sender);
  const isLoop = ip === '0.0.0.0' || ip.startsWith('127.');
  if (own?.downInterfaces.has(isLoop ? 'lo' : 'eth0')) return { outcome: 'dropped', why: 'no way out' };
  if (own && isLoop) return arriveAt(own, '127.0.0.1', port, protocol, '127.0.0.1');
  const translation = network.proxy.translate({
    nodeName: sender.nodeName,
    sourceIp: sender.ip,
    isFromPod: sender.pod !== undefined,
    ip,
    port,
    protocol,
  });
  if (translation.kind === 'refused') return { outcome: 'refused', why: translation.why, service: translation.service };
  if (translation.kind === 'dropped') return { outcome: 'dropped', why: translation.why, service: translation.service };
  const hostPort = translation.kind === 'direct' ? network.hostPortAt(ip, port, protocol) : undefined;
  const target =
    translation.kind === 'endpoint' ? translation : hostPort ? { ip: hostPort.namespace.ip, port: hostPort.port } : { ip, port };
  const service = translation.kind === 'endpoint' ? translation.service : undefined;
  const destination = network.namespaceAt(target.ip);
  const gateway = translation.kind === 'endpoint' ? translation.viaNode : undefined;
  const verdict = judgeOnTheWay(network, sender, gateway?.name, target, destination, protocol);
  if (verdict && !verdict.allowed) {
    const reason = { why: 'policy' as const, verdict, ...(service && { service }) };
    return network.options.policyAction === 'reject' ? { outcome: 'refused', ...reason } : { outcome: 'dropped', ...reason };
  }
  if (!destination?.isUp) return lost(target.ip);
  return arriveAt(destination, target.ip, target.port, protocol, gateway && destination.ip !== sender.ip ? gateway.ip : sender.ip);
}

/**
 * Policies see the true sender, also behind a service's address. Only what comes in at another node than the pod's is sent on under that
 * node's own address, and is nobody's pod there.
 */
function judgeOnTheWay(
  network: Network,
  sender: Sender,
  gateway: string | undefined,
  target: { ip: string; port: number },
  destination: NetworkNamespace | undefined,
  protocol: Protocol,
): PolicyVerdict | undefined {
  if (network.options.policies === 'ignored') return undefined;
  const isHidden = gateway !== undefined && destination?.pod !== undefined && destination.nodeName !== gateway;
  const source = endOf(network, sender.ip, sender.pod, sender.nodeName);
  const to = destination ? endOf(network, target.ip, destination.pod, destination.nodeName) : { ip: target.ip };
  const flow = { source, destination: to, port: target.port, protocol };
  if (!isHidden) return network.judge(flow);
  const out = network.judge({ ...flow, destination: { ip: target.ip } });
  const seen: FlowEnd = { ip: network.view.node(gateway)?.ip ?? '', nodeName: gateway };
  return out.allowed ? network.judge({ ...flow, source: seen }) : out;
}

function endOf(network: Network, ip: string, pod: Sender['pod'], nodeName: string): FlowEnd {
  const known = pod && network.view.pod(pod.namespace, pod.name);
  if (known) return { ip, pod: known };
  return network.view.nodeAt(ip) ? { ip, nodeName } : { ip };
}

function arriveAt(namespace: NetworkNamespace, ip: string, port: number, protocol: Protocol, seenAs: string): Decision {
  if (protocol === 'TCP') {
    const listener = namespace.listenerAt(ip, port);
    return listener ? { outcome: 'open', listener, namespace, ip, port, seenAs } : { outcome: 'refused', why: 'nothing listens' };
  }
  if (protocol === 'ICMP' || namespace.nameServerAt(port)) return { outcome: 'open', listener: undefined, namespace, ip, port, seenAs };
  return { outcome: 'refused', why: 'nothing listens' };
}

function lost(ip: string): Decision {
  if (blockHolds(podNetwork, ip) || blockHolds(nodeNetwork, ip)) return { outcome: 'unreachable', why: 'no such address' };
  return { outcome: 'dropped', why: 'no way out' };
}

export interface DialOptions {
  /** Gives up after this long (ETIMEDOUT); otherwise as long as the kernel tries. */
  readonly timeoutMs?: number | undefined;
}

export type DialResult =
  | { readonly outcome: 'connected'; readonly connection: Connection }
  | { readonly outcome: 'failed'; readonly error: ErrnoCode };

/**
 * Tries to connect, in the clock's time. A dropped SYN is sent again, and then judged by what holds at that moment, as a real one is: after a
 * policy is mended, an attempt that still hangs goes on at its next retransmit.
 */
export function dial(
  network: Network,
  from: NetworkNamespace,
  to: { ip: string; port: number } & DialOptions,
  done: (result: DialResult) => void,
): Cancel {
  const { clock } = network;
  const startedAt = clock.now;
  const deadline = startedAt + (to.timeoutMs ?? Number.POSITIVE_INFINITY);
  let cancelTimer: Cancel | undefined;
  const at = (whenMs: number, next: () => void): void => {
    cancelTimer = clock.after(Math.min(whenMs, deadline) - clock.now, whenMs > deadline ? () => fail('ETIMEDOUT') : next);
  };
  const fail = (error: ErrnoCode): void => done({ outcome: 'failed', error });
  const attempt = (number: number): void => {
    const decision = from.isUp ? decide(network, from.sender, to.ip, to.port, 'TCP') : undefined;
    if (decision?.outcome === 'open') at(clock.now + roundTripMs, () => finish(decision));
    else if (decision?.outcome === 'refused') at(clock.now + roundTripMs, () => fail('ECONNREFUSED'));
    else if (decision?.outcome === 'unreachable' && number === 0) at(startedAt + unreachableMs, () => retryUnreachable());
    else waitForRetransmit(number);
  };
  const waitForRetransmit = (number: number): void => {
    const next = synRetransmitsMs[number];
    if (next === undefined) at(startedAt + synGiveUpMs, () => fail('ETIMEDOUT'));
    else at(startedAt + next, () => attempt(number + 1));
  };
  const retryUnreachable = (): void => {
    const decision = decide(network, from.sender, to.ip, to.port, 'TCP');
    if (decision.outcome === 'open') finish(decision);
    else fail('EHOSTUNREACH');
  };
  const finish = (decision: Extract<Decision, { outcome: 'open' }>): void => {
    const { listener, namespace, ip, port, seenAs } = decision;
    const dialled = { ip: to.ip, port: to.port };
    const connection = listener && from.connectTo(listener, { dialled, seenAs, server: { ip, port }, in: namespace });
    if (connection) done({ outcome: 'connected', connection });
    else if (listener && namespace.listenerAt(ip, port) === listener) waitForRetransmit(0);
    else fail('ECONNREFUSED');
  };
  attempt(0);
  return () => cancelTimer?.();
}
