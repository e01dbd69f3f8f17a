// One pod against all nodes: which would do, why the others won't, and the best one. kubernetes: pkg/scheduler/schedule_one.go
import type { Pod } from '../../apimachinery/objects.ts';
import type { Random } from '../random.ts';
import { type ClusterView, type Filter, type NodeCheck, type Refusal, unresolvable } from './filter.ts';
import { interPodAffinity } from './filters/inter-pod-affinity.ts';
import { nodeAffinity } from './filters/node-affinity.ts';
import { nodeName } from './filters/node-name.ts';
import { nodePorts } from './filters/node-ports.ts';
import { nodeResourcesFit } from './filters/node-resources-fit.ts';
import { nodeUnschedulable } from './filters/node-unschedulable.ts';
import { podTopologySpread } from './filters/pod-topology-spread.ts';
import { taintToleration } from './filters/taint-toleration.ts';
import { volumeBinding } from './filters/volume-binding.ts';
import { volumeRestrictions } from './filters/volume-restrictions.ts';
import type { NodeInfo } from './node-info.ts';
import type { SpreadView } from './scores/score.ts';
import { scoreNodes } from './scores.ts';
import type { Diagnosis } from './unschedulable-message.ts';

/** In Kubernetes' order: a node is refused by the first that says no. */
const filters: readonly Filter[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeRestrictions,
  volumeBinding,
  podTopologySpread,
  interPodAffinity,
];

export type Verdict = { readonly feasible: readonly NodeInfo[] } | { readonly diagnosis: Diagnosis };

/** Looks at every node. */
export function findNodes(pod: Pod, view: ClusterView): Verdict {
  const nodeCount = view.nodes.length;
  const prepared = prepare(pod, view);
  if ('refusal' in prepared) return { diagnosis: { nodeCount, nodes: new Map(), ...prepared } };
  const checks = checksFor(pod, view);
  const rules = new Set<string>();
  const nodes = new Map<string, Refusal>();
  const feasible: NodeInfo[] = [];
  for (const node of view.nodes) {
    const refused = prepared.exclude(node) ?? firstRefusal(checks, node);
    if (!refused) feasible.push(node);
    else {
      nodes.set(node.name, refused.refusal);
      rules.add(refused.rule);
    }
  }
  return feasible.length > 0 ? { feasible } : { diagnosis: { nodeCount, nodes, rules } };
}

/** Whether a pod would fit on this one node of the view: for preemption. */
export function fitsOn(pod: Pod, node: NodeInfo, view: ClusterView): boolean {
  return firstRefusal(checksFor(pod, view), node) === undefined;
}

/** The node with the highest score; chance decides between equals. */
export function bestNode(pod: Pod, nodes: readonly NodeInfo[], view: SpreadView, random: Random): NodeInfo {
  if (nodes.length === 1) return nodes[0]!;
  const scores = scoreNodes(pod, nodes, view);
  const highest = Math.max(...scores);
  return random.pick(nodes.filter((_, index) => scores[index] === highest));
}

interface Refused {
  readonly rule: string;
  readonly refusal: Refusal;
}

interface NamedCheck {
  readonly rule: string;
  readonly check: NodeCheck;
}

function prepare(
  pod: Pod,
  view: ClusterView,
): { refusal: string; rules: ReadonlySet<string> } | { exclude: (node: NodeInfo) => Refused | undefined } {
  let only: ReadonlySet<string> | undefined;
  const restricting: string[] = [];
  for (const filter of filters) {
    const said = filter.prepare?.(pod, view);
    if (said?.refusal !== undefined) return { refusal: said.refusal, rules: new Set([filter.name]) };
    if (!said?.onlyNodes) continue;
    only = said.onlyNodes;
    restricting.push(filter.name);
  }
  const refusal = unresolvable(`node(s) didn't satisfy plugin(s) [${restricting.join(' ')}]`);
  return { exclude: (node) => (only && !only.has(node.name) ? { rule: restricting[0]!, refusal } : undefined) };
}

function checksFor(pod: Pod, view: ClusterView): NamedCheck[] {
  return filters.flatMap((filter) => {
    const check = filter.check(pod, view);
    return check ? { rule: filter.name, check } : [];
  });
}

function firstRefusal(checks: readonly NamedCheck[], node: NodeInfo): Refused | undefined {
  for (const { rule, check } of checks) {
    const refusal = check(node);
    if (refusal) return { rule, refusal };
  }
  return undefined;
}
