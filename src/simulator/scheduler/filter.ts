// The contract of a scheduling rule: one file in filters/ each, with the sentence it says no with.
import type { Namespace, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../apimachinery/objects.ts';
import type { NodeInfo } from './node-info.ts';

/** What a rule may look up besides the nodes. */
export interface ClusterView {
  readonly nodes: readonly NodeInfo[];
  namespace(name: string): Namespace | undefined;
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  volumes(): readonly PersistentVolume[];
  storageClass(name: string): StorageClass | undefined;
}

/** The same view with other nodes. */
export function replaceNodes(view: ClusterView, nodes: readonly NodeInfo[]): ClusterView {
  return {
    nodes,
    namespace: (name) => view.namespace(name),
    claim: (namespace, name) => view.claim(namespace, name),
    volume: (name) => view.volume(name),
    volumes: () => view.volumes(),
    storageClass: (name) => view.storageClass(name),
  };
}

/** Why a node won't do. `unresolvable`: driving other pods out would not help. */
export interface Refusal {
  readonly reasons: readonly string[];
  readonly unresolvable: boolean;
}

/** A rule made ready for one pod: undefined means that the node will do. */
export type NodeCheck = (node: NodeInfo) => Refusal | undefined;

/** What a rule says before it looks at nodes: that the pod can't go anywhere, or only to some nodes. */
interface Preparation {
  /** No node will do, in these words. */
  readonly refusal?: string;
  /** Only these nodes are worth a look. */
  readonly onlyNodes?: ReadonlySet<string>;
}

export interface Filter {
  /** Kubernetes' name of the plugin. */
  readonly name: string;
  prepare?(pod: Pod, view: ClusterView): Preparation | undefined;
  /** undefined: the rule has nothing to say about this pod. */
  check(pod: Pod, view: ClusterView): NodeCheck | undefined;
}

export function unresolvable(...reasons: string[]): Refusal {
  return { reasons, unresolvable: true };
}

export function resolvable(...reasons: string[]): Refusal {
  return { reasons, unresolvable: false };
}
