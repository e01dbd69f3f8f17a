// What the scheduler knows of the cluster, kept by watches: nodes with their pods, claims, volumes, classes, and who a pod belongs to.
import type {
  LabelSelector,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
} from '../../apimachinery/objects.ts';
import { requirementsOf } from '../../apimachinery/selector.ts';
import type { Client } from '../client.ts';
import { NodeInfo } from './node-info.ts';
import type { SpreadView } from './scores/score.ts';

export class ClusterCache implements SpreadView {
  private readonly client: Client;
  private readonly infos = new Map<string, NodeInfo>();
  private readonly nodeOfPod = new Map<string, NodeInfo>();
  private known: NodeInfo[] = [];

  constructor(client: Client) {
    this.client = client;
  }

  /** Nodes that exist, by name. */
  get nodes(): readonly NodeInfo[] {
    return this.known;
  }

  setNode(name: string, node: Node | undefined): void {
    this.info(name).setNode(node);
    this.known = [...this.infos.values()].filter((info) => info.node).sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** A pod that is on a node, or is assumed to be. */
  setPod(pod: Pod, nodeName: string): void {
    const uid = pod.metadata.uid!;
    const info = this.info(nodeName);
    const before = this.nodeOfPod.get(uid);
    if (before !== info) before?.removePod(uid);
    info.addPod(pod);
    this.nodeOfPod.set(uid, info);
  }

  removePod(uid: string): void {
    this.nodeOfPod.get(uid)?.removePod(uid);
    this.nodeOfPod.delete(uid);
  }

  /** The node that a pod is on, as far as is known. */
  nodeNameOf(uid: string): string | undefined {
    return this.nodeOfPod.get(uid)?.name;
  }

  namespace(name: string): Namespace | undefined {
    return this.client.resource('namespaces').get('', name);
  }

  claim(namespace: string, name: string): PersistentVolumeClaim | undefined {
    return this.client.resource('persistentvolumeclaims').get(namespace, name);
  }

  volume(name: string): PersistentVolume | undefined {
    return this.client.resource('persistentvolumes').get('', name);
  }

  volumes(): readonly PersistentVolume[] {
    return this.client.resource('persistentvolumes').list();
  }

  storageClass(name: string): StorageClass | undefined {
    return name ? this.client.resource('storageclasses').get('', name) : undefined;
  }

  // kubernetes: pkg/scheduler/framework/plugins/helper/spread.go (DefaultSelector)
  selectorOf(pod: Pod): LabelSelector | undefined {
    const namespace = pod.metadata.namespace!;
    const labels = pod.metadata.labels ?? {};
    const matchLabels: Record<string, string> = {};
    const matchExpressions: NonNullable<LabelSelector['matchExpressions']> = [];
    let found = false;
    for (const { spec } of this.client.resource('services').list(namespace)) {
      const selector = Object.entries(spec?.selector ?? {});
      if (selector.length === 0 || !selector.every(([key, value]) => labels[key] === value)) continue;
      Object.assign(matchLabels, spec?.selector);
      found = true;
    }
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
    const resource = owner?.kind === 'ReplicaSet' ? 'replicasets' : owner?.kind === 'StatefulSet' ? 'statefulsets' : undefined;
    const selector = resource && this.client.resource(resource).get(namespace, owner!.name)?.spec.selector;
    if (selector && requirementsOf(selector).length > 0) {
      Object.assign(matchLabels, selector.matchLabels);
      matchExpressions.push(...(selector.matchExpressions ?? []));
      found = true;
    }
    return found ? { matchLabels, matchExpressions } : undefined;
  }

  private info(name: string): NodeInfo {
    let info = this.infos.get(name);
    if (!info) {
      info = new NodeInfo(name);
      this.infos.set(name, info);
    }
    return info;
  }
}
