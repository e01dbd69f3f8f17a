// The EndpointSlice controller: for each Service with a selector, slices of up to a hundred endpoints, ready or not.
// Wakes it: a Service that came, went or changed; a pod that is or was behind one (gathered for a moment); one of its slices being altered.
import { isEqual } from '../../apimachinery/clone.ts';
import type { DiscoveryEndpointPort, Endpoint, EndpointSlice, Node, Pod, Service } from '../../apimachinery/objects.ts';
import { StatusError } from '../../apimachinery/status-error.ts';
import type { New, ResourceClient } from '../client.ts';
import type { EventRecorder } from '../event-recorder.ts';
import type { ControllerContext } from './context.ts';
import { WorkQueue } from './controller.ts';
import type { Informer } from './informer.ts';
import { controllerReference } from './owner.ts';
import { isNamespaceEnding } from './pod-control.ts';
import { isReady } from './pod-state.ts';
import { inSliceOrder } from './port-order.ts';
import {
  ChangeTimes,
  changeTimeAnnotation,
  enqueueServices,
  hasEndpoint,
  hasMembers,
  headlessLabel,
  hostnameIn,
  isHeadless,
  membersOf,
  referenceToPod,
  targetPortIn,
} from './service-members.ts';

const endpointsPerSlice = 100;
const serviceNameLabel = 'kubernetes.io/service-name';
const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
const managedBy = 'endpointslice-controller.k8s.io';

export function startEndpointSliceController(context: ControllerContext): void {
  const controller = new EndpointSliceController(context);
  const queue = new WorkQueue(context.clock, (key) => controller.reconcile(key));
  enqueueServices(context.informers.of('services'), context.informers.of('pods'), queue);
  context.informers.of('endpointslices').onChange(({ type, object }) => {
    const { namespace, labels } = object.metadata;
    if (type !== 'ADDED' && labels?.[managedByLabel] === managedBy) queue.add(`${namespace}/${labels[serviceNameLabel]}`);
  });
}

/** Endpoints that have the same ports, and so may share a slice. */
interface Group {
  readonly ports: DiscoveryEndpointPort[];
  readonly endpoints: Endpoint[];
}

class EndpointSliceController {
  private readonly services: Informer<Service>;
  private readonly pods: Informer<Pod>;
  private readonly nodes: Informer<Node>;
  private readonly slices: Informer<EndpointSlice>;
  private readonly client: ResourceClient<EndpointSlice>;
  private readonly events: EventRecorder;
  private readonly times = new ChangeTimes();

  constructor(context: ControllerContext) {
    this.services = context.informers.of('services');
    this.pods = context.informers.of('pods');
    this.nodes = context.informers.of('nodes');
    this.slices = context.informers.of('endpointslices');
    this.client = context.client.resource('endpointslices');
    this.events = context.recorder('endpoint-slice-controller');
  }

  // kubernetes: pkg/controller/endpointslice/endpointslice_controller.go syncService, staging/src/k8s.io/endpointslice/reconciler.go
  reconcile(key: string): undefined {
    const service = this.services.get(key);
    if (!service) {
      this.times.forget(key);
      return;
    }
    if (!hasMembers(service) || service.metadata.deletionTimestamp) return;
    const pods = membersOf(service, this.pods);
    const changedAt = this.times.next(service, pods);
    const wanted = pack(this.groupsOf(service, pods), this.slicesOf(service));
    try {
      this.write(service, wanted, changedAt);
    } catch (error) {
      if (!(error instanceof StatusError) || isNamespaceEnding(error)) return;
      const words = `Error updating Endpoint Slices for Service ${service.metadata.namespace}/${service.metadata.name}: ${error.message}`;
      this.events.record(service, 'Warning', 'FailedToUpdateEndpointSlices', words);
      throw error;
    }
  }

  private slicesOf(service: Service): EndpointSlice[] {
    return this.slices
      .ownedBy(service.metadata.uid!)
      .filter(({ metadata }) => !metadata.deletionTimestamp && metadata.labels?.[managedByLabel] === managedBy);
  }

  private groupsOf(service: Service, pods: readonly Pod[]): Group[] {
    const groups = new Map<string, Group>();
    for (const pod of pods) {
      if (!hasEndpoint(pod, { isTerminatingCounted: true })) continue;
      const ports = portsFor(service, pod);
      const key = ports.map(({ name, port, protocol }) => `${name} ${port} ${protocol}`).join();
      let group = groups.get(key);
      if (!group) {
        group = { ports: inSliceOrder(ports), endpoints: [] };
        groups.set(key, group);
      }
      group.endpoints.push(this.endpointOf(service, pod));
    }
    return [...groups.values()];
  }

  private endpointOf(service: Service, pod: Pod): Endpoint {
    const serving = isReady(pod);
    const terminating = pod.metadata.deletionTimestamp !== undefined;
    const { nodeName } = pod.spec;
    return {
      addresses: (pod.status.podIPs ?? [{ ip: pod.status.podIP! }]).map(({ ip }) => ip!),
      conditions: { ready: (service.spec.publishNotReadyAddresses ?? false) || (serving && !terminating), serving, terminating },
      hostname: hostnameIn(service, pod),
      nodeName,
      targetRef: referenceToPod(pod),
      zone: nodeName ? this.nodes.get(nodeName)?.metadata.labels?.['topology.kubernetes.io/zone'] : undefined,
    };
  }

  private write(service: Service, wanted: readonly WantedSlice[], changedAt: string | undefined): void {
    const labels = labelsFor(service);
    for (const { slice, ports, endpoints } of wanted) {
      if (!slice) {
        this.slices.observe(this.client.create(newSlice(service, { labels, ports, endpoints, changedAt })));
      } else if (!ports) {
        this.client.delete(slice.metadata.namespace!, slice.metadata.name);
        this.slices.refresh(slice.metadata.namespace!, slice.metadata.name);
      } else if (
        !isEqual(slice.endpoints ?? [], endpoints) ||
        !isEqual(slice.ports ?? [], ports) ||
        !isEqual(slice.metadata.labels, labels)
      ) {
        const written = this.client.modify(slice.metadata.namespace!, slice.metadata.name, (draft) => {
          draft.metadata.labels = labels;
          draft.metadata.annotations = annotationsWith(draft.metadata.annotations, changedAt);
          draft.endpoints = endpoints;
          draft.ports = ports;
        });
        if (written) this.slices.observe(written);
      }
    }
  }
}

/** A slice as it shall be: a new one without `slice`, one that goes without `ports`. */
interface WantedSlice {
  readonly slice: EndpointSlice | undefined;
  readonly ports: DiscoveryEndpointPort[] | undefined;
  readonly endpoints: Endpoint[];
}

/** Spreads the endpoints over the slices that are there, so that as few as possible change, and new ones. */
function pack(groups: readonly Group[], existing: readonly EndpointSlice[]): WantedSlice[] {
  const wanted: WantedSlice[] = [];
  const free = new Set(existing);
  const all = groups.length > 0 ? groups : [{ ports: [], endpoints: [] }];
  const open: { ports: DiscoveryEndpointPort[]; rest: Endpoint[] }[] = [];
  for (const { ports, endpoints } of all) {
    const rest = new Map(endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
    const own = existing.filter((slice) => isEqual(slice.ports ?? [], ports));
    const kept = own.map((slice) => ({ slice, ports, endpoints: keep(slice, rest) }));
    for (const entry of kept) {
      const room = endpointsPerSlice - entry.endpoints.length;
      for (const [key, endpoint] of [...rest].slice(0, room)) {
        entry.endpoints.push(endpoint);
        rest.delete(key);
      }
      if (entry.endpoints.length === 0 && groups.length > 0) continue;
      free.delete(entry.slice);
      wanted.push(entry);
    }
    if (rest.size > 0 || own.length === 0) open.push({ ports, rest: [...rest.values()] });
  }
  for (const { ports, rest } of open) {
    for (let from = 0; from === 0 || from < rest.length; from += endpointsPerSlice) {
      // A slice that nobody needs any more is filled anew before one is made.
      const [slice] = free;
      if (slice) free.delete(slice);
      wanted.push({ slice, ports, endpoints: rest.slice(from, from + endpointsPerSlice) });
    }
  }
  for (const slice of free) wanted.push({ slice, ports: undefined, endpoints: [] });
  return wanted;
}

/** The slice's endpoints that are still wanted, as they are now; they are taken from `rest`. */
function keep(slice: EndpointSlice, rest: Map<string, Endpoint>): Endpoint[] {
  const kept: Endpoint[] = [];
  for (const endpoint of slice.endpoints ?? []) {
    const key = identityOf(endpoint);
    const now = rest.get(key);
    if (!now) continue;
    kept.push(now);
    rest.delete(key);
  }
  return kept;
}

function identityOf(endpoint: Endpoint): string {
  return `${endpoint.targetRef?.uid} ${endpoint.addresses.join(' ')}`;
}

function portsFor(service: Service, pod: Pod): DiscoveryEndpointPort[] {
  const ports: DiscoveryEndpointPort[] = [];
  for (const own of service.spec.ports ?? []) {
    const port = targetPortIn(pod, own);
    if (port !== undefined) ports.push({ name: own.name ?? '', port, protocol: own.protocol ?? 'TCP', appProtocol: own.appProtocol });
  }
  return ports;
}

function labelsFor(service: Service): Record<string, string> {
  const { [headlessLabel]: _, ...labels } = service.metadata.labels ?? {};
  return {
    ...labels,
    [managedByLabel]: managedBy,
    [serviceNameLabel]: service.metadata.name,
    ...(isHeadless(service) && { [headlessLabel]: '' }),
  };
}

function annotationsWith(
  annotations: Record<string, string> | undefined,
  changedAt: string | undefined,
): Record<string, string> | undefined {
  const { [changeTimeAnnotation]: _, ...others } = annotations ?? {};
  if (changedAt) return { ...others, [changeTimeAnnotation]: changedAt };
  return Object.keys(others).length > 0 ? others : undefined;
}

function newSlice(
  service: Service,
  parts: {
    labels: Record<string, string>;
    ports: DiscoveryEndpointPort[] | undefined;
    endpoints: Endpoint[];
    changedAt: string | undefined;
  },
): New<EndpointSlice> {
  const annotations = annotationsWith(undefined, parts.changedAt);
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace,
      labels: parts.labels,
      ...(annotations && { annotations }),
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints: parts.endpoints,
    ports: parts.ports ?? [],
  };
}
