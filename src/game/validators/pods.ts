// From what a level names (a pod, or a workload) to the pods behind it, and whether something can be run in one.

import type { LabelSelector, Pod } from '../../apimachinery/objects.ts';
import { matches } from '../../apimachinery/selector.ts';
import type { Selection } from '../../cluster/kubernetes-api.ts';
import type { KubernetesObject } from '../../simulator/client.ts';
import { parseReference } from '../object-reference.ts';
import type { ObservedObjects } from './validator.ts';

/** What must be watched to know the pods that `name` stands for. */
export function podSelections(name: string, namespace: string): Selection[] {
  const reference = parseReference(name, namespace)!;
  const pods = { apiVersion: 'v1', kind: 'Pod', namespace: reference.namespace };
  return reference.kind === 'Pod'
    ? [pods]
    : [pods, { apiVersion: reference.apiVersion, kind: reference.kind, namespace: reference.namespace }];
}

/** All pods that `name` stands for, by name; undefined when there is no such workload or pod. */
export function podsOf(name: string, objects: ObservedObjects, namespace: string): Pod[] | undefined {
  const reference = parseReference(name, namespace)!;
  const named = objects.get(reference);
  if (!named) return undefined;
  if (reference.kind === 'Pod') return [named as Pod];
  const { selector } = (named as KubernetesObject & { spec: { selector: LabelSelector } }).spec;
  const all = objects.list({ apiVersion: 'v1', kind: 'Pod', namespace: reference.namespace }) as readonly Pod[];
  return all
    .filter((pod) => matches(selector, pod.metadata.labels))
    .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
}

/** A pod of these in which something can be run, ready ones first; or why there is none. */
export function runnablePod(name: string, objects: ObservedObjects, namespace: string): { readonly pod: Pod } | { readonly state: string } {
  const reference = parseReference(name, namespace)!;
  const pods = podsOf(name, objects, namespace);
  if (!pods) return { state: reference.kind === 'Pod' ? 'there is no such pod' : `there is no such ${reference.kind.toLowerCase()}` };
  if (pods.length === 0) return { state: 'it has no pods' };
  const running = pods.filter((pod) => podState(pod) === undefined);
  const pod = running.find(isReady) ?? running[0];
  return pod ? { pod } : { state: podState(pods[0]!)! };
}

export function isReady(pod: Pod): boolean {
  return !pod.metadata.deletionTimestamp && (pod.status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** undefined when a container of the pod runs; else its state as kubectl would call it. */
export function podState(pod: Pod): string | undefined {
  if (pod.metadata.deletionTimestamp) return 'the pod is being deleted';
  const statuses = pod.status.containerStatuses ?? [];
  if (statuses.some((status) => status.state?.running)) return undefined;
  const waiting = statuses.find((status) => status.state?.waiting?.reason)?.state?.waiting?.reason;
  const terminated = statuses.find((status) => status.state?.terminated?.reason)?.state?.terminated?.reason;
  return `the pod is ${waiting ?? terminated ?? pod.status.phase ?? 'Pending'}`;
}
