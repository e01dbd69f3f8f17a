// What kube-proxy does with a packet: the address of a service becomes that of one of its endpoints, or the packet is refused or dropped.
import type { Service, ServicePort } from '../../apimachinery/objects.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { ClusterView, NodeAddress } from './cluster-view.ts';
import type { EndpointTarget, ServiceTable } from './service-table.ts';

export interface Packet {
  /** The node whose rules the packet meets first: its sender's, or the one that an outside client sent it to. */
  readonly nodeName: string;
  readonly sourceIp: string;
  /** Pods are treated as inside by the rules of their own node, whatever they send to. */
  readonly isFromPod: boolean;
  readonly ip: string;
  readonly port: number;
  readonly protocol: string;
}

export type Translation =
  /** Not a service's address: the packet goes where it says. */
  | { readonly kind: 'direct' }
  /** `viaNode`: it came in at this node's port or at an external address, and goes on from there under the node's own address. */
  | { readonly kind: 'endpoint'; readonly ip: string; readonly port: number; readonly service: string; readonly viaNode?: NodeAddress }
  | { readonly kind: 'refused'; readonly service: string; readonly why: 'no endpoints' | 'no such port' }
  | { readonly kind: 'dropped'; readonly service: string; readonly why: 'no endpoint on this node' };

interface Match {
  readonly service: Service;
  readonly port: ServicePort;
  readonly isExternal: boolean;
  readonly viaNode?: NodeAddress;
}

/** kubernetes: pkg/apis/core/v1/defaults.go: DefaultClientIPServiceAffinitySeconds */
const defaultAffinitySeconds = 10_800;

export class ServiceProxy {
  private readonly view: ClusterView;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly affinities = new Map<string, { ip: string; usedAt: number }>();

  constructor(view: ClusterView, clock: Clock, random: Random) {
    this.view = view;
    this.clock = clock;
    this.random = random;
  }

  /** Decides for the first packet of a connection. */
  translate(packet: Packet): Translation {
    const match = this.match(packet);
    if (match === undefined) return { kind: 'direct' };
    const service = nameOf(match.service);
    // kubernetes: pkg/proxy/nftables: packets to a cluster IP's other ports are rejected
    if (!('port' in match)) return { kind: 'refused', service, why: 'no such port' };
    const all = usable(this.table.targets(match.service, match.port));
    if (all.length === 0) return { kind: 'refused', service, why: 'no endpoints' };
    const ownNode = match.viaNode?.name ?? packet.nodeName;
    const candidates = isLocalOnly(match, packet) ? all.filter((target) => target.endpoint.nodeName === ownNode) : all;
    if (candidates.length === 0) return { kind: 'dropped', service, why: 'no endpoint on this node' };
    const { ip, port } = this.choose(match, packet, candidates);
    return { kind: 'endpoint', ip, port: port ?? packet.port, service, ...(match.viaNode && { viaNode: match.viaNode }) };
  }

  private get table(): ServiceTable {
    return this.view.proxy;
  }

  private match(packet: Packet): Match | { readonly service: Service } | undefined {
    const services = this.table.servicesAt(packet.ip);
    for (const service of services) {
      const port = (service.spec?.ports ?? []).find((candidate) => isPort(candidate, packet.port, packet.protocol));
      if (port) return { service, port, isExternal: !isClusterIp(service, packet.ip) };
    }
    const clusterIpOwner = services.find((service) => isClusterIp(service, packet.ip));
    if (clusterIpOwner) return { service: clusterIpOwner };
    const node = this.view.nodeAt(packet.ip);
    const nodePort = node && this.table.atNodePort(packet.protocol, packet.port);
    return nodePort && { ...nodePort, isExternal: true, viaNode: node };
  }

  private choose({ service, port }: Match, packet: Packet, candidates: readonly EndpointTarget[]): EndpointTarget {
    if (service.spec?.sessionAffinity !== 'ClientIP') return this.random.pick(candidates);
    const timeoutMs = (service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultAffinitySeconds) * 1000;
    const key = `${packet.nodeName} ${packet.sourceIp} ${nameOf(service)} ${port.port}/${packet.protocol}`;
    const known = this.affinities.get(key);
    const isFresh = known !== undefined && this.clock.now - known.usedAt < timeoutMs;
    const target = (isFresh && candidates.find((candidate) => candidate.ip === known.ip)) || this.random.pick(candidates);
    this.affinities.set(key, { ip: target.ip, usedAt: this.clock.now });
    return target;
  }
}

function isPort(port: ServicePort, number: number, protocol: string): boolean {
  return port.port === number && (port.protocol ?? 'TCP') === protocol;
}

function isClusterIp({ spec }: Service, ip: string): boolean {
  return spec?.clusterIP === ip || (spec?.clusterIPs ?? []).includes(ip);
}

/**
 * What comes from a pod is balanced over the whole cluster even when it uses a service's outer address, or its own node's port. At another
 * node's port it arrives under the address of its own node, so it is from outside there.
 */
function isLocalOnly({ service, isExternal, viaNode }: Match, packet: Packet): boolean {
  if (!isExternal) return service.spec?.internalTrafficPolicy === 'Local';
  const isInside = packet.isFromPod && (viaNode === undefined || viaNode.name === packet.nodeName);
  return service.spec?.externalTrafficPolicy === 'Local' && !isInside;
}

/** Ready endpoints; where there are none, those that are going away but still serve. kubernetes: pkg/proxy/topology.go */
function usable(targets: readonly EndpointTarget[]): EndpointTarget[] {
  const ready = targets.filter(({ endpoint }) => endpoint.conditions?.ready !== false);
  if (ready.length > 0) return ready;
  return targets.filter(({ endpoint }) => endpoint.conditions?.serving !== false && endpoint.conditions?.terminating === true);
}

function nameOf({ metadata }: Service): string {
  return `${metadata.namespace}/${metadata.name}`;
}
