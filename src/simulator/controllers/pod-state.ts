// What controllers ask of a pod: does it count, is it ready, for how long, and how it is made from a template.
import type { ObjectMeta, Pod, PodCondition, PodStatus, PodTemplateSpec } from '../../apimachinery/objects.ts';
import type { KubernetesObject, New } from '../client.ts';
import { parseTimestamp } from '../timestamp.ts';
import { controllerReference } from './owner.ts';

/** Neither finished nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !pod.metadata.deletionTimestamp;
}

export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** On its way out and not yet finished. */
export function isTerminating(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp !== undefined;
}

export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True';
}

export function readyCondition(pod: Pod): PodCondition | undefined {
  const conditions = pod.status?.conditions ?? [];
  for (let index = 0; index < conditions.length; index++) if (conditions[index]!.type === 'Ready') return conditions[index];
  return undefined;
}

/** Ready for at least so many seconds. */
export function isAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const ready = readyCondition(pod);
  if (ready?.status !== 'True') return false;
  if (minReadySeconds === 0) return true;
  const since = parseTimestamp(ready.lastTransitionTime);
  return since !== undefined && since + minReadySeconds * 1000 <= nowMs;
}

/** True when a change of a pod can matter to those that count pods. Most updates of a status don't. */
export function matters(before: Pod | undefined, after: Pod): boolean {
  if (!before) return true;
  const one = before.status;
  const other = after.status;
  return (
    isFinished(before) !== isFinished(after) ||
    isReady(before) !== isReady(after) ||
    restartsOf(one) !== restartsOf(other) ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.metadata.finalizers?.length !== after.metadata.finalizers?.length ||
    !isSameMap(before.metadata.labels, after.metadata.labels) ||
    !isSameOwners(before.metadata, after.metadata)
  );
}

/** Restarts of all its containers together. */
export function restartsOf(status: PodStatus | undefined): number {
  let restarts = 0;
  for (const container of status?.initContainerStatuses ?? []) restarts += container.restartCount;
  for (const container of status?.containerStatuses ?? []) restarts += container.restartCount;
  return restarts;
}

/** A pod of `owner`, as its template says; its name is generated. */
export function podFromTemplate(template: PodTemplateSpec, owner: KubernetesObject): New<Pod> {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      ...(labels && { labels: { ...labels } }),
      ...(annotations && { annotations: { ...annotations } }),
      ...(finalizers && { finalizers: [...finalizers] }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec!,
  };
}

function isSameMap(one: Record<string, string> | undefined, other: Record<string, string> | undefined): boolean {
  if (one === other) return true;
  if (!one || !other) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

function isSameOwners(one: ObjectMeta, other: ObjectMeta): boolean {
  const left = one.ownerReferences ?? [];
  const right = other.ownerReferences ?? [];
  return (
    left.length === right.length &&
    left.every((owner, index) => owner.uid === right[index]!.uid && owner.controller === right[index]!.controller)
  );
}
