// Who must go so that a more important pod fits. kubernetes: pkg/scheduler/framework/preemption, plugins/defaultpreemption
import type { Pod } from '../../apimachinery/objects.ts';
import { type ClusterView, replaceNodes } from './filter.ts';
import type { NodeInfo } from './node-info.ts';
import { fitsOn } from './scheduling-cycle.ts';
import type { Diagnosis } from './unschedulable-message.ts';

/** A node on which the pod would fit once these are gone. */
export interface Sacrifice {
  readonly nodeName: string;
  readonly victims: readonly Pod[];
}

/**
 * The node where the least important pods must go; undefined when driving out pods of lower priority helps nowhere.
 * Unlike Kubernetes: PodDisruptionBudgets are not weighed here, and of equal nodes the first by name is taken.
 */
export function findSacrifice(pod: Pod, diagnosis: Diagnosis, view: ClusterView): Sacrifice | undefined {
  const candidates: Sacrifice[] = [];
  for (const node of view.nodes) {
    const refusal = diagnosis.nodes.get(node.name);
    if (!refusal || refusal.unresolvable) continue;
    const victims = victimsOn(node, pod, view);
    if (victims.length > 0) candidates.push({ nodeName: node.name, victims });
  }
  return candidates.sort(byHarm)[0];
}

/** True when the pods that had to go for it are still on their way out. */
export function isWaitingForVictims(pod: Pod, view: ClusterView): boolean {
  const nominated = pod.status?.nominatedNodeName;
  const node = nominated ? view.nodes.find(({ name }) => name === nominated) : undefined;
  return [...(node?.pods.values() ?? [])].some((other) => other.metadata.deletionTimestamp && priorityOf(other) < priorityOf(pod));
}

function victimsOn(node: NodeInfo, pod: Pod, view: ClusterView): Pod[] {
  const lower = [...node.pods.values()].filter((other) => priorityOf(other) < priorityOf(pod));
  if (lower.length === 0 || !fits(pod, node.changed({ without: lower }), view)) return [];
  // Reprieve as many as possible, the most important first.
  let victims = lower.sort((one, other) => priorityOf(other) - priorityOf(one));
  for (const candidate of [...victims]) {
    const rest = victims.filter((victim) => victim !== candidate);
    if (fits(pod, node.changed({ without: rest }), view)) victims = rest;
  }
  return victims;
}

function fits(pod: Pod, node: NodeInfo, view: ClusterView): boolean {
  const changed = replaceNodes(
    view,
    view.nodes.map((other) => (other.name === node.name ? node : other)),
  );
  return fitsOn(pod, node, changed);
}

function byHarm(one: Sacrifice, other: Sacrifice): number {
  const highest = ({ victims }: Sacrifice) => Math.max(...victims.map(priorityOf));
  return highest(one) - highest(other) || one.victims.length - other.victims.length;
}

function priorityOf(pod: Pod): number {
  return pod.spec.priority ?? 0;
}
