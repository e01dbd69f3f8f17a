// What a Deployment's status says: counts, Available, and whether its rollout still makes progress.
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../apimachinery/objects.ts';
import { timestamp } from '../timestamp.ts';
import { minAvailable, size, sumOf, wanted } from './deployment-replicas.ts';

const noDeadline = 2147483647;

export type Conditions = readonly DeploymentCondition[];

export function condition(type: string, status: string, reason: string, message: string, nowMs: number): DeploymentCondition {
  const now = timestamp(nowMs);
  return { type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message };
}

export function find(conditions: Conditions | undefined, type: string): DeploymentCondition | undefined {
  return conditions?.find((known) => known.type === type);
}

/** With this condition in place of the one of its type; a new reason or status moves it to the end, the same one changes nothing. */
// kubernetes: pkg/controller/deployment/util/deployment_util.go SetDeploymentCondition
export function withCondition(conditions: Conditions, next: DeploymentCondition): Conditions {
  const known = find(conditions, next.type);
  if (known && known.status === next.status && known.reason === next.reason) return conditions;
  const since = known?.status === next.status ? known.lastTransitionTime : next.lastTransitionTime;
  return [...without(conditions, next.type), { ...next, lastTransitionTime: since }];
}

function without(conditions: Conditions, type: string): Conditions {
  return conditions.filter((known) => known.type !== type);
}

export function hasDeadline(deployment: Deployment): boolean {
  const deadline = deployment.spec.progressDeadlineSeconds;
  return deadline !== undefined && deadline !== noDeadline;
}

/** All that can be counted. */
// kubernetes: pkg/controller/deployment/sync.go calculateStatus
export function countedStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
  nowMs: number,
): DeploymentStatus {
  const available = sumOf(all, (set) => set.status?.availableReplicas);
  const isEnough = available >= minAvailable(deployment);
  const next = isEnough
    ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', nowMs)
    : condition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', nowMs);
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: sumOf(all, (set) => set.status?.replicas) || undefined,
    updatedReplicas: newest?.status?.replicas || undefined,
    readyReplicas: sumOf(all, (set) => set.status?.readyReplicas) || undefined,
    availableReplicas: available || undefined,
    unavailableReplicas: Math.max(0, sumOf(all, size) - available) || undefined,
    collisionCount: deployment.status?.collisionCount,
    conditions: [...withCondition(deployment.status?.conditions ?? [], next)],
  };
}

/** All pods are of the newest template, available, and no old ones are left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const replicas = wanted(deployment);
  return (
    (status?.updatedReplicas ?? 0) === replicas &&
    (status?.replicas ?? 0) === replicas &&
    (status?.availableReplicas ?? 0) === replicas &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function hasProgressed(before: DeploymentStatus | undefined, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus | undefined) => (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before?.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before?.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before?.availableReplicas ?? 0)
  );
}

function hasTimedOut(deployment: Deployment, conditions: Conditions, nowMs: number): boolean {
  const progressing = find(conditions, 'Progressing');
  if (!progressing || progressing.reason === 'NewReplicaSetAvailable') return false;
  if (progressing.reason === 'ProgressDeadlineExceeded') return true;
  return Date.parse(progressing.lastUpdateTime!) + deployment.spec.progressDeadlineSeconds! * 1000 < nowMs;
}

/** The counted status with what a rollout adds to it: progress, time-out, and failures of the ReplicaSets. */
// kubernetes: pkg/controller/deployment/progress.go syncRolloutStatus
export function rolloutStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
  nowMs: number,
): DeploymentStatus {
  const status = countedStatus(deployment, all, newest, nowMs);
  let conditions: Conditions = status.conditions ?? [];
  if (!hasDeadline(deployment)) conditions = without(conditions, 'Progressing');
  const current = find(deployment.status?.conditions, 'Progressing');
  const wasComplete = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable';
  if (hasDeadline(deployment) && !wasComplete) conditions = progress(deployment, status, conditions, newest, nowMs);
  const failure = failureOf(all, newest);
  conditions = failure ? withCondition(conditions, failure) : without(conditions, 'ReplicaFailure');
  return { ...status, conditions: [...conditions] };
}

function progress(
  deployment: Deployment,
  status: DeploymentStatus,
  conditions: Conditions,
  newest: ReplicaSet | undefined,
  nowMs: number,
): Conditions {
  const subject = newest ? `ReplicaSet "${newest.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const words = `${subject} has successfully progressed.`;
    return withCondition(conditions, condition('Progressing', 'True', 'NewReplicaSetAvailable', words, nowMs));
  }
  if (hasProgressed(deployment.status, status)) {
    const next = condition('Progressing', 'True', 'ReplicaSetUpdated', `${subject} is progressing.`, nowMs);
    const current = find(deployment.status?.conditions, 'Progressing');
    // Each step is written down by its time, even when nothing else of the condition changes.
    if (current?.status === 'True') next.lastTransitionTime = current.lastTransitionTime;
    return [...without(conditions, 'Progressing'), next];
  }
  if (hasTimedOut(deployment, conditions, nowMs)) {
    const words = `${subject} has timed out progressing.`;
    return withCondition(conditions, condition('Progressing', 'False', 'ProgressDeadlineExceeded', words, nowMs));
  }
  return conditions;
}

/** Why pods can't be made or deleted; the newest ReplicaSet's reason first. */
function failureOf(all: readonly ReplicaSet[], newest: ReplicaSet | undefined): DeploymentCondition | undefined {
  for (const set of newest ? [newest, ...all] : all) {
    const failure = set.status?.conditions?.find((known) => known.type === 'ReplicaFailure');
    if (failure) {
      const { type, status, reason, message, lastTransitionTime } = failure;
      return { type, status, lastUpdateTime: lastTransitionTime, lastTransitionTime, reason, message };
    }
  }
  return undefined;
}

/** In how many milliseconds a rollout without any news will have been without for too long. */
export function untilDeadline(deployment: Deployment, status: DeploymentStatus, nowMs: number): number | undefined {
  const current = find(deployment.status?.conditions, 'Progressing');
  if (!hasDeadline(deployment) || !current) return undefined;
  if (isComplete(deployment, status) || current.reason === 'ProgressDeadlineExceeded') return undefined;
  const after = Date.parse(current.lastUpdateTime!) + deployment.spec.progressDeadlineSeconds! * 1000 - nowMs;
  return after < 1000 ? Math.max(0, after) + 5 : after + 1000;
}
