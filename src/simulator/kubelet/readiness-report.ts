// A pod's status with news of one container's readiness alone. kubernetes: pkg/kubelet/status/status_manager.go (SetContainerReadiness)
import type { Pod, PodCondition, PodStatus } from '../../apimachinery/objects.ts';

/** The status in which the container's readiness, and the two conditions that follow from it, are new. */
export function withReadiness(
  { spec }: Pod,
  status: PodStatus,
  { container, isReady, now }: { readonly container: string; readonly isReady: boolean; readonly now: string },
): PodStatus {
  const containerStatuses = status.containerStatuses?.map((one) => (one.name === container ? { ...one, ready: isReady } : one));
  const unready = containerStatuses?.filter(({ ready }) => !ready).map(({ name }) => name) ?? [];
  const finding =
    unready.length > 0
      ? { status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` }
      : { status: 'True' };
  const told = (condition: PodCondition): PodCondition => {
    const { reason: _, message: __, ...rest } = condition;
    return { ...rest, ...finding, lastTransitionTime: condition.status === finding.status ? condition.lastTransitionTime! : now };
  };
  const isTold = ({ type }: PodCondition) =>
    type === 'ContainersReady' || (type === 'Ready' && (unready.length > 0 || !spec.readinessGates?.length));
  const conditions = status.conditions?.map((condition) => (isTold(condition) ? told(condition) : condition));
  return { ...status, ...(containerStatuses && { containerStatuses }), ...(conditions && { conditions }) };
}
