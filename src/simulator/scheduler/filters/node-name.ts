// A pod that names its node. kubernetes: pkg/scheduler/framework/plugins/nodename
import { type Filter, unresolvable } from '../filter.ts';

export const nodeName: Filter = {
  name: 'NodeName',
  check(pod) {
    const wanted = pod.spec.nodeName;
    if (!wanted) return undefined;
    return (node) => (node.name === wanted ? undefined : unresolvable("node(s) didn't match the requested node name"));
  },
};
