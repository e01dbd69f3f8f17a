// Whether something can be run in a pod, and if not, what the player should know of it.
import type { Pod } from '../../apimachinery/objects.ts';

/** undefined when a container of the pod runs; else its state as kubectl would call it. */
export function podState(pod: Pod | undefined): string | undefined {
  if (!pod) return 'there is no such pod';
  if (pod.metadata.deletionTimestamp) return 'the pod is being deleted';
  const statuses = pod.status.containerStatuses ?? [];
  if (statuses.some((status) => status.state?.running)) return undefined;
  const waiting = statuses.find((status) => status.state?.waiting?.reason)?.state?.waiting?.reason;
  const terminated = statuses.find((status) => status.state?.terminated?.reason)?.state?.terminated?.reason;
  return `the pod is ${waiting ?? terminated ?? pod.status.phase ?? 'Pending'}`;
}
