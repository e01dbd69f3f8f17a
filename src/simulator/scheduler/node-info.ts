// What the scheduler knows of one node: the Node, the pods on it (assumed ones too) and what they have asked for.
import type { Container, Node, Pod } from '../../apimachinery/objects.ts';
import { type Amounts, add, amountOf, amountsOf, podAmounts, podRequests, subtract } from '../pod-requests.ts';

// kubernetes: pkg/scheduler/util/pod_resources.go: what a container without a request counts as when nodes are compared.
const defaultCpuMilli = 100;
const defaultMemoryBytes = 200 * 1024 * 1024;

/** One node with the pods that are, or will be, on it. */
export class NodeInfo {
  readonly name: string;
  node: Node | undefined;
  allocatable: Amounts = new Map();
  /** By uid. */
  readonly pods = new Map<string, Pod>();
  /** Those among them that say which pods they want near or far, by uid: few on most nodes, and each pod that is scheduled must ask them. */
  readonly podsWithAffinity = new Map<string, Pod>();
  readonly requested: Amounts = new Map();
  /** cpu and memory with a default for containers that ask for nothing: scores use it. */
  readonly presumed: Amounts = new Map();

  constructor(name: string) {
    this.name = name;
  }

  setNode(node: Node | undefined): void {
    this.node = node;
    this.allocatable = amountsOf(node?.status.allocatable);
  }

  addPod(pod: Pod): void {
    const uid = pod.metadata.uid!;
    // Most changes are of the status: what the pod asks for stays.
    const isCounted = this.pods.get(uid)?.spec === pod.spec;
    if (isCounted) this.pods.delete(uid);
    else this.removePod(uid);
    this.pods.set(uid, pod);
    if (pod.spec.affinity) this.podsWithAffinity.set(uid, pod);
    if (isCounted) return;
    add(this.requested, podRequests(pod));
    add(this.presumed, presumedRequests(pod));
  }

  removePod(uid: string): void {
    const pod = this.pods.get(uid);
    if (!pod) return;
    this.pods.delete(uid);
    this.podsWithAffinity.delete(uid);
    subtract(this.requested, podRequests(pod));
    subtract(this.presumed, presumedRequests(pod));
  }

  /** The same node as it would be without some pods and with others. */
  changed({ without = [], with: added = [] }: { without?: readonly Pod[]; with?: readonly Pod[] }): NodeInfo {
    const copy = new NodeInfo(this.name);
    copy.setNode(this.node);
    for (const pod of this.pods.values()) if (!without.includes(pod)) copy.addPod(pod);
    for (const pod of added) copy.addPod(pod);
    return copy;
  }
}

/** By spec, which a change of the pod's status leaves the same. */
const presumed = new WeakMap<Pod['spec'], ReadonlyMap<string, number>>();

/** Requests of cpu and memory, with a default where there is none. */
export function presumedRequests(pod: Pod): ReadonlyMap<string, number> {
  let known = presumed.get(pod.spec);
  if (!known) {
    known = podAmounts(pod, presumedAmounts);
    presumed.set(pod.spec, known);
  }
  return known;
}

function presumedAmounts({ resources }: Container): Amounts {
  const { cpu, memory } = resources?.requests ?? {};
  return new Map([
    ['cpu', cpu === undefined ? defaultCpuMilli : amountOf('cpu', cpu)],
    ['memory', memory === undefined ? defaultMemoryBytes : amountOf('memory', memory)],
  ]);
}
