// What a service is given: a cluster IP, node ports, an address family.
// kubernetes: pkg/registry/core/service/storage/alloc.go, pkg/registry/core/service/{ipallocator,portallocator}
import type { Service, ServicePort, ServiceSpec } from '../../../apimachinery/objects.ts';
import { type FieldError, invalid as invalidObject } from '../../../apimachinery/status-error.ts';
import type { WriteContext } from '../strategy.ts';
import { invalid } from './field-error.ts';
import { contains, formatIPv4, parseIPv4, parseIPv4Range } from './ip-address.ts';
import { kindFacts } from './kind-facts.ts';

/** As kubeadm sets it up. */
const serviceRange = '10.96.0.0/16';
/** The lower part of both ranges is left to those who choose themselves. */
const firstDynamicOffset = 256;
const lastOffset = 65534;
const firstNodePort = 30000;
const firstDynamicNodePort = 30086;
const lastNodePort = 32767;
/** What a dry run shows, as nothing is taken. */
const dryRunClusterIP = '10.96.0.0';
const lastRealNodePort = 32768;

export function needsClusterIP(spec: ServiceSpec): boolean {
  return spec.type !== 'ExternalName';
}

export function needsNodePort(spec: ServiceSpec): boolean {
  return spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
}

/** Whether kube-proxies answer a health check for it. */
export function needsHealthCheckPort(spec: ServiceSpec): boolean {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
}

/** What the client left out of an update, although the service has it. */
export function keepAllocated(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIP(old) && needsClusterIP(spec)) {
    if (!spec.clusterIP) spec.clusterIP = old.clusterIP;
    if (!spec.clusterIPs?.length && spec.clusterIP === old.clusterIP) spec.clusterIPs = old.clusterIPs;
  }
  if (needsNodePort(old) && needsNodePort(spec)) keepNodePorts(spec.ports ?? [], old.ports ?? []);
  if (needsHealthCheckPort(old) && needsHealthCheckPort(spec)) spec.healthCheckNodePort ||= old.healthCheckNodePort;
  syncClusterIPs(spec, old);
}

function keepNodePorts(ports: readonly ServicePort[], old: readonly ServicePort[]): void {
  const used = new Set(ports.map((port) => port.nodePort));
  const byName = new Map(old.map((port) => [port.name ?? '', port.nodePort]));
  for (const port of ports) {
    const before = byName.get(port.name ?? '');
    if (port.nodePort || !before || used.has(before)) continue;
    port.nodePort = before;
    used.add(before);
  }
}

/** clusterIP and clusterIPs[0] are one; a client may write either. */
function syncClusterIPs(spec: ServiceSpec, old: ServiceSpec | undefined): void {
  if (!old) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  const sameList = String(spec.clusterIPs ?? []) === String(old.clusterIPs ?? []);
  if (spec.clusterIP !== old.clusterIP) {
    if (!sameList) return;
    if (!spec.clusterIP) delete spec.clusterIPs;
    else spec.clusterIPs = [spec.clusterIP, ...(spec.clusterIPs ?? []).slice(1)];
  } else if (!sameList && !spec.clusterIPs?.length) delete spec.clusterIP;
}

/** Gives the service what it needs and lacks. Throws 422 for what can't be had. */
export function allocate(service: Service, old: Service | undefined, context: WriteContext): void {
  const spec = service.spec!;
  if (!old) syncClusterIPs(spec, undefined);
  const refuse = (errors: FieldError[]) => {
    if (errors.length > 0) throw invalidObject(kindFacts('v1', 'Service').resource, service.metadata.name, errors);
  };
  refuse(chooseFamilies(spec));
  const others = context.reader.list('services').filter((other) => other.metadata.uid !== service.metadata.uid) as Service[];
  const hadClusterIP = old && needsClusterIP(old.spec!);
  if (needsClusterIP(spec) && !hadClusterIP) refuse(allocateClusterIP(spec, others, context));
  refuse(allocateNodePorts(spec, old?.spec, others, context));
}

/** kubernetes: initIPFamilyFields, for a cluster of IPv4 alone. */
function chooseFamilies(spec: ServiceSpec): FieldError[] {
  if (!needsClusterIP(spec)) return [];
  const isHeadless = spec.clusterIPs?.[0] === 'None';
  if (isHeadless && Object.keys(spec.selector ?? {}).length === 0) {
    spec.ipFamilyPolicy ??= 'RequireDualStack';
    spec.ipFamilies ??= ['IPv4'];
    if (spec.ipFamilies.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
      spec.ipFamilies = [spec.ipFamilies[0]!, spec.ipFamilies[0] === 'IPv4' ? 'IPv6' : 'IPv4'];
    }
    return [];
  }
  const errors: FieldError[] = [];
  (spec.ipFamilies ?? []).forEach((family, index) => {
    if (family !== 'IPv6') return;
    const address = spec.clusterIPs?.[index];
    if (address && address !== 'None' && !address.includes(':')) {
      errors.push(invalid(`spec.clusterIPs[${index}]`, address, `expected an IPv6 value as indicated by \`ipFamilies[${index}]\``));
    } else errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  });
  if (spec.ipFamilyPolicy === 'RequireDualStack') {
    errors.push(invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'));
  }
  spec.ipFamilyPolicy ??= 'SingleStack';
  if (!spec.ipFamilies?.length) spec.ipFamilies = ['IPv4'];
  return errors;
}

function allocateClusterIP(spec: ServiceSpec, others: readonly Service[], context: WriteContext): FieldError[] {
  const wanted = spec.clusterIPs?.[0];
  if (wanted === 'None') return [];
  const taken = new Set(others.flatMap((other) => other.spec?.clusterIPs ?? []));
  const range = parseIPv4Range(serviceRange)!;
  if (wanted) {
    const bits = parseIPv4(wanted);
    if (bits === undefined) return [];
    const failed = (why: string) => [invalid('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${wanted}: ${why}`)];
    if (!contains(range, { base: bits, prefix: 32 })) {
      return failed(`the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${serviceRange}`);
    }
    return taken.has(wanted) ? failed('provided IP is already allocated') : [];
  }
  if (context.dryRun) {
    spec.clusterIP = dryRunClusterIP;
    spec.clusterIPs = [dryRunClusterIP];
    return [];
  }
  // An invalid spec gets none: validation will say why.
  if (!isAllocatable(spec)) return [];
  spec.clusterIP = pickFree(
    firstDynamicOffset,
    lastOffset,
    context,
    (offset) => !taken.has(formatIPv4(range.base + offset)),
    (offset) => formatIPv4(range.base + offset),
  );
  spec.clusterIPs = [spec.clusterIP];
  return [];
}

function isAllocatable(spec: ServiceSpec): boolean {
  return ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type ?? '');
}

function allocateNodePorts(
  spec: ServiceSpec,
  old: ServiceSpec | undefined,
  others: readonly Service[],
  context: WriteContext,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!needsNodePort(spec) && !(spec.type === 'LoadBalancer')) return errors;
  const taken = new Set(others.flatMap((other) => portKeys(other.spec)));
  const mine = new Set(portKeys(old));
  const chosen = new Map<string, number>();
  (spec.ports ?? []).forEach((port, index) => {
    if (!port.nodePort) return;
    const key = `${port.protocol}/${port.nodePort}`;
    const field = `spec.ports[${index}].nodePort`;
    if (port.nodePort < firstNodePort || port.nodePort > lastNodePort) {
      const text = `provided port is not in the valid range. The range of valid ports is ${firstNodePort}-${lastNodePort}`;
      errors.push(invalid(field, port.nodePort, text));
    } else if (taken.has(key) && !mine.has(key)) errors.push(invalid(field, port.nodePort, 'provided port is already allocated'));
    chosen.set(key, port.nodePort);
  });
  if (errors.length > 0) return errors;
  const isFree = (number: number) =>
    ['TCP', 'UDP', 'SCTP'].every((protocol) => !taken.has(`${protocol}/${number}`) && !chosen.has(`${protocol}/${number}`));
  const give = () =>
    context.dryRun
      ? Math.max(lastRealNodePort, ...chosen.values()) + 1
      : pickFree(firstDynamicNodePort, lastNodePort, context, isFree, (number) => number);
  if (needsNodePort(spec)) {
    for (const port of spec.ports ?? []) {
      if (port.nodePort) continue;
      // One number serves both protocols of a new service's port, as DNS wants it.
      // kubernetes: pkg/registry/core/service/storage/alloc.go initNodePorts; updateNodePorts doesn't
      const candidates = old ? [] : (spec.ports ?? []);
      const twin = candidates.find(
        (other) => other !== port && other.port === port.port && other.protocol !== port.protocol && other.nodePort,
      );
      port.nodePort = twin?.nodePort ?? give();
      chosen.set(`${port.protocol}/${port.nodePort}`, port.nodePort);
    }
  }
  if (needsHealthCheckPort(spec)) spec.healthCheckNodePort ||= give();
  return errors;
}

function portKeys(spec: ServiceSpec | undefined): string[] {
  const keys = (spec?.ports ?? []).filter((port) => port.nodePort).map((port) => `${port.protocol}/${port.nodePort}`);
  return spec?.healthCheckNodePort ? [...keys, `TCP/${spec.healthCheckNodePort}`] : keys;
}

/** A free number by chance, or the next free one after it. */
function pickFree<T>(
  first: number,
  last: number,
  context: WriteContext,
  isFree: (number: number) => boolean,
  result: (number: number) => T,
): T {
  const count = last - first + 1;
  const start = context.random.below(count);
  for (let step = 0; step < count; step++) {
    const number = first + ((start + step) % count);
    if (isFree(number)) return result(number);
  }
  throw new Error('the range of cluster IPs or node ports is used up');
}
