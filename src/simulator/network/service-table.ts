// Services and their endpoint slices, indexed as kube-proxy and CoreDNS ask for them.
import type { Endpoint, EndpointSlice, Service, ServicePort } from '../../apimachinery/objects.ts';

/** One endpoint's address with the port that a service's port leads to. */
export interface EndpointTarget {
  readonly ip: string;
  /** Undefined when the slice has no ports (a headless service without any). */
  readonly port: number | undefined;
  readonly endpoint: Endpoint;
}

/** A service as others name it: namespace/name. */
function serviceKey(namespace: string | undefined, name: string | undefined): string {
  return `${namespace ?? ''}/${name ?? ''}`;
}

/** kubernetes: staging/src/k8s.io/api/discovery/v1/well_known_labels.go */
const serviceNameLabel = 'kubernetes.io/service-name';

export class ServiceTable {
  private readonly services = new Map<string, Service>();
  private readonly byAddress = new Map<string, Service[]>();
  private readonly byNodePort = new Map<string, { service: Service; port: ServicePort }>();
  private readonly slices = new Map<string, Map<string, EndpointSlice>>();

  service(namespace: string, name: string): Service | undefined {
    return this.services.get(serviceKey(namespace, name));
  }

  /** Services that have this as a cluster IP, an external IP or a load balancer's address. */
  servicesAt(address: string): readonly Service[] {
    return this.byAddress.get(address) ?? [];
  }

  atNodePort(protocol: string, nodePort: number): { readonly service: Service; readonly port: ServicePort } | undefined {
    return this.byNodePort.get(`${protocol}/${nodePort}`);
  }

  setService(service: Service): void {
    const { namespace, name } = service.metadata;
    this.removeService(namespace, name);
    this.services.set(serviceKey(namespace, name), service);
    for (const address of addressesOf(service)) this.byAddress.set(address, [...this.servicesAt(address), service]);
    for (const port of service.spec?.ports ?? []) {
      if (port.nodePort) this.byNodePort.set(`${port.protocol ?? 'TCP'}/${port.nodePort}`, { service, port });
    }
  }

  removeService(namespace: string | undefined, name: string | undefined): void {
    const key = serviceKey(namespace, name);
    const service = this.services.get(key);
    if (!service) return;
    this.services.delete(key);
    for (const address of addressesOf(service)) {
      this.byAddress.set(
        address,
        this.servicesAt(address).filter((other) => other !== service),
      );
    }
    for (const [nodePort, entry] of this.byNodePort) if (entry.service === service) this.byNodePort.delete(nodePort);
  }

  setSlice(slice: EndpointSlice): void {
    const key = sliceKey(slice);
    const slices = this.slices.get(key) ?? new Map<string, EndpointSlice>();
    slices.set(slice.metadata.name ?? '', slice);
    this.slices.set(key, slices);
  }

  removeSlice(slice: EndpointSlice): void {
    this.slices.get(sliceKey(slice))?.delete(slice.metadata.name ?? '');
  }

  slicesOf(namespace: string | undefined, name: string | undefined): Iterable<EndpointSlice> {
    return this.slices.get(serviceKey(namespace, name))?.values() ?? [];
  }

  /** Every endpoint behind one of the service's ports, ready or not. Endpoint slices name their ports as the service does. */
  targets(service: Service, port: ServicePort): EndpointTarget[] {
    const targets: EndpointTarget[] = [];
    for (const slice of this.slicesOf(service.metadata.namespace, service.metadata.name)) {
      if (slice.addressType !== 'IPv4') continue;
      const slicePort = (slice.ports ?? []).find((candidate) => (candidate.name ?? '') === (port.name ?? ''));
      if (slicePort?.port === undefined) continue;
      for (const endpoint of slice.endpoints ?? []) {
        for (const ip of endpoint.addresses) targets.push({ ip, port: slicePort.port, endpoint });
      }
    }
    return targets;
  }

  /** Slices that have an endpoint with this address, with the names of their services. */
  *endpointsAt(address: string): Iterable<{ namespace: string; service: string; endpoint: Endpoint }> {
    for (const slices of this.slices.values()) {
      for (const slice of slices.values()) {
        for (const endpoint of slice.endpoints ?? []) {
          if (!endpoint.addresses.includes(address)) continue;
          yield { namespace: slice.metadata.namespace ?? '', service: slice.metadata.labels?.[serviceNameLabel] ?? '', endpoint };
        }
      }
    }
  }
}

function sliceKey(slice: EndpointSlice): string {
  return serviceKey(slice.metadata.namespace, slice.metadata.labels?.[serviceNameLabel]);
}

function addressesOf(service: Service): string[] {
  const { spec, status } = service;
  if (!spec || spec.type === 'ExternalName') return [];
  const clusterIPs = (spec.clusterIPs ?? [spec.clusterIP ?? '']).filter((ip) => ip && ip !== 'None');
  const balancers = (status?.loadBalancer?.ingress ?? []).map((ingress) => ingress.ip ?? '').filter(Boolean);
  return [...new Set([...clusterIPs, ...(spec.externalIPs ?? []), ...balancers])];
}
