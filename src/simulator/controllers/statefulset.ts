// The StatefulSet controller: pods with ordinals, made in order, taken away in reverse, updated from the last to the first.
// Wakes it: a StatefulSet that came or changed; a pod of it that did; its revisions; a pod's minReadySeconds being over.
import { isEqual } from '../../apimachinery/clone.ts';
import type { ControllerRevision, Pod, PodTemplateSpec, StatefulSet, StatefulSetStatus } from '../../apimachinery/objects.ts';
import { StatusError } from '../../apimachinery/status-error.ts';
import type { ResourceClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { claim } from './claim.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, type Result, WorkQueue } from './controller.ts';
import { currentRevision, type History, revisionsOf, trimHistory } from './controller-history.ts';
import type { Informer } from './informer.ts';
import { controllerOf } from './owner.ts';
import { isNamespaceEnding } from './pod-control.ts';
import { enqueueOwners } from './pod-events.ts';
import { isAvailable, isFinished, isReady } from './pod-state.ts';
import { selects } from './selection.ts';
import { type ClaimControl, createClaims, ownClaims } from './statefulset-claims.ts';
import { makePod, ordinalOf, revisionLabel, startOf } from './statefulset-pod.ts';

const hashLabel = 'controller.kubernetes.io/hash';

export function startStatefulSetController(context: ControllerContext): void {
  const controller = new StatefulSetController(context);
  const queue = new WorkQueue(context.clock, (key) => controller.reconcile(key));
  const sets = context.informers.of('statefulsets');
  sets.onChange((event) => queue.add(keyOf(event.object)));
  enqueueOwners(context.informers.of('pods'), 'StatefulSet', sets, queue);
  context.informers.of('controllerrevisions').onChange(({ object }) => {
    const owner = controllerOf(object);
    if (owner?.kind === 'StatefulSet') queue.add(`${object.metadata.namespace}/${owner.name}`);
  });
}

/** The two revisions between which a set may be. */
interface Revisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

class StatefulSetController {
  private readonly clock: Clock;
  private readonly events: EventRecorder;
  private readonly sets: Informer<StatefulSet>;
  private readonly pods: Informer<Pod>;
  private readonly client: ResourceClient<StatefulSet>;
  private readonly podClient: ResourceClient<Pod>;
  private readonly claims: ClaimControl;
  private readonly history: History;

  constructor(context: ControllerContext) {
    this.clock = context.clock;
    this.events = context.recorder('statefulset-controller');
    this.sets = context.informers.of('statefulsets');
    this.pods = context.informers.of('pods');
    this.client = context.client.resource('statefulsets');
    this.podClient = context.client.resource('pods');
    this.claims = { client: context.client.resource('persistentvolumeclaims'), events: this.events };
    this.history = { informer: context.informers.of('controllerrevisions'), client: context.client.resource('controllerrevisions') };
  }

  // kubernetes: pkg/controller/statefulset/stateful_set_control.go
  reconcile(key: string): Result | undefined {
    const set = this.sets.get(key);
    // One that is being deleted makes nothing new, no revision either: the garbage collector would take it at once, for ever.
    if (!set || set.metadata.deletionTimestamp) return undefined;
    const revisions = this.revisionsOf(set);
    try {
      this.manage(set, this.podsOf(set), revisions);
    } finally {
      this.updateStatus(set, revisions);
    }
    const isLive = (revision: ControllerRevision) => this.isLive(set, revision, revisions);
    trimHistory(this.history, set, set.spec.revisionHistoryLimit ?? 10, isLive);
    const minReadySeconds = set.spec.minReadySeconds ?? 0;
    const isWaiting = this.podsOf(set).some((pod) => isReady(pod) && !this.isAvailable(set, pod));
    return isWaiting ? { requeueAfterMs: minReadySeconds * 1000 } : undefined;
  }

  private isLive(set: StatefulSet, revision: ControllerRevision, { current, update }: Revisions): boolean {
    const { name } = revision.metadata;
    if (name === current.metadata.name || name === update.metadata.name) return true;
    return this.podsOf(set).some((pod) => pod.metadata.labels?.[revisionLabel] === name);
  }

  private revisionsOf(set: StatefulSet): Revisions {
    const update = currentRevision(this.history, set, {
      template: set.spec.template,
      hashLabel,
      collisions: set.status?.collisionCount,
      count: () =>
        this.modifyStatus(set, (draft) => {
          draft.status.collisionCount = (draft.status.collisionCount ?? 0) + 1;
        }),
    });
    const name = set.status?.currentRevision;
    return { update, current: revisionsOf(this.history, set).find((revision) => revision.metadata.name === name) ?? update };
  }

  private podsOf(set: StatefulSet): Pod[] {
    const objects = { informer: this.pods, client: this.podClient };
    const isMember = (pod: Pod) => selects(set.spec.selector, pod.metadata.labels) && ordinalOf(set, pod) !== undefined;
    return claim(set, objects, this.client, isMember);
  }

  /** Does the next thing that order allows; with podManagementPolicy Parallel, all of them. */
  private manage(set: StatefulSet, pods: readonly Pod[], revisions: Revisions): void {
    const start = startOf(set);
    const end = start + (set.spec.replicas ?? 1);
    if (set.spec.volumeClaimTemplates?.length)
      for (const pod of pods) if (ordinalOf(set, pod)! < end) ownClaims(this.claims, set, pod, false);
    const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod)!, pod]));
    for (let ordinal = start; ordinal < end; ordinal++) {
      if (this.keep(set, byOrdinal.get(ordinal), { ordinal, revisions }) === 'wait') return;
    }
    const condemned = pods.filter((pod) => ordinalOf(set, pod)! < start || ordinalOf(set, pod)! >= end);
    if (this.condemn(set, condemned, pods) === 'wait') return;
    if (set.spec.updateStrategy?.type === 'OnDelete') return;
    this.update(set, byOrdinal, revisions);
  }

  /** Makes the pod of an ordinal, or replaces one that finished. 'wait': nothing further may be done before it is well. */
  private keep(set: StatefulSet, pod: Pod | undefined, wanted: { ordinal: number; revisions: Revisions }): 'wait' | 'go on' {
    const inOrder = isOrdered(set);
    if (!pod) {
      this.create(set, wanted.ordinal, wanted.revisions);
      return inOrder ? 'wait' : 'go on';
    }
    if (isFinished(pod)) {
      if (!pod.metadata.deletionTimestamp) {
        const { namespace, name } = set.metadata;
        const isFailed = pod.status.phase === 'Failed';
        const words = `StatefulSet ${namespace}/${name} is recreating ${isFailed ? 'failed' : 'terminated'} Pod ${pod.metadata.name}`;
        this.events.record(set, isFailed ? 'Warning' : 'Normal', isFailed ? 'RecreatingFailedPod' : 'RecreatingTerminatedPod', words);
        this.remove(set, pod);
      }
      return 'wait';
    }
    if (!inOrder) return 'go on';
    return pod.metadata.deletionTimestamp || !this.isHealthy(set, pod) ? 'wait' : 'go on';
  }

  /** Takes away the pods beyond the wanted ones, the last first, and in order only while all others are well. */
  private condemn(set: StatefulSet, condemned: Pod[], pods: readonly Pod[]): 'wait' | 'go on' {
    const unhealthy = [...pods]
      .sort((one, other) => ordinalOf(set, one)! - ordinalOf(set, other)!)
      .find((pod) => !this.isHealthy(set, pod));
    for (const pod of condemned.sort((one, other) => ordinalOf(set, other)! - ordinalOf(set, one)!)) {
      if (pod.metadata.deletionTimestamp) {
        if (isOrdered(set)) return 'wait';
        continue;
      }
      if (isOrdered(set) && !this.isHealthy(set, pod) && pod !== unhealthy) return 'wait';
      if (set.spec.volumeClaimTemplates?.length) ownClaims(this.claims, set, pod, true);
      this.remove(set, pod);
      if (isOrdered(set)) return 'wait';
    }
    return 'go on';
  }

  /** Replaces the last pod of another revision, and waits for each to be well. */
  private update(set: StatefulSet, byOrdinal: ReadonlyMap<number, Pod>, { update }: Revisions): void {
    const first = startOf(set) + (set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
    for (let ordinal = startOf(set) + (set.spec.replicas ?? 1) - 1; ordinal >= first; ordinal--) {
      const pod = byOrdinal.get(ordinal);
      if (!pod) return;
      if (pod.metadata.labels?.[revisionLabel] !== update.metadata.name && !pod.metadata.deletionTimestamp) {
        this.remove(set, pod);
        return;
      }
      if (!this.isHealthy(set, pod)) return;
    }
  }

  private create(set: StatefulSet, ordinal: number, { current, update }: Revisions): void {
    const isOld = isCurrentRevisionNeeded(set, ordinal);
    const revision = isOld ? current : update;
    const pod = makePod(set, isOld ? templateOf(revision) : set.spec.template, ordinal, revision.metadata.name);
    const { name } = pod.metadata;
    try {
      createClaims(this.claims, set, ordinal);
      this.pods.observe(this.podClient.create(pod));
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (isNamespaceEnding(error)) return;
      const words = `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${error.message}`;
      this.events.record(set, 'Warning', 'FailedCreate', words);
      throw error;
    }
    this.events.record(set, 'Normal', 'SuccessfulCreate', `create Pod ${name} in StatefulSet ${set.metadata.name} successful`);
  }

  private remove(set: StatefulSet, pod: Pod): void {
    const { namespace, name, uid } = pod.metadata;
    this.podClient.delete(namespace!, name, { uid: uid! });
    this.pods.refresh(namespace!, name);
    this.events.record(set, 'Normal', 'SuccessfulDelete', `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`);
  }

  private isAvailable(set: StatefulSet, pod: Pod): boolean {
    return isAvailable(pod, set.spec.minReadySeconds ?? 0, this.clock.now);
  }

  private isHealthy(set: StatefulSet, pod: Pod): boolean {
    return pod.status?.phase === 'Running' && this.isAvailable(set, pod) && !pod.metadata.deletionTimestamp;
  }

  private updateStatus(set: StatefulSet, revisions: Revisions): void {
    const status = this.statusOf(set, revisions);
    if (isEqual(status, set.status ?? {})) return;
    this.modifyStatus(set, (draft) => {
      draft.status = status;
    });
  }

  private statusOf(set: StatefulSet, { current, update }: Revisions): StatefulSetStatus {
    const pods = this.podsOf(set);
    const replicas = set.spec.replicas ?? 1;
    const living = pods.filter((pod) => !pod.metadata.deletionTimestamp);
    const count = (revision: ControllerRevision) =>
      living.filter((pod) => pod.metadata.labels?.[revisionLabel] === revision.metadata.name).length;
    const running = pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod));
    const updated = count(update);
    const isComplete = updated === replicas && running.length === replicas && pods.length === replicas;
    const isDone = isComplete && set.spec.updateStrategy?.type !== 'OnDelete';
    return {
      observedGeneration: set.metadata.generation,
      replicas: pods.length,
      readyReplicas: running.length || undefined,
      currentReplicas: (isDone ? updated : count(current)) || undefined,
      updatedReplicas: updated || undefined,
      currentRevision: (isDone ? update : current).metadata.name,
      updateRevision: update.metadata.name,
      collisionCount: set.status?.collisionCount ?? 0,
      conditions: set.status?.conditions,
      availableReplicas: running.filter((pod) => this.isAvailable(set, pod)).length,
    };
  }

  private modifyStatus(set: StatefulSet, change: (draft: StatefulSet) => void): void {
    const prepared = (draft: StatefulSet) => {
      draft.status ??= { replicas: 0 };
      change(draft);
    };
    const written = this.client.modify(set.metadata.namespace!, set.metadata.name, prepared, 'status');
    if (written) this.sets.observe(written);
  }
}

function isOrdered(set: StatefulSet): boolean {
  return set.spec.podManagementPolicy !== 'Parallel';
}

/** A pod below the partition comes back as it was before the update. */
function isCurrentRevisionNeeded(set: StatefulSet, ordinal: number): boolean {
  if (set.spec.updateStrategy?.type === 'OnDelete') return false;
  const rolling = set.spec.updateStrategy?.rollingUpdate;
  if (!rolling) return ordinal < startOf(set) + (set.status?.currentReplicas ?? 0);
  return ordinal < startOf(set) + (rolling.partition ?? 0);
}

function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const { $patch: _, ...template } = (revision.data as { spec: { template: PodTemplateSpec & { $patch: string } } }).spec.template;
  return template;
}
