// The scheduler: gives each pod without a node the best one, and says why when there is none.

import { isEqual } from '../../apimachinery/clone.ts';
import type { Node, Pod } from '../../apimachinery/objects.ts';
import { StatusError } from '../../apimachinery/status-error.ts';
import type { Client, WatchEvent } from '../client.ts';
import type { Cancel, Clock } from '../clock.ts';
import { createEventRecorder, type EventRecorder } from '../event-recorder.ts';
import type { Random } from '../random.ts';
import { timestamp } from '../timestamp.ts';
import { ClusterCache } from './cluster-cache.ts';
import { type ClusterView, replaceNodes } from './filter.ts';
import { delayedBindings, isBound } from './filters/volume-binding.ts';
import { findSacrifice, isWaitingForVictims } from './preemption.ts';
import { bestNode, findNodes } from './scheduling-cycle.ts';
import { SchedulingQueue } from './scheduling-queue.ts';
import { type Diagnosis, describeDiagnosis, type PreemptionOutcome } from './unschedulable-message.ts';

const schedulerName = 'default-scheduler';
// kubernetes: EventsToRegister of each plugin: what a change can help against.
const helpedByLeaving = ['NodeResourcesFit', 'NodePorts', 'PodTopologySpread', 'InterPodAffinity', 'VolumeRestrictions'];
const helpedByArriving = ['PodTopologySpread', 'InterPodAffinity'];
const helpedByVolumes = ['VolumeBinding', 'VolumeRestrictions'];
const selectedNode = 'volume.kubernetes.io/selected-node';

export interface SchedulerOptions {
  /** kube-scheduler's client. */
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
}

export class Scheduler {
  private readonly client: Client;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly recorder: EventRecorder;
  private readonly cache: ClusterCache;
  private readonly queue: SchedulingQueue;
  /** Pods that have a node but wait for claims to be bound. By uid. */
  private readonly binding = new Map<string, { pod: Pod; nodeName: string }>();
  /** Pods for which others were driven out, with the node that is kept for them. By uid. */
  private readonly nominated = new Map<string, { pod: Pod; nodeName: string }>();
  private cancels: Cancel[] = [];

  constructor({ client, clock, random }: SchedulerOptions) {
    this.client = client;
    this.clock = clock;
    this.random = random.fork('scheduler');
    this.recorder = createEventRecorder(client, clock, schedulerName);
    this.cache = new ClusterCache(client);
    this.queue = new SchedulingQueue(clock, (pod) => this.schedule(pod));
  }

  /** Watches all that can make a pod fit: nodes, pods, claims, volumes, classes. */
  start(): void {
    this.cancels = [
      this.client.resource('nodes').watch((event) => this.nodeChanged(event)),
      this.client.resource('pods').watch((event) => this.podChanged(event)),
      this.client.resource('persistentvolumeclaims').watch(() => this.claimsChanged()),
      this.client.resource('persistentvolumes').watch(() => this.claimsChanged()),
      this.client.resource('storageclasses').watch(() => this.queue.wake(helpedByVolumes)),
    ];
  }

  stop(): void {
    for (const cancel of this.cancels) cancel();
    this.cancels = [];
  }

  private nodeChanged({ type, object, previous }: WatchEvent<Node>): void {
    this.cache.setNode(object.metadata.name, type === 'DELETED' ? undefined : object);
    // Heartbeats change nothing that a pod could wait for.
    if (type === 'ADDED' || (previous && !isSameForScheduling(object, previous))) this.queue.wake();
  }

  private podChanged({ type, object: pod, previous }: WatchEvent<Pod>): void {
    const uid = pod.metadata.uid!;
    const isOver = type === 'DELETED' || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    const nodeName = pod.spec.nodeName;
    if (isOver) {
      const wasOnNode = this.cache.nodeNameOf(uid) !== undefined;
      this.cache.removePod(uid);
      this.queue.remove(uid);
      this.binding.delete(uid);
      this.nominated.delete(uid);
      if (wasOnNode) this.queue.wake(helpedByLeaving);
    } else if (nodeName) {
      this.queue.remove(uid);
      this.cache.setPod(pod, nodeName);
      // A pod whose labels or node are new may be the one that another wants to be near.
      if (!previous?.spec.nodeName || !isEqual(previous.metadata.labels, pod.metadata.labels)) {
        this.queue.wake(helpedByArriving);
      }
    } else if (this.isOurs(pod) && !this.binding.has(uid)) {
      if (type === 'ADDED' || (previous && isNewAttempt(pod, previous))) this.queue.add(pod);
      else this.queue.refresh(pod);
    }
  }

  private isOurs(pod: Pod): boolean {
    return pod.spec.schedulerName === schedulerName && !pod.spec.schedulingGates?.length && !pod.metadata.deletionTimestamp;
  }

  private claimsChanged(): void {
    for (const { pod, nodeName } of [...this.binding.values()]) this.bindWhenReady(pod, nodeName);
    this.queue.wake(helpedByVolumes);
  }

  private schedule(pod: Pod): void {
    const view = this.viewFor(pod);
    const verdict = findNodes(pod, view);
    if ('diagnosis' in verdict) {
      this.refuse(pod, verdict.diagnosis);
      return;
    }
    const node = bestNode(pod, verdict.feasible, { ...view, selectorOf: (of) => this.cache.selectorOf(of) }, this.random);
    this.queue.remove(pod.metadata.uid!);
    this.nominated.delete(pod.metadata.uid!);
    this.cache.setPod(pod, node.name);
    for (const { claim } of delayedBindings(pod, node.node!, this.cache) ?? []) {
      this.client.resource('persistentvolumeclaims').modify(claim.metadata.namespace!, claim.metadata.name, (draft) => {
        draft.metadata.annotations = { ...draft.metadata.annotations, [selectedNode]: node.name };
      });
    }
    this.binding.set(pod.metadata.uid!, { pod, nodeName: node.name });
    this.bindWhenReady(pod, node.name);
  }

  /** The cluster as the pod finds it: room that is kept for more important pods is taken. */
  private viewFor(pod: Pod): ClusterView {
    const kept = [...this.nominated.values()].filter(
      (other) => other.pod.metadata.uid !== pod.metadata.uid && (other.pod.spec.priority ?? 0) >= (pod.spec.priority ?? 0),
    );
    const nodes = this.cache.nodes.map((node) => {
      const pods = kept.filter(({ nodeName }) => nodeName === node.name).map((other) => other.pod);
      return pods.length > 0 ? node.changed({ with: pods }) : node;
    });
    return replaceNodes(this.cache, nodes);
  }

  private bindWhenReady(pod: Pod, nodeName: string): void {
    const claims = (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
    const namespace = pod.metadata.namespace!;
    for (const name of claims) {
      const claim = this.cache.claim(namespace, name);
      if (!claim || !isBound(claim)) return;
    }
    this.binding.delete(pod.metadata.uid!);
    try {
      this.client.bind(namespace, pod.metadata.name, nodeName);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      // Deleted, or bound by someone else meanwhile: the watch says what holds.
      this.cache.removePod(pod.metadata.uid!);
      return;
    }
    this.recorder.record(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${pod.metadata.name} to ${nodeName}`);
  }

  private refuse(pod: Pod, diagnosis: Diagnosis): void {
    this.queue.park(pod, diagnosis.rules);
    const outcome = this.preempt(pod, diagnosis);
    const message = describeDiagnosis(diagnosis, outcome.kind);
    this.recorder.record(pod, 'Warning', 'FailedScheduling', message);
    this.client.resource('pods').modify(
      pod.metadata.namespace!,
      pod.metadata.name,
      (draft) => {
        draft.status ??= {};
        const condition = {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message,
          ...(draft.metadata.generation && { observedGeneration: draft.metadata.generation }),
        };
        const conditions = draft.status.conditions ?? [];
        const before = conditions.find(({ type }) => type === 'PodScheduled');
        const lastTransitionTime = before?.status === 'False' ? before.lastTransitionTime : timestamp(this.clock.now);
        draft.status.conditions = [
          ...conditions.filter(({ type }) => type !== 'PodScheduled'),
          { lastProbeTime: null as unknown as string, lastTransitionTime, ...condition },
        ];
        if (outcome.nodeName) draft.status.nominatedNodeName = outcome.nodeName;
      },
      'status',
    );
  }

  private preempt(pod: Pod, diagnosis: Diagnosis): { kind: PreemptionOutcome; nodeName?: string } {
    if (pod.spec.preemptionPolicy === 'Never') return { kind: 'forbidden' };
    if (isWaitingForVictims(pod, this.cache)) return { kind: 'waiting' };
    const sacrifice = findSacrifice(pod, diagnosis, this.cache);
    if (!sacrifice) return { kind: 'nothing' };
    for (const victim of sacrifice.victims) {
      this.recorder.record(victim, 'Normal', 'Preempted', `Preempted by pod ${pod.metadata.uid} on node ${sacrifice.nodeName}`);
      this.client.resource('pods').delete(victim.metadata.namespace!, victim.metadata.name, { uid: victim.metadata.uid! });
    }
    this.nominated.set(pod.metadata.uid!, { pod, nodeName: sacrifice.nodeName });
    return { kind: 'victims', nodeName: sacrifice.nodeName };
  }
}

/** Whether a pod was changed in a way that a new look is worth: labels, tolerations, gates. */
function isNewAttempt(pod: Pod, previous: Pod): boolean {
  return (
    !isEqual(pod.metadata.labels, previous.metadata.labels) ||
    !isEqual(pod.spec.tolerations, previous.spec.tolerations) ||
    !isEqual(pod.spec.schedulingGates, previous.spec.schedulingGates)
  );
}

function isSameForScheduling(node: Node, previous: Node): boolean {
  return (
    isEqual(node.spec, previous.spec) &&
    isEqual(node.metadata.labels, previous.metadata.labels) &&
    isEqual(node.status.allocatable, previous.status.allocatable)
  );
}
