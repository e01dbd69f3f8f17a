// The ReplicaSet controller keeps as many pods as a ReplicaSet asks for, and says how many of them are there, ready and available.
// Wakes it: a ReplicaSet that came or changed; a pod it owns (or could own) that came, went or changed; a pod's minReadySeconds being over.
import { isEqual } from '../../apimachinery/clone.ts';
import type { Pod, ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '../../apimachinery/objects.ts';
import { matchesLabels } from '../../apimachinery/selector.ts';
import { StatusError } from '../../apimachinery/status-error.ts';
import type { ResourceClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { timestamp } from '../timestamp.ts';
import { claim } from './claim.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, type Result, WorkQueue } from './controller.ts';
import { sortForDeletion } from './deletion-order.ts';
import type { Informer } from './informer.ts';
import { controllerOf } from './owner.ts';
import { createPod, createSlowly, deletePod, isNamespaceEnding } from './pod-control.ts';
import { enqueueOwners } from './pod-events.ts';
import { isActive, isAvailable, isReady, readyCondition } from './pod-state.ts';
import { selects } from './selection.ts';

/** As many pods are made or deleted in one go. */
const burstReplicas = 500;

export function startReplicaSetController(context: ControllerContext): void {
  const controller = new ReplicaSetController(context);
  const queue = new WorkQueue(context.clock, (key) => controller.reconcile(key));
  const replicaSets = context.informers.of('replicasets');
  replicaSets.onChange((event) => queue.add(keyOf(event.object)));
  enqueueOwners(context.informers.of('pods'), 'ReplicaSet', replicaSets, queue);
}

/** What one pod is to a ReplicaSet. */
interface Standing {
  /** The selector chooses it. */
  readonly isMatch: boolean;
  /** It has all the template's labels. */
  readonly isLabeled: boolean;
  readonly isActive: boolean;
  readonly isReady: boolean;
}

/** The pods that count, and how many of them are so far. */
interface Tally {
  readonly pods: Pod[];
  readonly labeled: number;
  readonly ready: number;
  readonly available: number;
}

/**
 * By the ReplicaSet's spec and by pod: stored objects never change, and a ReplicaSet of hundreds is counted anew whenever one of its pods becomes ready.
 */
const standings = new WeakMap<ReplicaSet['spec'], WeakMap<Pod, Standing>>();

function standingIn({ spec }: ReplicaSet): (pod: Pod) => Standing {
  let known = standings.get(spec);
  if (!known) {
    known = new WeakMap();
    standings.set(spec, known);
  }
  const found = known;
  return (pod) => {
    let standing = found.get(pod);
    if (!standing) {
      standing = {
        isMatch: selects(spec.selector, pod.metadata.labels),
        isLabeled: matchesLabels(spec.template?.metadata?.labels ?? {}, pod.metadata.labels),
        isActive: isActive(pod),
        isReady: isReady(pod),
      };
      found.set(pod, standing);
    }
    return standing;
  };
}

class ReplicaSetController {
  private readonly clock: Clock;
  private readonly events: EventRecorder;
  private readonly replicaSets: Informer<ReplicaSet>;
  private readonly pods: Informer<Pod>;
  private readonly podClient: ResourceClient<Pod>;
  private readonly client: ResourceClient<ReplicaSet>;

  constructor(context: ControllerContext) {
    this.clock = context.clock;
    this.events = context.recorder('replicaset-controller');
    this.replicaSets = context.informers.of('replicasets');
    this.pods = context.informers.of('pods');
    this.podClient = context.client.resource('pods');
    this.client = context.client.resource('replicasets');
  }

  // kubernetes: pkg/controller/replicaset/replica_set.go
  reconcile(key: string): Result | undefined {
    const set = this.replicaSets.get(key);
    if (!set) return undefined;
    const objects = { informer: this.pods, client: this.podClient };
    const standing = standingIn(set);
    const claimed = claim(set, objects, this.client, (pod) => standing(pod).isMatch);
    const tally = this.tallyOf(set, claimed);
    const { pods } = tally;
    const before = pods.length;
    const { left, failure } = set.metadata.deletionTimestamp ? { left: pods, failure: undefined } : this.manage(set, pods);
    this.updateStatus(set, left === pods ? tally : this.tallyOf(set, left), before - replicasOf(set), failure);
    if (failure) throw failure;
    return this.nextLook(set, left);
  }

  /** Makes or deletes pods until their number is right; returns those that count now. */
  private manage(set: ReplicaSet, pods: Pod[]): { left: Pod[]; failure: StatusError | undefined } {
    const surplus = pods.length - replicasOf(set);
    if (surplus < 0) return this.create(set, pods, Math.min(-surplus, burstReplicas));
    if (surplus > 0) return this.remove(set, pods, Math.min(surplus, burstReplicas));
    return { left: pods, failure: undefined };
  }

  private create(set: ReplicaSet, pods: Pod[], count: number): { left: Pod[]; failure: StatusError | undefined } {
    const made: Pod[] = [];
    const failure = createSlowly(count, () => {
      made.push(createPod({ client: this.podClient, informer: this.pods, events: this.events }, set, set.spec.template!));
    });
    // The pods will never come to be: the whole namespace is going.
    return { left: [...pods, ...made], failure: failure && isNamespaceEnding(failure) ? undefined : failure };
  }

  private remove(set: ReplicaSet, pods: Pod[], count: number): { left: Pod[]; failure: StatusError | undefined } {
    const doomed = sortForDeletion(pods, this.relatedPods(set, pods), this.clock.now).slice(0, count);
    let failure: StatusError | undefined;
    const gone = new Set<Pod>();
    for (const pod of doomed) {
      try {
        deletePod({ client: this.podClient, informer: this.pods, events: this.events }, set, pod);
        gone.add(pod);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        failure ??= error;
      }
    }
    return { left: pods.filter((pod) => !gone.has(pod)), failure };
  }

  /** The pods of all ReplicaSets with the same owner: of two revisions on one node, one may go first. */
  private relatedPods(set: ReplicaSet, pods: readonly Pod[]): readonly Pod[] {
    const owner = controllerOf(set);
    if (!owner) return pods;
    return this.replicaSets.ownedBy(owner.uid).flatMap((sibling) => this.pods.ownedBy(sibling.metadata.uid!));
  }

  private tallyOf(set: ReplicaSet, claimed: readonly Pod[]): Tally {
    const standing = standingIn(set);
    const minReadySeconds = set.spec.minReadySeconds ?? 0;
    const pods: Pod[] = [];
    const count = { labeled: 0, ready: 0, available: 0 };
    for (const pod of claimed) {
      const { isLabeled, isActive, isReady } = standing(pod);
      if (!isActive) continue;
      pods.push(pod);
      if (isLabeled) count.labeled++;
      if (!isReady) continue;
      count.ready++;
      if (minReadySeconds === 0 || isAvailable(pod, minReadySeconds, this.clock.now)) count.available++;
    }
    return { pods, ...count };
  }

  private updateStatus(set: ReplicaSet, tally: Tally, surplus: number, failure: StatusError | undefined): void {
    const status = this.statusOf(set, tally, surplus, failure);
    if (isEqual(status, set.status ?? {})) return;
    const { namespace, name } = set.metadata;
    const written = this.client.modify(
      namespace!,
      name,
      (draft) => {
        draft.status = status;
      },
      'status',
    );
    if (written) this.replicaSets.observe(written);
  }

  private statusOf(
    set: ReplicaSet,
    { pods, labeled, ready, available }: Tally,
    surplus: number,
    failure: StatusError | undefined,
  ): ReplicaSetStatus {
    return {
      replicas: pods.length,
      fullyLabeledReplicas: labeled || undefined,
      readyReplicas: ready || undefined,
      availableReplicas: available || undefined,
      observedGeneration: set.metadata.generation,
      conditions: this.conditionsOf(set, surplus, failure),
    };
  }

  private conditionsOf(set: ReplicaSet, surplus: number, failure: StatusError | undefined): ReplicaSetCondition[] | undefined {
    const others = (set.status?.conditions ?? []).filter((condition) => condition.type !== 'ReplicaFailure');
    const known = set.status?.conditions?.find((condition) => condition.type === 'ReplicaFailure');
    if (!failure) return others.length ? others : undefined;
    if (known) return set.status.conditions;
    return [
      ...others,
      {
        type: 'ReplicaFailure',
        status: 'True',
        lastTransitionTime: timestamp(this.clock.now),
        reason: surplus < 0 ? 'FailedCreate' : 'FailedDelete',
        message: failure.message,
      },
    ];
  }

  /** When the next pod will have been ready for long enough. */
  private nextLook(set: ReplicaSet, pods: readonly Pod[]): Result | undefined {
    const minReadyMs = (set.spec.minReadySeconds ?? 0) * 1000;
    if (minReadyMs === 0) return undefined;
    let next = Number.POSITIVE_INFINITY;
    for (const pod of pods) {
      const ready = readyCondition(pod);
      if (ready?.status !== 'True' || !ready.lastTransitionTime) continue;
      const at = Date.parse(ready.lastTransitionTime) + minReadyMs;
      if (at > this.clock.now) next = Math.min(next, at);
    }
    return Number.isFinite(next) ? { requeueAfterMs: next - this.clock.now } : undefined;
  }
}

function replicasOf(set: ReplicaSet): number {
  return set.spec.replicas ?? 1;
}
