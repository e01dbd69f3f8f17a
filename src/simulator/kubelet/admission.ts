// Whether a node takes a pod that was bound to it: only pods that went past the scheduler ever fail here. kubernetes: pkg/kubelet/lifecycle/predicate.go
import type { Node, Pod } from '../../apimachinery/objects.ts';
import { amountsOf, podRequests } from '../pod-requests.ts';

export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** Why the node refuses the pod beside those that it already runs; undefined: it takes it. */
export function rejectionOf(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  const allocatable = amountsOf(node.status.allocatable);
  for (const [resource, requested] of podRequests(pod)) {
    if (requested === 0) continue;
    const before = others.reduce((sum, other) => sum + (podRequests(other).get(resource) ?? 0), 0);
    const capacity = allocatable.get(resource) ?? 0;
    if (before + requested <= capacity) continue;
    const why = `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${before}, capacity: ${capacity}`;
    return { reason: `OutOf${resource}`, message: `Pod was rejected: ${why}` };
  }
  const capacity = allocatable.get('pods') ?? 110;
  if (others.length < capacity) return undefined;
  const why = `Node didn't have enough resource: pods, requested: 1, used: ${others.length}, capacity: ${capacity}`;
  return { reason: 'OutOfpods', message: `Pod was rejected: ${why}` };
}
