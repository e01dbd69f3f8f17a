// The pod garbage collector: removes pods whose node no longer exists, and finished ones beyond a great number.
// Wakes it: a node that went (after a while, lest it comes back); a pod that is on a node which isn't there; a pod that finished.
import type { Pod } from '../../apimachinery/objects.ts';
import { timestamp } from '../timestamp.ts';
import type { ControllerContext } from './context.ts';
import { WorkQueue } from './controller.ts';
import { isFinished } from './pod-state.ts';

// kubernetes: pkg/controller/podgc/gc_controller.go
const quarantineMs = 40_000;
const keptFinishedPods = 12_500;

export function startPodGarbageCollector(context: ControllerContext): void {
  const pods = context.informers.of('pods');
  const nodes = context.informers.of('nodes');
  const client = context.client.resource('pods');
  const podsOn = pods.index((pod) => pod.spec.nodeName);

  const queue = new WorkQueue(context.clock, (node) => {
    if (nodes.get(node)) return undefined;
    for (const pod of podsOn.get(node)) {
      const { namespace, name } = pod.metadata;
      if (!isFinished(pod)) client.modify(namespace!, name, (draft) => markLost(draft, context.clock.now), 'status');
      client.delete(namespace!, name, { gracePeriodSeconds: 0 });
    }
    return undefined;
  });
  nodes.onChange(({ type, object }) => {
    if (type === 'DELETED') queue.addAfter(object.metadata.name, quarantineMs);
  });
  pods.onChange(({ type, object, previous }) => {
    const { nodeName } = object.spec;
    if (type !== 'DELETED' && nodeName && nodeName !== previous?.spec.nodeName && !nodes.get(nodeName))
      queue.addAfter(nodeName, quarantineMs);
    if (type !== 'DELETED' && isFinished(object) && !(previous && isFinished(previous))) finished.add('finished');
  });

  const finished = new WorkQueue(context.clock, () => {
    if (pods.size <= keptFinishedPods) return undefined;
    const oldest = pods.all().filter(isFinished).sort(byCreation);
    for (const { metadata } of oldest.slice(0, Math.max(0, oldest.length - keptFinishedPods)))
      client.delete(metadata.namespace!, metadata.name);
    return undefined;
  });
}

function markLost(pod: Pod, nowMs: number): void {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByPodGC',
    message: 'PodGC: node no longer exists',
    lastTransitionTime: timestamp(nowMs),
  };
  pod.status = { ...pod.status, phase: 'Failed', conditions: [...(pod.status?.conditions ?? []), condition] };
}

function byCreation(one: Pod, other: Pod): number {
  return (one.metadata.creationTimestamp ?? '') < (other.metadata.creationTimestamp ?? '') ? -1 : 1;
}
