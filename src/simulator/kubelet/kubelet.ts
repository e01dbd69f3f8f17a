// The kubelet of one node: a worker for each of its pods, and the node's signs of life.
import type { Node, Pod } from '../../apimachinery/objects.ts';
import { quantityValue } from '../../apimachinery/quantity.ts';
import type { Client, New, WatchEvent } from '../client.ts';
import type { Cancel, Clock } from '../clock.ts';
import { createEventRecorder } from '../event-recorder.ts';
import type { Catalogue } from '../images/catalogue.ts';
import type { Network } from '../network/network.ts';
import type { Random } from '../random.ts';
import { rejectionOf } from './admission.ts';
import { ImagePuller } from './image-puller.ts';
import type { NodeContext } from './node-context.ts';
import { NodeFiles } from './node-files.ts';
import { NodeStatusReporter } from './node-status.ts';
import { isMirror } from './pod-status.ts';
import { PodWorker } from './pod-worker.ts';
import type { IssueToken } from './volume-payload.ts';

export interface KubeletOptions {
  /** As it is when the kubelet starts: address, pod network and allocatable are taken from it. */
  readonly node: Node;
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly catalogue: Catalogue;
  readonly issueToken: IssueToken;
}

/** How long the kubelet takes to see that the mirror of a static pod is gone. */
const mirrorMs = 1000;

export class Kubelet {
  readonly name: string;
  private readonly client: Client;
  private readonly clock: Clock;
  private readonly context: NodeContext;
  private readonly reporter: NodeStatusReporter;
  /** By uid. */
  private readonly workers = new Map<string, PodWorker>();
  private cancels: Cancel[] = [];

  constructor(options: KubeletOptions) {
    const { node, client, clock, network } = options;
    this.name = node.metadata.name;
    this.client = client;
    this.clock = clock;
    const present = (node.status.images ?? []).flatMap(({ names }) => (names ?? []).filter((name) => !name.includes('@')));
    const puller = new ImagePuller({ clock, catalogue: options.catalogue, present });
    const addresses = new Addresses(node.spec.podCIDR ?? '10.244.0.0/24');
    this.context = {
      name: this.name,
      ip: node.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '',
      allocatable: node.status.allocatable ?? {},
      client,
      clock,
      random: options.random.fork(`kubelet ${this.name}`),
      recorder: createEventRecorder(client, clock, 'kubelet', this.name),
      network,
      puller,
      files: new NodeFiles(this.name, () => clock.now),
      facts: {
        bootedAtMs: clock.now,
        memoryBytes: quantityValue(node.status.capacity?.['memory'] ?? '8Gi'),
        cores: quantityValue(node.status.capacity?.['cpu'] ?? '2'),
        kernelVersion: node.status.nodeInfo?.kernelVersion ?? '',
      },
      issueToken: options.issueToken,
      takeAddress: () => addresses.take(),
      giveAddressBack: (ip) => addresses.giveBack(ip),
    };
    this.reporter = new NodeStatusReporter({ client, clock, name: this.name, images: () => puller.list() });
  }

  start(): void {
    this.cancels = [
      this.client.resource('pods').watch((event) => this.podChanged(event)),
      this.client.resource('configmaps').watch(({ type, object }) => type !== 'ADDED' && this.sourceChanged('configMap', object)),
      this.client.resource('secrets').watch(({ type, object }) => type !== 'ADDED' && this.sourceChanged('secret', object)),
    ];
    this.reporter.start();
  }

  stop(): void {
    for (const cancel of this.cancels) cancel();
    this.reporter.stop();
    for (const worker of this.workers.values()) worker.stop();
  }

  worker(uid: string): PodWorker | undefined {
    return this.workers.get(uid);
  }

  allWorkers(): readonly PodWorker[] {
    return [...this.workers.values()];
  }

  private podChanged({ type, object: pod }: WatchEvent<Pod>): void {
    if (pod.spec.nodeName !== this.name) return;
    const uid = pod.metadata.uid!;
    const worker = this.workers.get(uid);
    if (worker && isMirror(pod)) {
      if (type === 'DELETED' || pod.metadata.deletionTimestamp) this.mirrorAgain(pod, worker, type === 'DELETED');
      return;
    }
    if (type === 'DELETED') worker?.removed();
    else if (worker) worker.update(pod);
    else this.admit(pod);
  }

  private admit(pod: Pod): void {
    const uid = pod.metadata.uid!;
    const { phase } = pod.status ?? {};
    // The kubelet of another life already ended it.
    if (phase === 'Succeeded' || phase === 'Failed') return;
    const others = [...this.workers.values()].filter((worker) => !worker.hasEnded).map((worker) => worker.pod);
    const node = this.client.resource('nodes').get('', this.name);
    const rejection = isMirror(pod) || !node ? undefined : rejectionOf(pod, node, others);
    const worker = new PodWorker({ pod, node: this.context, rejection, onGone: () => this.forget(uid) });
    this.workers.set(uid, worker);
  }

  private forget(uid: string): void {
    this.workers.delete(uid);
    this.context.puller.forget(uid);
  }

  /** A static pod goes on whatever becomes of its mirror; a new mirror is made. */
  private mirrorAgain(pod: Pod, worker: PodWorker, isDeleted: boolean): void {
    const { namespace, name, uid } = pod.metadata;
    if (!isDeleted) {
      this.client.resource('pods').delete(namespace!, name, { gracePeriodSeconds: 0, uid: uid! });
      return;
    }
    this.workers.delete(uid!);
    this.clock.after(mirrorMs, () => {
      const { labels, annotations, ownerReferences } = pod.metadata;
      const mirror: New<Pod> = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace, labels, annotations, ownerReferences },
        spec: pod.spec,
      };
      const made = this.client.resource('pods').create(mirror);
      this.workers.set(made.metadata.uid!, worker);
      worker.adopt(made);
    });
  }

  private sourceChanged(kind: 'configMap' | 'secret', { metadata }: { metadata: { name: string; namespace?: string | undefined } }): void {
    for (const worker of this.workers.values()) {
      if (worker.pod.metadata.namespace === metadata.namespace) worker.sourceChanged(kind, metadata.name);
    }
  }
}

/** Addresses of a node's pods, one after the other as the host-local plugin gives them out. */
class Addresses {
  private readonly prefix: string;
  private readonly taken = new Set<number>();
  private last = 1;

  constructor(cidr: string) {
    this.prefix = cidr.split('.').slice(0, 3).join('.');
  }

  take(): string {
    do this.last = this.last >= 254 ? 2 : this.last + 1;
    while (this.taken.has(this.last) && this.taken.size < 253);
    this.taken.add(this.last);
    return `${this.prefix}.${this.last}`;
  }

  giveBack(ip: string): void {
    this.taken.delete(Number(ip.split('.')[3]));
  }
}
