// What a service is given: a cluster IP and an address family; its node ports are in node-port-allocation.ts.
// kubernetes: pkg/registry/core/service/storage/alloc.go, pkg/registry/core/service/ipallocator
import type { Service, ServicePort, ServiceSpec } from '../../../apimachinery/objects.ts';
import { type FieldError, invalid as invalidObject } from '../../../apimachinery/status-error.ts';
import type { WriteContext } from '../strategy.ts';
import { invalid } from './field-error.ts';
import { pickFree } from './free-number.ts';
import { contains, formatIPv4, parseIPv4, parseIPv4Range } from './ip-address.ts';
import { kindFacts } from './kind-facts.ts';
import { allocateNodePorts, needsHealthCheckPort, needsNodePort } from './node-port-allocation.ts';

/** As kubeadm sets it up. */
const serviceRange = '10.96.0.0/16';
/** The lower part of the range is left to those who choose themselves. */
const firstDynamicOffset = 256;
const lastOffset = 65534;
/** The broadcast address. */
const lastAddressOffset = 65535;
/** What a dry run shows, as nothing is taken. */
const dryRunClusterIP = '10.96.0.0';

export function needsClusterIP(spec: ServiceSpec): boolean {
  return spec.type !== 'ExternalName';
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
  const services = context.reader.list('services') as readonly Service[];
  const hadClusterIP = old && needsClusterIP(old.spec!);
  if (needsClusterIP(spec) && !hadClusterIP)
    refuse(
      allocateClusterIP(
        spec,
        services.filter((other) => other.metadata.uid !== service.metadata.uid),
        context,
      ),
    );
  refuse(allocateNodePorts(spec, old?.spec, services, context));
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
    if (!contains(range, { base: bits, prefix: 32 }) || bits === range.base || bits === range.base + lastAddressOffset) {
      const outside = `the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${serviceRange}`;
      return failed(context.dryRun ? outside : 'the provided network does not match the current range');
    }
    // A dry run doesn't ask whether it is taken. kubernetes: ipallocator.go allocateService
    return taken.has(wanted) && !context.dryRun ? failed('provided IP is already allocated') : [];
  }
  if (context.dryRun) {
    spec.clusterIP = dryRunClusterIP;
    spec.clusterIPs = [dryRunClusterIP];
    return [];
  }
  // An invalid spec gets none: validation will say why.
  if (!isAllocatable(spec)) return [];
  const isFree = (offset: number) => !taken.has(formatIPv4(range.base + offset));
  spec.clusterIP = formatIPv4(range.base + pickFree(firstDynamicOffset, lastOffset, context.random, isFree));
  spec.clusterIPs = [spec.clusterIP];
  return [];
}

function isAllocatable(spec: ServiceSpec): boolean {
  return ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type ?? '');
}
