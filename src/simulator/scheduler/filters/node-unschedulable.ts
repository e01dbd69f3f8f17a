// Cordoned nodes. kubernetes: pkg/scheduler/framework/plugins/nodeunschedulable
import { type Filter, unresolvable } from '../filter.ts';
import { tolerates } from '../toleration.ts';

const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

export const nodeUnschedulable: Filter = {
  name: 'NodeUnschedulable',
  check(pod) {
    if (tolerates(pod.spec.tolerations, taint)) return undefined;
    return (node) => (node.node?.spec.unschedulable ? unresolvable('node(s) were unschedulable') : undefined);
  },
};
