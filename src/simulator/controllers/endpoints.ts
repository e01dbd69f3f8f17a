// The endpoints controller: for each Service with a selector, the older Endpoints object with the addresses and ports of its pods.
// Wakes it: a Service that came, went or changed; a pod that is or was behind one (gathered for a moment); its Endpoints being deleted.
import { isEqual } from '../../apimachinery/clone.ts';
import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints, Pod, Service } from '../../apimachinery/objects.ts';
import { StatusError } from '../../apimachinery/status-error.ts';
import type { ResourceClient } from '../client.ts';
import type { EventRecorder } from '../event-recorder.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, splitKey, WorkQueue } from './controller.ts';
import type { Informer } from './informer.ts';
import { isNamespaceEnding } from './pod-control.ts';
import { isReady } from './pod-state.ts';
import { inSubsetOrder } from './port-order.ts';
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

const managedByLabel = 'endpoints.kubernetes.io/managed-by';

export function startEndpointsController(context: ControllerContext): void {
  const controller = new EndpointsController(context);
  const queue = new WorkQueue(context.clock, (key) => controller.reconcile(key));
  enqueueServices(context.informers.of('services'), context.informers.of('pods'), queue);
  context.informers.of('endpoints').onChange(({ type, object }) => {
    if (type === 'DELETED') queue.add(keyOf(object));
  });
}

class EndpointsController {
  private readonly services: Informer<Service>;
  private readonly pods: Informer<Pod>;
  private readonly client: ResourceClient<Endpoints>;
  private readonly events: EventRecorder;
  private readonly times = new ChangeTimes();

  constructor(context: ControllerContext) {
    this.services = context.informers.of('services');
    this.pods = context.informers.of('pods');
    this.client = context.client.resource('endpoints');
    this.events = context.recorder('endpoint-controller');
  }

  // kubernetes: pkg/controller/endpoint/endpoints_controller.go syncService
  reconcile(key: string): undefined {
    const service = this.services.get(key);
    const { namespace, name } = splitKey(key);
    if (!service) {
      this.times.forget(key);
      this.client.delete(namespace, name);
      return;
    }
    if (!hasMembers(service)) return;
    const pods = membersOf(service, this.pods);
    const changedAt = this.times.next(service, pods);
    const subsets = repack(subsetsOf(service, pods));
    const current = this.client.get(namespace, name);
    const labels = labelsFor(service);
    if (current && isEqual(current.subsets ?? [], subsets) && isEqual(current.metadata.labels ?? {}, labels)) return;
    const { [changeTimeAnnotation]: _, ...annotations } = current?.metadata.annotations ?? {};
    if (changedAt) annotations[changeTimeAnnotation] = changedAt;
    this.write(service, current, { labels, annotations, subsets });
  }

  private write(
    service: Service,
    current: Endpoints | undefined,
    next: { labels: Record<string, string>; annotations: Record<string, string>; subsets: EndpointSubset[] },
  ): void {
    const { namespace, name } = service.metadata;
    const { labels, annotations } = next;
    const subsets = next.subsets.length > 0 ? next.subsets : undefined;
    const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace, labels, annotations }, subsets };
    try {
      if (!current) this.client.create(endpoints);
      else
        this.client.modify(namespace!, name, (draft) => {
          Object.assign(draft.metadata, { labels, annotations });
          draft.subsets = subsets;
        });
    } catch (error) {
      if (!(error instanceof StatusError) || isNamespaceEnding(error)) return;
      const words = current
        ? `Failed to update endpoint ${namespace}/${name}: ${error.message}`
        : `Failed to create endpoint for service ${namespace}/${name}: ${error.message}`;
      this.events.record(
        { apiVersion: 'v1', kind: 'Endpoints', name, namespace },
        'Warning',
        current ? 'FailedToUpdateEndpoint' : 'FailedToCreateEndpoint',
        words,
      );
      throw error;
    }
  }
}

function labelsFor(service: Service): Record<string, string> {
  const { [headlessLabel]: _, ...labels } = service.metadata.labels ?? {};
  return { ...labels, [managedByLabel]: 'endpoint-controller', ...(isHeadless(service) && { [headlessLabel]: '' }) };
}

/** One subset per pod and port, to be packed together. */
interface Single {
  readonly address: EndpointAddress;
  readonly isReady: boolean;
  readonly port: EndpointPort | undefined;
}

function subsetsOf(service: Service, pods: readonly Pod[]): Single[] {
  const publishAll = service.spec.publishNotReadyAddresses ?? false;
  const singles: Single[] = [];
  for (const pod of pods) {
    if (!hasEndpoint(pod, { isTerminatingCounted: publishAll })) continue;
    const address: EndpointAddress = {
      ip: pod.status.podIP!,
      hostname: hostnameIn(service, pod),
      nodeName: pod.spec.nodeName,
      targetRef: referenceToPod(pod),
    };
    const single = { address, isReady: publishAll || isReady(pod) };
    const ports = service.spec.ports ?? [];
    if (ports.length === 0 && service.spec.clusterIP === 'None') singles.push({ ...single, port: undefined });
    for (const { name, port: _, protocol, appProtocol, ...rest } of ports) {
      const port = targetPortIn(pod, { port: _, protocol, ...rest });
      if (port === undefined) continue;
      singles.push({ ...single, port: { name: name || undefined, port, protocol: protocol ?? 'TCP', appProtocol } });
    }
  }
  return singles;
}

/** Addresses with the same ports stand in one subset; ready ones apart from those that aren't. */
// kubernetes: pkg/api/v1/endpoints/util.go RepackSubsets
function repack(singles: readonly Single[]): EndpointSubset[] {
  const byAddress = new Map<string, { address: EndpointAddress; isReady: boolean; ports: EndpointPort[] }>();
  for (const { address, isReady, port } of singles) {
    const key = `${address.ip} ${address.targetRef?.uid}`;
    const entry = byAddress.get(key) ?? { address, isReady, ports: [] };
    if (port) entry.ports.push(port);
    byAddress.set(key, entry);
  }
  const subsets = new Map<string, EndpointSubset>();
  for (const { address, isReady, ports } of byAddress.values()) {
    const key = ports.map(({ name, port, protocol }) => `${name} ${port} ${protocol}`).join();
    const subset: EndpointSubset = subsets.get(key) ?? { ports: ports.length > 0 ? inSubsetOrder(ports) : undefined };
    const side = isReady ? 'addresses' : 'notReadyAddresses';
    subset[side] ??= [];
    subset[side].push(address);
    subsets.set(key, subset);
  }
  for (const subset of subsets.values()) {
    subset.addresses?.sort(byIp);
    subset.notReadyAddresses?.sort(byIp);
  }
  return [...subsets.values()];
}

function byIp(one: EndpointAddress, other: EndpointAddress): number {
  return one.ip < other.ip ? -1 : one.ip > other.ip ? 1 : 0;
}
