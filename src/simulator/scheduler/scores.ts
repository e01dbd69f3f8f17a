// Which of the nodes that would do is the best: kubernetes' scoring plugins with their default weights. kubernetes: pkg/scheduler/apis/config/v1/default_plugins.go
import type { Pod } from '../../apimachinery/objects.ts';
import { podRequests } from '../pod-requests.ts';
import { type NodeInfo, presumedRequests } from './node-info.ts';
import { matchesTerm } from './node-selection.ts';
import { podAffinityScores } from './scores/pod-affinity.ts';
import type { Score, SpreadView } from './scores/score.ts';
import { topologySpreadScores } from './scores/topology-spread.ts';
import { untoleratedTaint } from './toleration.ts';

const plugins: readonly { readonly score: Score; readonly weight: number }[] = [
  { score: taintScores, weight: 3 },
  { score: nodeAffinityScores, weight: 2 },
  { score: leastAllocated, weight: 1 },
  { score: balancedAllocation, weight: 1 },
  { score: imageLocality, weight: 1 },
  { score: topologySpreadScores, weight: 2 },
  { score: podAffinityScores, weight: 2 },
];

/** The sum of all plugins, node by node. */
export function scoreNodes(pod: Pod, nodes: readonly NodeInfo[], view: SpreadView): number[] {
  const totals = nodes.map(() => 0);
  for (const { score, weight } of plugins) {
    score(pod, nodes, view)?.forEach((value, index) => {
      totals[index]! += weight * value;
    });
  }
  return totals;
}

/** Stretches scores so that the highest is 100; `reverse` when less is better. */
function normalize(scores: readonly number[], reverse = false): number[] {
  const highest = Math.max(...scores);
  if (highest === 0) return scores.map(() => (reverse ? 100 : 0));
  return scores.map((score) => {
    const scaled = Math.floor((100 * score) / highest);
    return reverse ? 100 - scaled : scaled;
  });
}

function taintScores(pod: Pod, nodes: readonly NodeInfo[]): number[] {
  const counts = nodes.map(
    ({ node }) => (node?.spec.taints ?? []).filter((taint) => untoleratedTaint([taint], pod.spec.tolerations, ['PreferNoSchedule'])).length,
  );
  return normalize(counts, true);
}

function nodeAffinityScores(pod: Pod, nodes: readonly NodeInfo[]): number[] | undefined {
  const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
  if (!preferred?.length) return undefined;
  return normalize(
    nodes.map(({ node }) => preferred.reduce((sum, { preference, weight }) => sum + (matchesTerm(preference, node!) ? weight : 0), 0)),
  );
}

function leastAllocated(pod: Pod, nodes: readonly NodeInfo[]): number[] {
  const wanted = presumedRequests(pod);
  return nodes.map((node) => {
    const free = ['cpu', 'memory'].map((resource) => {
      const capacity = node.allocatable.get(resource) ?? 0;
      const used = (node.presumed.get(resource) ?? 0) + (wanted.get(resource) ?? 0);
      return capacity === 0 || used > capacity ? 0 : Math.floor(((capacity - used) * 100) / capacity);
    });
    return Math.floor((free[0]! + free[1]!) / 2);
  });
}

function balancedAllocation(pod: Pod, nodes: readonly NodeInfo[]): number[] | undefined {
  const wanted = podRequests(pod);
  if (!wanted.get('cpu') && !wanted.get('memory')) return undefined;
  return nodes.map((node) => {
    const [cpu, memory] = ['cpu', 'memory'].map((resource) => {
      const used = (node.requested.get(resource) ?? 0) + (wanted.get(resource) ?? 0);
      return Math.min(1, used / (node.allocatable.get(resource) || 1));
    });
    return Math.floor((1 - Math.abs(cpu! - memory!) / 2) * 100);
  });
}

const smallImageBytes = 23 * 1024 * 1024;
const largeImageBytes = 1000 * 1024 * 1024;

function imageLocality(pod: Pod, nodes: readonly NodeInfo[], view: SpreadView): number[] {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const most = largeImageBytes * pod.spec.containers.length;
  const images = containers.map(({ image }) => {
    const sizes = new Map(view.nodes.map((node) => [node.name, imageSize(node, image ?? '')]));
    return { sizes, spread: [...sizes.values()].filter((size) => size > 0).length / view.nodes.length };
  });
  return nodes.map(({ name }) => {
    let bytes = 0;
    for (const { sizes, spread } of images) bytes += (sizes.get(name) ?? 0) * spread;
    const clamped = Math.min(Math.max(bytes, smallImageBytes), most);
    return Math.floor((100 * (clamped - smallImageBytes)) / (most - smallImageBytes));
  });
}

function imageSize({ node }: NodeInfo, image: string): number {
  const last = image.slice(image.lastIndexOf('/') + 1);
  const wanted = /[:@]/.test(last) ? image : `${image}:latest`;
  const ending = `/${wanted}`;
  for (const known of node?.status.images ?? []) {
    if (known.names?.some((name) => name === wanted || name.endsWith(ending))) return known.sizeBytes ?? 0;
  }
  return 0;
}
