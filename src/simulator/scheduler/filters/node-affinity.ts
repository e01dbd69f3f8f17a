// nodeSelector and required node affinity. kubernetes: pkg/scheduler/framework/plugins/nodeaffinity
import type { NodeSelectorTerm } from '../../../apimachinery/objects.ts';
import { type Filter, unresolvable } from '../filter.ts';
import { matchesNodeSelection } from '../node-selection.ts';

export const nodeAffinity: Filter = {
  name: 'NodeAffinity',
  prepare(pod) {
    const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
    if (!terms?.length) return undefined;
    const names = new Set<string>();
    for (const term of terms) {
      const named = namedNodes(term);
      if (!named) return undefined;
      for (const name of named) names.add(name);
    }
    if (names.size === 0) return { refusal: 'pod affinity terms conflict' };
    return { onlyNodes: names };
  },
  check(pod) {
    if (!pod.spec.nodeSelector && !pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution) return undefined;
    return (node) =>
      node.node && matchesNodeSelection(pod.spec, node.node)
        ? undefined
        : unresolvable("node(s) didn't match Pod's node affinity/selector");
  },
};

// Pods of a DaemonSet name their node so; all other nodes are then not even looked at.
function namedNodes(term: NodeSelectorTerm): string[] | undefined {
  let names: string[] | undefined;
  for (const { key, operator, values } of term.matchFields ?? []) {
    if (key !== 'metadata.name' || operator !== 'In') continue;
    names = names ? names.filter((name) => values?.includes(name)) : [...(values ?? [])];
  }
  return names;
}
