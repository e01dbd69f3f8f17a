// Taints that the pod doesn't tolerate. kubernetes: pkg/scheduler/framework/plugins/tainttoleration
import { type Filter, unresolvable } from '../filter.ts';
import { untoleratedTaint } from '../toleration.ts';

export const taintToleration: Filter = {
  name: 'TaintToleration',
  check(pod) {
    return (node) =>
      untoleratedTaint(node.node?.spec.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute'])
        ? unresolvable('node(s) had untolerated taint(s)')
        : undefined;
  },
};
