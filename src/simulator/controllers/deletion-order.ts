// Which pods go first when a ReplicaSet or Job has too many.
import type { Pod } from '../../apimachinery/objects.ts';
import { parseTimestamp } from '../timestamp.ts';
import { isReady, readyCondition } from './pod-state.ts';

const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';

/** The pods in the order in which they may go. `related` are the pods whose company on a node makes one more dispensable. */
// kubernetes: pkg/controller/controller_utils.go ActivePodsWithRanks
export function sortForDeletion(pods: readonly Pod[], related: readonly Pod[], nowMs: number): Pod[] {
  const crowds = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec.nodeName;
    if (node && pod.status?.phase === 'Running' && isReady(pod)) crowds.set(node, (crowds.get(node) ?? 0) + 1);
    else if (node && !crowds.has(node)) crowds.set(node, 0);
  }
  const crowdOf = (pod: Pod) => crowds.get(pod.spec.nodeName ?? '') ?? 0;
  return [...pods].sort((one, other) => compare(one, other, crowdOf, nowMs));
}

function compare(one: Pod, other: Pod, crowdOf: (pod: Pod) => number, nowMs: number): number {
  return (
    Number(Boolean(one.spec.nodeName)) - Number(Boolean(other.spec.nodeName)) ||
    (phaseOrder[one.status?.phase ?? ''] ?? 0) - (phaseOrder[other.status?.phase ?? ''] ?? 0) ||
    Number(isReady(one)) - Number(isReady(other)) ||
    costOf(one) - costOf(other) ||
    crowdOf(other) - crowdOf(one) ||
    (isReady(one) ? byAge(readySince(one), readySince(other), nowMs) : 0) ||
    restartsOf(other) - restartsOf(one) ||
    byAge(one.metadata.creationTimestamp, other.metadata.creationTimestamp, nowMs) ||
    (one.metadata.uid! < other.metadata.uid! ? -1 : 1)
  );
}

function costOf(pod: Pod): number {
  const cost = pod.metadata.annotations?.[deletionCost];
  return cost && /^[+-]?\d+$/.test(cost) ? Number(cost) : 0;
}

function readySince(pod: Pod): string | undefined {
  return readyCondition(pod)?.lastTransitionTime;
}

function restartsOf(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));
}

/** The younger first; ages count by their logarithm, so that pods of much the same age are equal. */
function byAge(one: string | undefined, other: string | undefined, nowMs: number): number {
  const left = magnitude(one, nowMs);
  const right = magnitude(other, nowMs);
  return left - right;
}

function magnitude(time: string | undefined, nowMs: number): number {
  const at = parseTimestamp(time);
  if (at === undefined) return -1;
  const nanoseconds = (nowMs - at) * 1_000_000;
  return nanoseconds <= 0 ? -1 : Math.floor(Math.log2(nanoseconds));
}
