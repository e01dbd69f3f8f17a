// Soft topology spread, and the spreading of replicas that every cluster does by default. kubernetes: pkg/scheduler/framework/plugins/podtopologyspread/scoring.go
import type { LabelSelector, Pod, TopologySpreadConstraint } from '../../../apimachinery/objects.ts';
import { requirementsOf } from '../../../apimachinery/selector.ts';
import { countMatching, counts } from '../filters/pod-topology-spread.ts';
import type { NodeInfo } from '../node-info.ts';
import { withMatchLabelKeys } from '../pod-selection.ts';
import type { SpreadView } from './score.ts';

const hostname = 'kubernetes.io/hostname';
const byDefault = [
  { topologyKey: hostname, maxSkew: 3, whenUnsatisfiable: 'ScheduleAnyway' },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5, whenUnsatisfiable: 'ScheduleAnyway' },
];

export function topologySpreadScores(pod: Pod, nodes: readonly NodeInfo[], view: SpreadView): number[] | undefined {
  const own = pod.spec.topologySpreadConstraints ?? [];
  const constraints =
    own.length > 0 ? own.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway') : defaultConstraints(pod, view);
  if (constraints.length === 0) return undefined;
  const ignored = nodes.map(({ node }) => own.length > 0 && constraints.some(({ topologyKey }) => !node?.metadata.labels?.[topologyKey]));
  const sums = nodes.map(() => 0);
  for (const constraint of constraints) addScores(sums, { constraint, pod, nodes, ignored, view });
  const rounded = sums.map(Math.round);
  const counted = rounded.filter((_, index) => !ignored[index]);
  const highest = Math.max(...counted);
  const lowest = Math.min(...counted);
  return rounded.map((sum, index) => {
    if (ignored[index]) return 0;
    return highest === 0 ? 100 : Math.floor((100 * (highest + lowest - sum)) / highest);
  });
}

function addScores(
  sums: number[],
  given: { constraint: TopologySpreadConstraint; pod: Pod; nodes: readonly NodeInfo[]; ignored: readonly boolean[]; view: SpreadView },
): void {
  const { constraint, pod, nodes, ignored, view } = given;
  const { topologyKey, maxSkew } = constraint;
  const selector = withMatchLabelKeys(constraint.labelSelector, constraint.matchLabelKeys, [], pod);
  const requirements = selector && requirementsOf(selector);
  const domains = new Map<string, number>();
  nodes.forEach(({ node }, index) => {
    const domain = node?.metadata.labels?.[topologyKey];
    if (domain !== undefined && !ignored[index]) domains.set(domain, 0);
  });
  for (const other of view.nodes) {
    const domain = other.node?.metadata.labels?.[topologyKey];
    if (domain === undefined || !domains.has(domain) || !counts(other, constraint, pod)) continue;
    domains.set(domain, domains.get(domain)! + countMatching(other, requirements, pod.metadata.namespace!));
  }
  const size = topologyKey === hostname ? nodes.filter((_, index) => !ignored[index]).length : domains.size;
  nodes.forEach(({ node }, index) => {
    const count = domains.get(node?.metadata.labels?.[topologyKey] ?? '');
    if (count !== undefined) sums[index]! += count * Math.log(size + 2) + (maxSkew - 1);
  });
}

function defaultConstraints(pod: Pod, view: SpreadView): TopologySpreadConstraint[] {
  const labelSelector: LabelSelector | undefined = view.selectorOf(pod);
  return labelSelector ? byDefault.map((constraint) => ({ ...constraint, labelSelector })) : [];
}
