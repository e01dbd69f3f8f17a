// Hard topology spread constraints. kubernetes: pkg/scheduler/framework/plugins/podtopologyspread/filtering.go
import type { Pod, TopologySpreadConstraint } from '../../../apimachinery/objects.ts';
import { type LabelRequirement, matches, matchesRequirements, requirementsOf } from '../../../apimachinery/selector.ts';
import { type ClusterView, type Filter, resolvable, unresolvable } from '../filter.ts';
import type { NodeInfo } from '../node-info.ts';
import { matchesNodeSelection } from '../node-selection.ts';
import { withMatchLabelKeys } from '../pod-selection.ts';
import { untoleratedTaint } from '../toleration.ts';

const sentence = "node(s) didn't match pod topology spread constraints";

export const podTopologySpread: Filter = {
  name: 'PodTopologySpread',
  check(pod, view) {
    const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule');
    if (constraints.length === 0) return undefined;
    const counted = constraints.map((constraint) => countDomains(constraint, constraints, pod, view));
    return (node) => {
      for (const { constraint, domains, self } of counted) {
        const domain = node.node?.metadata.labels?.[constraint.topologyKey];
        if (domain === undefined) return unresolvable(`${sentence} (missing required label)`);
        const fewest = domains.size < (constraint.minDomains ?? 1) ? 0 : Math.min(...domains.values());
        if ((domains.get(domain) ?? 0) + self - fewest > constraint.maxSkew) return resolvable(sentence);
      }
      return undefined;
    };
  },
};

function countDomains(constraint: TopologySpreadConstraint, all: readonly TopologySpreadConstraint[], pod: Pod, view: ClusterView) {
  const selector = withMatchLabelKeys(constraint.labelSelector, constraint.matchLabelKeys, [], pod);
  const requirements = selector && requirementsOf(selector);
  const domains = new Map<string, number>();
  for (const node of view.nodes) {
    if (!node.node || !counts(node, constraint, pod)) continue;
    if (all.some(({ topologyKey }) => node.node?.metadata.labels?.[topologyKey] === undefined)) continue;
    const domain = node.node.metadata.labels![constraint.topologyKey]!;
    domains.set(domain, (domains.get(domain) ?? 0) + countMatching(node, requirements, pod.metadata.namespace!));
  }
  return { constraint, domains, self: matches(selector, pod.metadata.labels) ? 1 : 0 };
}

/** Whether the pods of a node count: nodes that the pod could never go to don't, unless the constraint says so. */
export function counts(node: NodeInfo, constraint: TopologySpreadConstraint, pod: Pod): boolean {
  if ((constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor' && !matchesNodeSelection(pod.spec, node.node!)) return false;
  return (
    (constraint.nodeTaintsPolicy ?? 'Ignore') === 'Ignore' ||
    !untoleratedTaint(node.node!.spec.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute'])
  );
}

/** How many living pods of the namespace on this node match. */
export function countMatching(node: NodeInfo, requirements: readonly LabelRequirement[] | undefined, namespace: string): number {
  if (!requirements) return 0;
  let count = 0;
  for (const other of node.pods.values()) {
    if (other.metadata.namespace !== namespace || other.metadata.deletionTimestamp) continue;
    if (matchesRequirements(requirements, other.metadata.labels)) count++;
  }
  return count;
}
