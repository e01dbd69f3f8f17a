// Host ports that are taken. kubernetes: pkg/scheduler/framework/plugins/nodeports
import type { ContainerPort, Pod } from '../../../apimachinery/objects.ts';
import { type Filter, resolvable } from '../filter.ts';

export const nodePorts: Filter = {
  name: 'NodePorts',
  check(pod) {
    const wanted = hostPorts(pod);
    if (wanted.length === 0) return undefined;
    return (node) => {
      for (const other of node.pods.values()) {
        for (const taken of hostPorts(other)) {
          if (wanted.some((port) => collide(port, taken))) {
            return resolvable("node(s) didn't have free ports for the requested pod ports");
          }
        }
      }
      return undefined;
    };
  },
};

/** The ports of the node that a pod takes. */
function hostPorts(pod: Pod): ContainerPort[] {
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  return [...pod.spec.containers, ...sidecars].flatMap((container) => (container.ports ?? []).filter((port) => port.hostPort));
}

function collide(one: ContainerPort, other: ContainerPort): boolean {
  if (one.hostPort !== other.hostPort || (one.protocol ?? 'TCP') !== (other.protocol ?? 'TCP')) return false;
  const all = '0.0.0.0';
  const [first, second] = [one.hostIP || all, other.hostIP || all];
  return first === second || first === all || second === all;
}
