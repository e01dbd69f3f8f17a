// The Deployment controller: one ReplicaSet per revision of the pod template, sized so that a rollout never has too many or too few pods.
// Wakes it: a Deployment that came, went or changed; a ReplicaSet of it that did; the last pod of a Recreate going; the progress deadline.
import { clone, isEqual } from '../../apimachinery/clone.ts';
import type { Deployment, DeploymentStatus, Pod, ReplicaSet } from '../../apimachinery/objects.ts';
import { StatusError } from '../../apimachinery/status-error.ts';
import type { New, ResourceClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { claim } from './claim.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, type Result, WorkQueue } from './controller.ts';
import {
  byCreation,
  desiredReplicasAnnotation,
  isRolling,
  minAvailable,
  newSetSize,
  proportionalSizes,
  size,
  sumOf,
  wanted,
} from './deployment-replicas.ts';
import {
  annotationsFor,
  findNewSet,
  hashLabel,
  hasTemplate,
  maxRevision,
  revisionAnnotation,
  revisionOf,
  setReplicasAnnotations,
} from './deployment-revision.ts';
import {
  condition,
  countedStatus,
  find,
  hasDeadline,
  isComplete,
  rolloutStatus,
  untilDeadline,
  withCondition,
} from './deployment-status.ts';
import type { Informer } from './informer.ts';
import { controllerOf, controllerReference, isControlledBy } from './owner.ts';
import { isNamespaceEnding } from './pod-control.ts';
import { isFinished } from './pod-state.ts';
import { templateHash } from './pod-template-hash.ts';
import { selects } from './selection.ts';

export function startDeploymentController(context: ControllerContext): void {
  const controller = new DeploymentController(context);
  const queue = new WorkQueue(context.clock, (key) => controller.reconcile(key));
  const { informers } = context;
  const deployments = informers.of('deployments');
  deployments.onChange((event) => queue.add(keyOf(event.object)));
  informers.of('replicasets').onChange(({ object, previous }) => {
    const namespace = object.metadata.namespace ?? '';
    for (const set of previous ? [object, previous] : [object]) {
      const owner = controllerOf(set);
      if (owner?.kind === 'Deployment') queue.add(`${namespace}/${owner.name}`);
    }
    if (controllerOf(object)) return;
    for (const candidate of deployments.list(namespace)) {
      if (selects(candidate.spec.selector, object.metadata.labels)) queue.add(keyOf(candidate));
    }
  });
  informers.of('pods').onChange(({ type, object }) => {
    if (type === 'DELETED') controller.recreated(object, queue);
  });
}

/** The ReplicaSets of one Deployment: the one of the current template, if it is there, and all others. */
interface Sets {
  newest: ReplicaSet | undefined;
  old: ReplicaSet[];
}

class DeploymentController {
  private readonly clock: Clock;
  private readonly events: EventRecorder;
  private readonly deployments: Informer<Deployment>;
  private readonly replicaSets: Informer<ReplicaSet>;
  private readonly pods: Informer<Pod>;
  private readonly client: ResourceClient<Deployment>;
  private readonly setClient: ResourceClient<ReplicaSet>;

  constructor(context: ControllerContext) {
    this.clock = context.clock;
    this.events = context.recorder('deployment-controller');
    this.deployments = context.informers.of('deployments');
    this.replicaSets = context.informers.of('replicasets');
    this.pods = context.informers.of('pods');
    this.client = context.client.resource('deployments');
    this.setClient = context.client.resource('replicasets');
  }

  /** A pod went: a Recreate may have waited for it. */
  recreated(pod: Pod, queue: WorkQueue): void {
    const owner = controllerOf(pod);
    const set = owner?.kind === 'ReplicaSet' ? this.replicaSets.get(`${pod.metadata.namespace}/${owner.name}`) : undefined;
    const deployment = set && controllerOf(set);
    if (deployment?.kind === 'Deployment') queue.add(`${pod.metadata.namespace}/${deployment.name}`);
  }

  // kubernetes: pkg/controller/deployment/deployment_controller.go syncDeployment
  reconcile(key: string): Result | undefined {
    const deployment = this.deployments.get(key);
    if (!deployment) return undefined;
    if (isEqual(deployment.spec.selector, {})) {
      const words = 'This deployment is selecting all pods. A non-empty selector is required.';
      this.events.record(deployment, 'Warning', 'SelectingAll', words);
      return undefined;
    }
    const objects = { informer: this.replicaSets, client: this.setClient };
    const sets = claim(deployment, objects, this.client, (set) => selects(deployment.spec.selector, set.metadata.labels));
    if (deployment.metadata.deletionTimestamp) return this.writeCounted(deployment, this.split(deployment, sets));
    const checked = this.checkPaused(deployment);
    if (checked.spec.paused) return this.scaleAndCount(checked, this.sync(checked, sets, false));
    const known = this.sync(checked, sets, false);
    const current = this.deployments.get(key) ?? checked;
    if (isScaling(current, known)) return this.scaleAndCount(current, known);
    return isRolling(current) ? this.roll(current, sets) : this.recreate(current, sets);
  }

  /** Says in the Progressing condition that a rollout was paused or resumed, so that the pause doesn't count as a lack of progress. */
  private checkPaused(deployment: Deployment): Deployment {
    const progressing = find(deployment.status?.conditions, 'Progressing');
    if (!hasDeadline(deployment) || progressing?.reason === 'ProgressDeadlineExceeded') return deployment;
    const isSaid = progressing?.reason === 'DeploymentPaused';
    if (Boolean(deployment.spec.paused) === isSaid) return deployment;
    const next = deployment.spec.paused
      ? condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', this.clock.now)
      : condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', this.clock.now);
    return this.modifyStatus(deployment, (draft) => {
      draft.status.conditions = [...withCondition(draft.status.conditions ?? [], next)];
    });
  }

  private split(deployment: Deployment, sets: readonly ReplicaSet[]): Sets {
    const newest = findNewSet(deployment, sets);
    return { newest, old: sets.filter((set) => set !== newest).sort(byCreation) };
  }

  /** Finds the newest ReplicaSet, or makes it when asked to, and keeps revision and annotations right. */
  // kubernetes: pkg/controller/deployment/sync.go getNewReplicaSet
  private sync(deployment: Deployment, sets: readonly ReplicaSet[], create: boolean): Sets {
    const { newest, old } = this.split(deployment, sets);
    const revision = maxRevision(old) + 1;
    if (newest) return { newest: this.keepUp(deployment, newest, revision), old };
    return { newest: create ? this.createSet(deployment, old, revision) : undefined, old };
  }

  private keepUp(deployment: Deployment, newest: ReplicaSet, revision: number): ReplicaSet {
    const annotations = annotationsFor(deployment, newest, revision, true);
    const isUpToDate = isEqual(annotations, newest.metadata.annotations ?? {});
    if (!isUpToDate || (newest.spec.minReadySeconds ?? 0) !== (deployment.spec.minReadySeconds ?? 0)) {
      return this.modifySet(newest, (draft) => {
        draft.metadata.annotations = annotations;
        draft.spec.minReadySeconds = deployment.spec.minReadySeconds;
      });
    }
    const isNumbered = deployment.metadata.annotations?.[revisionAnnotation] === annotations[revisionAnnotation];
    const isFound = !hasDeadline(deployment) || find(deployment.status?.conditions, 'Progressing') !== undefined;
    if (isNumbered && isFound) return newest;
    const words = `Found new replica set "${newest.metadata.name}"`;
    this.modifyStatus(deployment, (draft) => {
      draft.metadata.annotations = { ...draft.metadata.annotations, [revisionAnnotation]: annotations[revisionAnnotation]! };
      if (isFound) return;
      const next = condition('Progressing', 'True', 'FoundNewReplicaSet', words, this.clock.now);
      draft.status.conditions = [...withCondition(draft.status.conditions ?? [], next)];
    });
    return newest;
  }

  private createSet(deployment: Deployment, old: readonly ReplicaSet[], revision: number): ReplicaSet {
    const draft = newSet(deployment, old, revision);
    let made: ReplicaSet;
    let existed = false;
    try {
      made = this.replicaSets.observe(this.setClient.create(draft));
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      made = this.existing(deployment, draft, error);
      existed = true;
    }
    const name = made.metadata.name;
    if (!existed && size(made) > 0) {
      this.events.record(deployment, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${size(made)}`);
    }
    this.modifyStatus(deployment, (fresh) => {
      fresh.metadata.annotations = { ...fresh.metadata.annotations, [revisionAnnotation]: String(revision) };
      if (existed || !hasDeadline(deployment)) return;
      const next = condition('Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${name}"`, this.clock.now);
      fresh.status.conditions = [...withCondition(fresh.status.conditions ?? [], next)];
    });
    return made;
  }

  /** The ReplicaSet of that name if it is ours already; a foreign one is a collision of hashes, and the next try takes another. */
  private existing(deployment: Deployment, wantedSet: New<ReplicaSet>, error: StatusError): ReplicaSet {
    const name = wantedSet.metadata.name!;
    if (error.status.reason === 'AlreadyExists') {
      const there = this.setClient.get(deployment.metadata.namespace!, name);
      if (there && isControlledBy(there, deployment) && hasTemplate(there, deployment.spec.template))
        return this.replicaSets.observe(there);
      this.modifyStatus(deployment, (draft) => {
        draft.status.collisionCount = (draft.status.collisionCount ?? 0) + 1;
      });
      throw error;
    }
    if (isNamespaceEnding(error)) throw error;
    const words = `Failed to create new replica set "${name}": ${error.message}`;
    if (hasDeadline(deployment)) {
      const next = condition('Progressing', 'False', 'ReplicaSetCreateError', words, this.clock.now);
      this.modifyStatus(deployment, (draft) => {
        draft.status.conditions = [...withCondition(draft.status.conditions ?? [], next)];
      });
    }
    this.events.record(deployment, 'Warning', 'ReplicaSetCreateError', words);
    throw error;
  }

  // kubernetes: pkg/controller/deployment/rolling.go
  private roll(deployment: Deployment, known: readonly ReplicaSet[]): Result | undefined {
    const sets = this.sync(deployment, known, true);
    const current = this.deployments.get(keyOf(deployment)) ?? deployment;
    const newest = sets.newest!;
    const target = size(newest) > wanted(current) ? wanted(current) : newSetSize(current, [...sets.old, newest], newest);
    if (size(newest) !== wanted(current) && this.scale(current, sets, newest, target)) return this.writeRollout(current, sets);
    if (this.shrinkOld(current, sets)) return this.writeRollout(current, sets);
    if (isComplete(current, current.status)) this.cleanUp(current, sets.old);
    return this.writeRollout(current, sets);
  }

  /** Takes pods from the old ReplicaSets: first those that aren't available anyway, then as many as may be missing. */
  private shrinkOld(deployment: Deployment, sets: Sets): boolean {
    if (sumOf(sets.old, size) === 0) return false;
    const newest = sets.newest!;
    const newUnavailable = size(newest) - (newest.status?.availableReplicas ?? 0);
    const most = sumOf([...sets.old, newest], size) - minAvailable(deployment) - newUnavailable;
    if (most <= 0) return false;
    let removed = 0;
    for (const set of [...sets.old]) {
      const unhealthy = Math.min(most - removed, size(set) - (set.status?.availableReplicas ?? 0));
      if (size(set) === 0 || unhealthy <= 0) continue;
      this.scale(deployment, sets, set, size(set) - unhealthy);
      removed += unhealthy;
    }
    let spare = sumOf([...sets.old, newest], (set) => set.status?.availableReplicas) - minAvailable(deployment);
    for (const set of [...sets.old]) {
      const count = Math.min(size(set), spare);
      if (count <= 0) continue;
      this.scale(deployment, sets, set, size(set) - count);
      spare -= count;
      removed += count;
    }
    return removed > 0;
  }

  // kubernetes: pkg/controller/deployment/recreate.go
  private recreate(deployment: Deployment, known: readonly ReplicaSet[]): Result | undefined {
    let sets = this.sync(deployment, known, false);
    let scaled = false;
    for (const set of [...sets.old]) if (size(set) > 0) scaled = this.scale(deployment, sets, set, 0) || scaled;
    if (scaled || this.oldPodsRun(sets)) return this.writeRollout(deployment, sets);
    if (!sets.newest) sets = this.sync(deployment, sets.old, true);
    const current = this.deployments.get(keyOf(deployment)) ?? deployment;
    this.scale(current, sets, sets.newest!, wanted(current));
    if (isComplete(current, current.status)) this.cleanUp(current, sets.old);
    return this.writeRollout(current, sets);
  }

  private oldPodsRun({ old }: Sets): boolean {
    if (sumOf(old, (set) => set.status?.replicas) > 0) return true;
    return old.some((set) => this.pods.ownedBy(set.metadata.uid!).some((pod) => !isFinished(pod)));
  }

  /** The Deployment was scaled, or is paused: sizes change, revisions don't. */
  private scaleAndCount(deployment: Deployment, sets: Sets): Result | undefined {
    this.scaleProportionally(deployment, sets);
    this.cleanUp(deployment, sets.old);
    return this.writeCounted(deployment, sets);
  }

  // kubernetes: pkg/controller/deployment/sync.go scale
  private scaleProportionally(deployment: Deployment, sets: Sets): void {
    const { newest, old } = sets;
    const running = all(sets).filter((set) => size(set) > 0);
    if (running.length <= 1) {
      const only = running[0] ?? newest ?? old[old.length - 1];
      if (only) this.scale(deployment, sets, only, wanted(deployment));
    } else if (newest && isSaturated(deployment, newest)) {
      for (const set of [...old]) if (size(set) > 0) this.scale(deployment, sets, set, 0);
    } else if (isRolling(deployment)) {
      for (const [set, count] of proportionalSizes(deployment, running)) this.resize(deployment, sets, set, count);
    }
  }

  /** Resizes a ReplicaSet; nothing, not even its annotations, when it has that size. True if it was resized. */
  private scale(deployment: Deployment, sets: Sets, set: ReplicaSet, count: number): boolean {
    return size(set) !== count && this.resize(deployment, sets, set, count);
  }

  private resize(deployment: Deployment, sets: Sets, set: ReplicaSet, count: number): boolean {
    const annotations = clone(set.metadata.annotations ?? {});
    const before = size(set);
    if (!setReplicasAnnotations(annotations, deployment) && before === count) return false;
    const resized = this.modifySet(set, (draft) => {
      draft.metadata.annotations = annotations;
      draft.spec.replicas = count;
    });
    if (sets.newest === set) sets.newest = resized;
    sets.old = sets.old.map((other) => (other === set ? resized : other));
    if (before === count) return false;
    const words = `Scaled ${before < count ? 'up' : 'down'} replica set ${set.metadata.name} from ${before} to ${count}`;
    this.events.record(deployment, 'Normal', 'ScalingReplicaSet', words);
    return true;
  }

  /** Deletes the oldest of those that are empty, beyond what the history keeps. */
  private cleanUp(deployment: Deployment, old: readonly ReplicaSet[]): void {
    const limit = deployment.spec.revisionHistoryLimit ?? 10;
    const living = old.filter((set) => !set.metadata.deletionTimestamp).sort((one, other) => revisionOf(one) - revisionOf(other));
    for (const set of living.slice(0, Math.max(0, living.length - limit))) {
      const isEmpty = size(set) === 0 && !set.status?.replicas;
      if (!isEmpty || (set.metadata.generation ?? 0) > (set.status?.observedGeneration ?? 0)) continue;
      this.setClient.delete(set.metadata.namespace!, set.metadata.name);
      this.replicaSets.refresh(set.metadata.namespace!, set.metadata.name);
    }
  }

  private writeCounted(deployment: Deployment, sets: Sets): undefined {
    this.writeStatus(deployment, countedStatus(deployment, all(sets), sets.newest, this.clock.now));
  }

  private writeRollout(deployment: Deployment, sets: Sets): Result | undefined {
    const status = rolloutStatus(deployment, all(sets), sets.newest, this.clock.now);
    if (this.writeStatus(deployment, status)) return undefined;
    return { requeueAfterMs: untilDeadline(deployment, status, this.clock.now) };
  }

  private writeStatus(deployment: Deployment, status: DeploymentStatus): boolean {
    if (isEqual(status, deployment.status ?? {})) return false;
    this.modifyStatus(deployment, (draft) => {
      draft.status = status;
    });
    return true;
  }

  private modifyStatus(deployment: Deployment, change: (draft: Deployment) => void): Deployment {
    const { namespace, name } = deployment.metadata;
    const prepared = (draft: Deployment) => {
      draft.status ??= {};
      change(draft);
    };
    const written = this.client.modify(namespace!, name, prepared, 'status');
    return written ? this.deployments.observe(written) : deployment;
  }

  private modifySet(set: ReplicaSet, change: (draft: ReplicaSet) => void): ReplicaSet {
    const written = this.setClient.modify(set.metadata.namespace!, set.metadata.name, change);
    return written ? this.replicaSets.observe(written) : set;
  }
}

function all({ newest, old }: Sets): ReplicaSet[] {
  return newest ? [...old, newest] : old;
}

/** True when a running ReplicaSet was last sized for another number of replicas. */
function isScaling(deployment: Deployment, sets: Sets): boolean {
  return all(sets).some((set) => {
    const desired = set.metadata.annotations?.[desiredReplicasAnnotation];
    return size(set) > 0 && desired !== undefined && /^\d+$/.test(desired) && Number(desired) !== wanted(deployment);
  });
}

function isSaturated(deployment: Deployment, newest: ReplicaSet): boolean {
  const replicas = wanted(deployment);
  const desired = Number(newest.metadata.annotations?.[desiredReplicasAnnotation]);
  return size(newest) === replicas && desired === replicas && (newest.status?.availableReplicas ?? 0) === replicas;
}

function newSet(deployment: Deployment, old: readonly ReplicaSet[], revision: number): New<ReplicaSet> {
  const template = clone(deployment.spec.template);
  const hash = templateHash(template, deployment.status?.collisionCount);
  template.metadata = { ...template.metadata!, labels: { ...template.metadata?.labels, [hashLabel]: hash } };
  const selector = clone(deployment.spec.selector);
  selector.matchLabels = { ...selector.matchLabels, [hashLabel]: hash };
  const draft: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels: { ...template.metadata.labels },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: { replicas: 0, minReadySeconds: deployment.spec.minReadySeconds, selector, template },
    status: { replicas: 0 },
  };
  draft.spec.replicas = newSetSize(deployment, [...old, draft], draft);
  draft.metadata.annotations = annotationsFor(deployment, draft, revision, false);
  return draft;
}
