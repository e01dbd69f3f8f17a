// Requests against what the node has left. kubernetes: pkg/scheduler/framework/plugins/noderesources/fit.go
import { podRequests } from '../../pod-requests.ts';
import { type Filter, type Refusal, resolvable, unresolvable } from '../filter.ts';
import type { NodeInfo } from '../node-info.ts';

export const nodeResourcesFit: Filter = {
  name: 'NodeResourcesFit',
  check(pod) {
    const wanted = [...podRequests(pod)].filter(([, amount]) => amount > 0).sort(byKubernetesOrder);
    return (node) => {
      const reasons: string[] = [];
      let hopeless = false;
      if (node.pods.size + 1 > (node.allocatable.get('pods') ?? 0)) reasons.push('Too many pods');
      for (const [resource, amount] of wanted) {
        if (amount <= left(node, resource)) continue;
        reasons.push(`Insufficient ${resource}`);
        if (amount > (node.allocatable.get(resource) ?? 0)) hopeless = true;
      }
      return reasons.length === 0 ? undefined : refuse(hopeless, reasons);
    };
  },
};

function refuse(hopeless: boolean, reasons: string[]): Refusal {
  return hopeless ? unresolvable(...reasons) : resolvable(...reasons);
}

function left(node: NodeInfo, resource: string): number {
  return (node.allocatable.get(resource) ?? 0) - (node.requested.get(resource) ?? 0);
}

const first = ['cpu', 'memory', 'ephemeral-storage'];

function byKubernetesOrder([one]: [string, number], [other]: [string, number]): number {
  const rank = (name: string) => (first.indexOf(name) + first.length + 1) % (first.length + 1) || first.length + 1;
  return rank(one) - rank(other);
}
