// The EndpointSlice mirroring controller: Endpoints that somebody wrote by hand, for a Service without a selector, become slices.
// Wakes it: Endpoints that came, went or changed; a Service that did; one of its slices being altered.
import { isEqual } from '../../apimachinery/clone.ts';
import type { DiscoveryEndpointPort, Endpoint, EndpointAddress, EndpointSlice, Endpoints } from '../../apimachinery/objects.ts';
import type { New } from '../client.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, WorkQueue } from './controller.ts';
import { controllerReference } from './owner.ts';
import { canonical } from './pod-template-hash.ts';
import { inSliceOrder } from './port-order.ts';

const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
const serviceNameLabel = 'kubernetes.io/service-name';
const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
const managedBy = 'endpointslicemirroring-controller.k8s.io';
const notCopied = new Set(['kubectl.kubernetes.io/last-applied-configuration', 'endpoints.kubernetes.io/last-change-trigger-time']);

/** What a slice holds beside its name. */
type Content = Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'>;

// kubernetes: pkg/controller/endpointslicemirroring/endpointslicemirroring_controller.go
export function startEndpointSliceMirroringController(context: ControllerContext): void {
  const endpoints = context.informers.of('endpoints');
  const services = context.informers.of('services');
  const slices = context.informers.of('endpointslices');
  const client = context.client.resource('endpointslices');

  const queue = new WorkQueue(context.clock, (key) => {
    const source = endpoints.get(key);
    const service = services.get(key);
    const isMirrored = source && service && !service.spec.selector && source.metadata.labels?.[skipLabel] !== 'true';
    const wanted = isMirrored ? contentsOf(source) : [];
    const existing = source
      ? slices.ownedBy(source.metadata.uid!).filter((slice) => slice.metadata.labels?.[managedByLabel] === managedBy)
      : [];
    const spare = new Set(existing);
    const missing = wanted.filter((content) => {
      const same = existing.find((slice) => spare.has(slice) && isSame(slice, content));
      if (same) spare.delete(same);
      return !same;
    });
    for (const content of missing) {
      const [slice] = spare;
      if (slice) spare.delete(slice);
      if (slice)
        slices.observe(client.modify(slice.metadata.namespace!, slice.metadata.name, (draft) => Object.assign(draft, content)) ?? slice);
      else slices.observe(client.create(newSlice(source!, content)));
    }
    for (const { metadata } of spare) {
      client.delete(metadata.namespace!, metadata.name);
      slices.refresh(metadata.namespace!, metadata.name);
    }
    return undefined;
  });

  endpoints.onChange(({ object }) => queue.add(keyOf(object)));
  services.onChange(({ object }) => queue.add(keyOf(object)));
  slices.onChange(({ type, object }) => {
    const { namespace, labels } = object.metadata;
    if (type !== 'ADDED' && labels?.[managedByLabel] === managedBy) queue.add(`${namespace}/${labels[serviceNameLabel]}`);
  });
}

/** One slice per set of ports. */
function contentsOf({ subsets = [] }: Endpoints): Content[] {
  const byPorts = new Map<string, Content>();
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    const copied: DiscoveryEndpointPort[] = ports.map(({ name, port, protocol, appProtocol }) => ({
      name: name ?? '',
      port,
      protocol: protocol ?? 'TCP',
      appProtocol,
    }));
    const key = canonical(copied);
    const content = byPorts.get(key) ?? { addressType: 'IPv4', endpoints: [], ports: inSliceOrder(copied) };
    content.endpoints.push(
      ...addresses.map((address) => endpointOf(address, true)),
      ...notReadyAddresses.map((address) => endpointOf(address, false)),
    );
    byPorts.set(key, content);
  }
  return [...byPorts.values()];
}

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return { addresses: [ip], conditions: { ready }, hostname, nodeName, targetRef };
}

function isSame(slice: EndpointSlice, content: Content): boolean {
  return isEqual(slice.endpoints ?? [], content.endpoints) && isEqual(slice.ports ?? [], content.ports ?? []);
}

function newSlice(source: Endpoints, content: Content): New<EndpointSlice> {
  const annotations = Object.fromEntries(Object.entries(source.metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key)));
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${source.metadata.name}-`,
      namespace: source.metadata.namespace,
      labels: { ...source.metadata.labels, [managedByLabel]: managedBy, [serviceNameLabel]: source.metadata.name },
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ownerReferences: [controllerReference(source)],
    },
    ...content,
  };
}
