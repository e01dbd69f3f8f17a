// A service's row, and those of what stands behind it.
// kubernetes: pkg/printers/internalversion/printers.go printService, printEndpoints, printEndpointSlice
import { ageOf } from '../../../apimachinery/duration.ts';
import type { EndpointSlice, Endpoints, Service } from '../../../apimachinery/objects.ts';
import { formatLabels } from '../../../apimachinery/selector.ts';
import type { Cell } from '../strategy.ts';
import { loadBalancerText, someOf } from './cell-text.ts';

export function serviceCells(service: Service, nowMs: number): Cell[] {
  const spec = service.spec ?? {};
  return [
    service.metadata.name,
    spec.type ?? '',
    spec.clusterIPs?.[0] || spec.clusterIP || '<none>',
    externalAddress(service),
    (spec.ports ?? []).map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`).join(',') || '<none>',
    ageOf(service.metadata.creationTimestamp, nowMs),
    formatLabels(spec.selector),
  ];
}

function externalAddress(service: Service): string {
  const external = service.spec?.externalIPs ?? [];
  switch (service.spec?.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>';
    case 'LoadBalancer': {
      const given = loadBalancerText(service.status?.loadBalancer?.ingress);
      return [given, ...external].filter(Boolean).join(',') || '<pending>';
    }
    case 'ExternalName':
      return service.spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

export function endpointsCells(endpoints: Endpoints, nowMs: number): Cell[] {
  return [endpoints.metadata.name, endpointsText(endpoints), ageOf(endpoints.metadata.creationTimestamp, nowMs)];
}

function endpointsText(endpoints: Endpoints): string {
  const subsets = endpoints.subsets ?? [];
  if (subsets.length === 0) return '<none>';
  return someOf(
    subsets.flatMap(({ addresses = [], ports = [] }) => {
      if (ports.length === 0) return addresses.map(({ ip }) => ip);
      return ports.flatMap(({ port }) => addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)));
    }),
  );
}

export function endpointSliceCells(slice: EndpointSlice, nowMs: number): Cell[] {
  const ports = (slice.ports ?? []).map(({ port, name }) => (port === undefined ? (name ?? '*') : String(port)));
  const addresses = (slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses ?? []);
  return [
    slice.metadata.name,
    slice.addressType,
    someOf(ports) || '<unset>',
    someOf(addresses) || '<unset>',
    ageOf(slice.metadata.creationTimestamp, nowMs),
  ];
}
