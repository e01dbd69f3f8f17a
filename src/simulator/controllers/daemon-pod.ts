// A DaemonSet's pod for one node: pinned to it by affinity, tolerant of what ails nodes, and whether the node is fit for it.
import { clone } from '../../apimachinery/clone.ts';
import type { DaemonSet, Node, Pod, PodTemplateSpec, Toleration } from '../../apimachinery/objects.ts';
import { matchesNodeSelection } from '../scheduler/node-selection.ts';
import { untoleratedTaint } from '../scheduler/toleration.ts';

const generationAnnotation = 'deprecated.daemonset.template.generation';
const generationLabel = 'pod-template-generation';
export const hashLabel = 'controller-revision-hash';

/** The template with all that a daemon's pods get, for a node. */
// kubernetes: pkg/controller/daemon/util/daemonset_util.go
export function templateFor(set: DaemonSet, nodeName: string, hash: string): PodTemplateSpec {
  const template = clone(set.spec.template);
  const generation = set.metadata.annotations?.[generationAnnotation];
  const labels = { ...template.metadata?.labels, ...(generation && { [generationLabel]: generation }), [hashLabel]: hash };
  template.metadata = { ...template.metadata!, labels };
  const spec = template.spec!;
  spec.tolerations = tolerationsOf(set);
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }];
  spec.affinity = {
    ...spec.affinity,
    nodeAffinity: { ...spec.affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  };
  return template;
}

function tolerationsOf(set: DaemonSet): Toleration[] {
  const spec = set.spec.template.spec!;
  const wanted: Toleration[] = [
    { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
    { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
    { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
  ];
  if (spec.hostNetwork) wanted.push({ key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' });
  const own = spec.tolerations ?? [];
  return [...own, ...wanted.filter((toleration) => !own.some((other) => isSame(other, toleration)))];
}

function isSame(one: Toleration, other: Toleration): boolean {
  return (
    one.key === other.key && one.effect === other.effect && one.operator === other.operator && (one.value ?? '') === (other.value ?? '')
  );
}

/** Where a daemon's pod is, or is meant to be. */
export function targetNodeOf(pod: Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms?.[0]?.matchFields?.find((field) => field.key === 'metadata.name')?.values?.[0];
}

/** Whether a pod shall be made on the node, and whether one that is there may stay. */
// kubernetes: pkg/controller/daemon/daemon_controller.go NodeShouldRunDaemonPod
export function fitness(set: DaemonSet, node: Node): { shouldRun: boolean; mayStay: boolean } {
  const spec = set.spec.template.spec!;
  if (spec.nodeName && spec.nodeName !== node.metadata.name) return { shouldRun: false, mayStay: false };
  if (!matchesNodeSelection(spec, node)) return { shouldRun: false, mayStay: false };
  const tolerations = tolerationsOf(set);
  const { taints } = node.spec;
  if (untoleratedTaint(taints, tolerations, ['NoExecute'])) return { shouldRun: false, mayStay: false };
  return { shouldRun: !untoleratedTaint(taints, tolerations, ['NoSchedule']), mayStay: true };
}
