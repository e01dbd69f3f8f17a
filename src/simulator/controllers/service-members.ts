// Which pods stand behind a Service, at which ports, and when that last changed: what Endpoints and EndpointSlices are made of.
import { isEqual } from '../../apimachinery/clone.ts';
import type { ObjectReference, Pod, Service, ServicePort } from '../../apimachinery/objects.ts';
import { matchesLabels } from '../../apimachinery/selector.ts';
import { keyOf, type WorkQueue } from './controller.ts';
import type { Informer } from './informer.ts';
import { isFinished, isReady, readyCondition } from './pod-state.ts';

export const changeTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';
export const headlessLabel = 'service.kubernetes.io/headless';

/**
 * A pod's change waits so long for others, and a millisecond more for each pod of the namespace, so that 300 pods that become ready make a few
 * dozen updates, not 300.
 * Unlike Kubernetes: there it is the API server's round trips that make changes gather.
 */
const gatheringMs = 50;

/** Puts a Service into the queue when it changes, and when one of its pods, old or new, does. */
export function enqueueServices(services: Informer<Service>, pods: Informer<Pod>, queue: WorkQueue): void {
  services.onChange(({ object }) => queue.add(keyOf(object)));
  pods.onChange(({ type, object, previous }) => {
    if (type === 'MODIFIED' && previous && !hasMoved(previous, object)) return;
    const namespace = object.metadata.namespace ?? '';
    for (const service of services.list(namespace)) {
      const isMember = selects(service, object) || (previous !== undefined && selects(service, previous));
      if (isMember) queue.addAfter(keyOf(service), gatheringMs + pods.countIn(namespace));
    }
  });
}

/** True for Services whose endpoints are found by selector. */
export function hasMembers(service: Service): boolean {
  return service.spec.type !== 'ExternalName' && service.spec.selector !== undefined;
}

export function membersOf(service: Service, pods: Informer<Pod>): Pod[] {
  return pods.list(service.metadata.namespace ?? '').filter((pod) => selects(service, pod));
}

function selects(service: Service, pod: Pod): boolean {
  return service.spec.selector !== undefined && matchesLabels(service.spec.selector, pod.metadata.labels);
}

// kubernetes: staging/src/k8s.io/endpointslice/util/controller_utils.go ShouldPodBeInEndpoints
export function hasEndpoint(pod: Pod, options: { isTerminatingCounted: boolean }): boolean {
  if (isFinished(pod) || !pod.status?.podIP) return false;
  return options.isTerminatingCounted || !pod.metadata.deletionTimestamp;
}

export function isHeadless(service: Service): boolean {
  return service.spec.clusterIP === 'None' || !service.spec.clusterIP;
}

/** The hostname under which a headless Service's DNS knows the pod. */
export function hostnameIn(service: Service, pod: Pod): string | undefined {
  const { hostname, subdomain } = pod.spec;
  return hostname && subdomain === service.metadata.name ? hostname : undefined;
}

export function referenceToPod(pod: Pod): ObjectReference {
  return { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid };
}

/** Where the Service's port leads in this pod; undefined when it names a port that the pod doesn't have. */
// kubernetes: pkg/api/v1/pod/util.go FindPort
export function targetPortIn(pod: Pod, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target;
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  for (const container of [...pod.spec.containers, ...sidecars]) {
    for (const own of container.ports ?? []) {
      if (own.name === target && (own.protocol ?? 'TCP') === (port.protocol ?? 'TCP')) return own.containerPort;
    }
  }
  return undefined;
}

function hasMoved(before: Pod, after: Pod): boolean {
  return (
    before.status?.podIP !== after.status?.podIP ||
    isReady(before) !== isReady(after) ||
    isFinished(before) !== isFinished(after) ||
    before.spec.nodeName !== after.spec.nodeName ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    !isEqual(before.metadata.labels, after.metadata.labels)
  );
}

/** Remembers when Services and pods changed, to say for each update which change it answers. */
// kubernetes: staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go
export class ChangeTimes {
  private readonly services = new Map<string, { service: string; pods: Map<string, string> }>();

  /** The earliest change since the last call; undefined when there was none. */
  next(service: Service, pods: readonly Pod[]): string | undefined {
    const key = keyOf(service);
    const known = this.services.get(key);
    const created = service.metadata.creationTimestamp ?? '';
    let earliest = !known || created > known.service ? created : undefined;
    const times = new Map<string, string>();
    for (const pod of pods) {
      const changed = readyCondition(pod)?.lastTransitionTime;
      if (!changed) continue;
      times.set(pod.metadata.name, changed);
      const isNews = known && changed > (known.pods.get(pod.metadata.name) ?? '');
      if (isNews && (!earliest || changed < earliest)) earliest = changed;
    }
    this.services.set(key, { service: created, pods: times });
    return earliest;
  }

  forget(key: string): void {
    this.services.delete(key);
  }
}
