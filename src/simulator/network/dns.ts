// What CoreDNS answers for the cluster's names, as its kubernetes plugin does with kubeadm's Corefile. Resolving on the client's side: resolver.ts.
// coredns: plugin/kubernetes/{parse,kubernetes,handler,reverse}.go, plugin/backend_lookup.go
import type { Endpoint, Service } from '../../apimachinery/objects.ts';
import { addressOfReverseName, isAddress } from './address.ts';
import type { ClusterView } from './cluster-view.ts';

export type RecordType = 'A' | 'AAAA' | 'SRV' | 'PTR' | 'CNAME' | 'SOA' | 'NS' | 'TXT' | 'MX' | 'ANY';

export interface DnsRecord {
  /** Without the dot at the end. */
  readonly name: string;
  readonly type: RecordType;
  readonly ttl: number;
  /** As dig prints it: names with the dot at the end. */
  readonly data: string;
}

export interface DnsAnswer {
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
  readonly isAuthoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
}

const clusterDomain = 'cluster.local';
/** kubeadm's Corefile: `ttl 30`. */
const ttl = 30;
/** CoreDNS follows no more aliases than these. */
const longestAliasChain = 7;

/** One thing that stands behind a name: an address (or another name), and a port. */
interface Target {
  readonly host: string;
  readonly port: number;
  /** The name that an SRV record gives it. */
  readonly name: string;
}

/**
 * Answers one question. `name` is what was asked, with or without the dot at the end; `aliases` are the names that led to it, when it is the
 * other side of an ExternalName.
 */
export function answerQuestion(
  view: ClusterView,
  name: string,
  type: RecordType,
  nowMs: number,
  aliases: readonly string[] = [],
): DnsAnswer {
  const asked = name.replace(/\.$/, '').toLowerCase();
  const reversed = addressOfReverseName(asked);
  if (reversed) return answerReverse(view, asked, reversed, type);
  if (asked !== clusterDomain && !asked.endsWith(`.${clusterDomain}`)) return answerFromOutside();
  const soa = startOfAuthority(nowMs);
  if (asked === clusterDomain) return answered(type === 'SOA' ? [soa] : [], soa);
  if (asked === `dns-version.${clusterDomain}` && type === 'TXT') return answered([{ name: asked, type, ttl, data: '"1.1.0"' }], soa);
  const found = look(view, asked);
  if (found === undefined) return { code: 'NXDOMAIN', isAuthoritative: true, answers: [], authority: [soa], additional: [] };
  return answerTargets(view, asked, type, found, soa, nowMs, aliases);
}

/** The world outside: the cluster has no way out, so its forwarder, and the nodes' own name server, know no name. */
export function answerFromOutside(): DnsAnswer {
  return { code: 'NXDOMAIN', isAuthoritative: false, answers: [], authority: [], additional: [] };
}

function startOfAuthority(nowMs: number): DnsRecord {
  const serial = Math.floor(nowMs / 1000);
  const data = `ns.dns.${clusterDomain}. hostmaster.${clusterDomain}. ${serial} 7200 1800 86400 ${ttl}`;
  return { name: clusterDomain, type: 'SOA', ttl, data };
}

function answered(answers: readonly DnsRecord[], soa: DnsRecord, additional: readonly DnsRecord[] = []): DnsAnswer {
  return { code: 'NOERROR', isAuthoritative: true, answers, authority: answers.length > 0 ? [] : [soa], additional };
}

function answerTargets(
  view: ClusterView,
  asked: string,
  type: RecordType,
  targets: readonly Target[],
  soa: DnsRecord,
  nowMs: number,
  aliases: readonly string[],
): DnsAnswer {
  const alias = targets.find((target) => !isAddress(target.host));
  if (alias) {
    const cname: DnsRecord = { name: asked, type: 'CNAME', ttl, data: `${alias.host}.` };
    if (type === 'CNAME') return answered([cname], soa);
    if ((type !== 'A' && type !== 'AAAA') || aliases.length > longestAliasChain || aliases.includes(asked)) return answered([], soa);
    const next = answerQuestion(view, alias.host, type, nowMs, [...aliases, asked]);
    // Within the cluster's zone, an alias of a name without an address is no answer at all; whoever is elsewhere is named in any case.
    const isWithin = alias.host.toLowerCase().endsWith(`.${clusterDomain}`);
    return answered(isWithin && next.answers.length === 0 ? [] : [cname, ...next.answers], soa);
  }
  if (type === 'A') {
    const hosts = [...new Set(targets.map((target) => target.host))];
    return answered(
      hosts.map((host): DnsRecord => ({ name: asked, type, ttl, data: host })),
      soa,
    );
  }
  if (type !== 'SRV') return answered([], soa);
  const withPorts = targets.filter((target) => target.port > 0);
  const weight = Math.floor(100 / Math.max(1, withPorts.length));
  const answers = withPorts.map(({ port, name }): DnsRecord => ({ name: asked, type, ttl, data: `0 ${weight} ${port} ${name}.` }));
  const additional = new Map(withPorts.map(({ name, host }) => [name, { name, type: 'A' as const, ttl, data: host }]));
  return answered(answers, soa, [...additional.values()]);
}

/** What stands behind a name of the cluster's zone: undefined when there is no such name, nothing when it only has others below it. */
function look(view: ClusterView, asked: string): readonly Target[] | undefined {
  const labels = asked.slice(0, -clusterDomain.length - 1).split('.');
  const kind = labels.pop();
  if (kind !== 'svc' && kind !== 'pod') return undefined;
  const namespace = labels.pop();
  if (namespace === undefined) return [];
  if (!view.hasNamespace(namespace)) return undefined;
  const name = labels.pop();
  if (name === undefined) return [];
  if (kind === 'pod') return labels.length === 0 ? lookPod(name) : undefined;
  return lookService(view, namespace, name, labels);
}

/** `pods insecure`: any address is answered, whether a pod has it or not. */
function lookPod(name: string): Target[] | undefined {
  const address = name.replaceAll('-', '.');
  return isAddress(address) ? [{ host: address, port: 0, name }] : undefined;
}

function lookService(view: ClusterView, namespace: string, name: string, front: readonly string[]): Target[] | undefined {
  if (front.length > 2) return undefined;
  const service = view.names.service(namespace, name);
  if (!service?.spec) return undefined;
  const endpoint = front.length === 1 ? front[0]! : '';
  const [portName, protocol] = front.length === 2 ? front.map((label) => label.replace(/^_/, '')) : [];
  const own = `${name}.${namespace}.svc.${clusterDomain}`;
  if (service.spec.type === 'ExternalName') {
    if (front.length > 0) return undefined;
    return [{ host: (service.spec.externalName ?? '').replace(/\.$/, ''), port: 0, name: own }];
  }
  const isWanted = (port: { name?: string | undefined; protocol?: string | undefined }): boolean =>
    (portName === undefined || portName === (port.name ?? '')) &&
    (protocol === undefined || protocol === (port.protocol ?? 'TCP').toLowerCase());
  const targets =
    isHeadless(service) || endpoint ? lookEndpoints(view, service, endpoint, own, isWanted) : lookPorts(service, own, isWanted);
  return targets.length > 0 ? targets : undefined;
}

function isHeadless({ spec }: Service): boolean {
  return spec?.clusterIP === 'None';
}

type PortTest = (port: { name?: string | undefined; protocol?: string | undefined }) => boolean;

function lookPorts({ spec }: Service, own: string, isWanted: PortTest): Target[] {
  return (spec?.ports ?? []).filter(isWanted).map(({ port }) => ({ host: spec?.clusterIP ?? '', port, name: own }));
}

function lookEndpoints(view: ClusterView, service: Service, wanted: string, own: string, isWanted: PortTest): Target[] {
  const targets: Target[] = [];
  for (const slice of view.names.slicesOf(service.metadata.namespace, service.metadata.name)) {
    const ports = slice.ports && slice.ports.length > 0 ? slice.ports.filter(isWanted) : [{ port: 0 }];
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.conditions?.ready === false) continue;
      for (const address of endpoint.addresses) {
        const hostname = endpointHostname(endpoint, address);
        if (wanted && wanted !== hostname) continue;
        for (const { port } of ports) targets.push({ host: address, port: port ?? 0, name: `${hostname}.${own}` });
      }
    }
  }
  return targets;
}

function endpointHostname({ hostname }: Endpoint, address: string): string {
  return hostname || address.replaceAll('.', '-');
}

function answerReverse(view: ClusterView, asked: string, address: string, type: RecordType): DnsAnswer {
  const names: string[] = [];
  for (const service of view.names.servicesAt(address)) {
    if (service.spec?.clusterIP === address) names.push(`${service.metadata.name}.${service.metadata.namespace}.svc.${clusterDomain}`);
  }
  if (names.length === 0) {
    for (const { namespace, service, endpoint } of view.names.endpointsAt(address)) {
      if (endpoint.conditions?.ready === false) continue;
      names.push(`${endpointHostname(endpoint, address)}.${service}.${namespace}.svc.${clusterDomain}`);
    }
  }
  // `fallthrough in-addr.arpa`: what isn't the cluster's is asked outside.
  if (names.length === 0 || type !== 'PTR') return answerFromOutside();
  const answers = names.map((name): DnsRecord => ({ name: asked, type: 'PTR', ttl, data: `${name}.` }));
  return { code: 'NOERROR', isAuthoritative: true, answers, authority: [], additional: [] };
}
