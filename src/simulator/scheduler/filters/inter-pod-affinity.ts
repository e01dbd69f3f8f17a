// Required affinity and anti-affinity between pods. kubernetes: pkg/scheduler/framework/plugins/interpodaffinity/filtering.go
import type { Pod, PodAffinityTerm } from '../../../apimachinery/objects.ts';
import { type ClusterView, type Filter, resolvable, unresolvable } from '../filter.ts';
import type { NodeInfo } from '../node-info.ts';
import { affinityTerms, antiAffinityTerms, termMatches } from '../pod-selection.ts';

export const interPodAffinity: Filter = {
  name: 'InterPodAffinity',
  check(pod, view) {
    const wanted = affinityTerms(pod);
    const unwanted = antiAffinityTerms(pod);
    const shunned = domainsThatShun(pod, view);
    if (wanted.length === 0 && unwanted.length === 0 && shunned.size === 0) return undefined;
    const near = domainsWith(wanted, pod, view);
    const far = domainsWith(unwanted, pod, view);
    // The first pod of a group that wants to be near itself may go anywhere.
    const alone = near.every((domains) => domains.size === 0) && wanted.every((term) => termMatches(term, pod, pod, view));
    return (node) => {
      const missingLabel = wanted.some(({ topologyKey }) => domainOf(node, topologyKey) === undefined);
      const isNear = near.every((domains, index) => domains.has(domainOf(node, wanted[index]!.topologyKey) ?? ''));
      if (wanted.length > 0 && (missingLabel || !(isNear || alone))) return unresolvable("node(s) didn't match pod affinity rules");
      if (far.some((domains, index) => domains.has(domainOf(node, unwanted[index]!.topologyKey) ?? ''))) {
        return resolvable("node(s) didn't match pod anti-affinity rules");
      }
      for (const key of shunned.keys()) {
        if (shunned.get(key)?.has(domainOf(node, key) ?? '')) return resolvable("node(s) didn't satisfy existing pods anti-affinity rules");
      }
      return undefined;
    };
  },
};

function domainOf(node: NodeInfo, topologyKey: string): string | undefined {
  return node.node?.metadata.labels?.[topologyKey];
}

/** For each term the domains in which some pod matches it. */
function domainsWith(terms: readonly PodAffinityTerm[], pod: Pod, view: ClusterView): Set<string>[] {
  return terms.map((term) => {
    const domains = new Set<string>();
    for (const node of view.nodes) {
      const domain = domainOf(node, term.topologyKey);
      if (domain === undefined || domains.has(domain)) continue;
      for (const other of node.pods.values()) {
        if (!termMatches(term, pod, other, view)) continue;
        domains.add(domain);
        break;
      }
    }
    return domains;
  });
}

/** Topology key → domains in which a running pod refuses to have this one near. */
function domainsThatShun(pod: Pod, view: ClusterView): Map<string, Set<string>> {
  const shunned = new Map<string, Set<string>>();
  for (const node of view.nodes) {
    for (const other of node.podsWithAffinity.values()) {
      for (const term of antiAffinityTerms(other)) {
        const domain = domainOf(node, term.topologyKey);
        if (domain === undefined || !termMatches(term, other, pod, view)) continue;
        shunned.set(term.topologyKey, (shunned.get(term.topologyKey) ?? new Set()).add(domain));
      }
    }
  }
  return shunned;
}
