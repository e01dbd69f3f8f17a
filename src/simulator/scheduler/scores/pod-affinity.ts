// Preferred affinity and anti-affinity between pods. kubernetes: pkg/scheduler/framework/plugins/interpodaffinity/scoring.go
import type { Pod, PodAffinityTerm } from '../../../apimachinery/objects.ts';
import type { NodeInfo } from '../node-info.ts';
import { affinityTerms, termMatches } from '../pod-selection.ts';
import type { SpreadView } from './score.ts';

// What a required affinity of a running pod counts for one that it would like to have near.
const hardAffinityWeight = 1;

export function podAffinityScores(pod: Pod, nodes: readonly NodeInfo[], view: SpreadView): number[] | undefined {
  const weights = new Map<string, number>();
  const addWeight = (node: NodeInfo, term: PodAffinityTerm, weight: number) => {
    const domain = node.node?.metadata.labels?.[term.topologyKey];
    if (domain === undefined) return;
    const key = `${term.topologyKey}=${domain}`;
    weights.set(key, (weights.get(key) ?? 0) + weight);
  };
  const mine = preferredTerms(pod);
  for (const node of view.nodes) {
    for (const other of (mine.length > 0 ? node.pods : node.podsWithAffinity).values()) {
      for (const { term, weight } of mine) if (termMatches(term, pod, other, view)) addWeight(node, term, weight);
      for (const { term, weight } of preferredTerms(other)) if (termMatches(term, other, pod, view)) addWeight(node, term, weight);
      for (const term of affinityTerms(other)) if (termMatches(term, other, pod, view)) addWeight(node, term, hardAffinityWeight);
    }
  }
  if (weights.size === 0) return undefined;
  const sums = nodes.map(({ node }) => {
    let sum = 0;
    for (const [key, weight] of weights) {
      const split = key.indexOf('=');
      if (node?.metadata.labels?.[key.slice(0, split)] === key.slice(split + 1)) sum += weight;
    }
    return sum;
  });
  const lowest = Math.min(...sums);
  const range = Math.max(...sums) - lowest;
  return sums.map((sum) => (range > 0 ? Math.floor((100 * (sum - lowest)) / range) : 0));
}

function preferredTerms(pod: Pod): { term: PodAffinityTerm; weight: number }[] {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  return [
    ...(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm, weight }) => ({
      term: podAffinityTerm,
      weight,
    })),
    ...(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm, weight }) => ({
      term: podAffinityTerm,
      weight: -weight,
    })),
  ];
}
