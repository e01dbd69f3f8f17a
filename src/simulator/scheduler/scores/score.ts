// What a score is, and what it may look up.
import type { LabelSelector, Pod } from '../../../apimachinery/objects.ts';
import type { ClusterView } from '../filter.ts';
import type { NodeInfo } from '../node-info.ts';

/** What scores may look up. */
export interface SpreadView extends ClusterView {
  /** The selectors of the services and controllers that a pod belongs to, joined; undefined when there are none. */
  selectorOf(pod: Pod): LabelSelector | undefined;
}

/** Node by node, 0 to 100 each, in the order of `nodes`; undefined when the plugin has nothing to say about this pod. */
export type Score = (pod: Pod, nodes: readonly NodeInfo[], view: SpreadView) => number[] | undefined;
