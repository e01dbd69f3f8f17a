// The arithmetic of a Deployment: how many pods each of its ReplicaSets may have now. Pure functions of the objects.
import type { Deployment, ReplicaSet } from '../../apimachinery/objects.ts';
import { resolve } from './int-or-percent.ts';

// kubernetes: pkg/controller/deployment/util/deployment_util.go
export const desiredReplicasAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxReplicasAnnotation = 'deployment.kubernetes.io/max-replicas';

export function wanted(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

export function size(set: ReplicaSet): number {
  return set.spec.replicas ?? 1;
}

export function sumOf(sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined): number {
  return sets.reduce((sum, set) => sum + (count(set) ?? 0), 0);
}

export function isRolling(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type !== 'Recreate';
}

/** Surge rounds up, unavailable down; if both come to nothing one pod may be missing, else nothing could ever move. */
function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const rolling = deployment.spec.strategy?.rollingUpdate;
  const surge = resolve(rolling?.maxSurge, wanted(deployment), 'up');
  const unavailable = resolve(rolling?.maxUnavailable, wanted(deployment), 'down');
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export function maxSurge(deployment: Deployment): number {
  return isRolling(deployment) ? fenceposts(deployment).surge : 0;
}

function maxUnavailable(deployment: Deployment): number {
  if (!isRolling(deployment) || wanted(deployment) === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, wanted(deployment));
}

export function minAvailable(deployment: Deployment): number {
  return wanted(deployment) - maxUnavailable(deployment);
}

/** How many pods the newest ReplicaSet may have beside the others. */
export function newSetSize(deployment: Deployment, all: readonly ReplicaSet[], newest: ReplicaSet): number {
  if (!isRolling(deployment)) return wanted(deployment);
  const total = sumOf(all, size);
  const allowed = wanted(deployment) + maxSurge(deployment);
  if (total >= allowed) return size(newest);
  return size(newest) + Math.min(allowed - total, wanted(deployment) - size(newest));
}

/** Sizes of several running ReplicaSets after the Deployment was scaled: each keeps its share, the largest gets what rounding left. */
export function proportionalSizes(deployment: Deployment, running: readonly ReplicaSet[]): Map<ReplicaSet, number> {
  const allowed = wanted(deployment) > 0 ? wanted(deployment) + maxSurge(deployment) : 0;
  const toAdd = allowed - sumOf(running, size);
  const ordered = [...running].sort(
    (one, other) => size(other) - size(one) || (toAdd > 0 ? byCreation(other, one) : byCreation(one, other)),
  );
  const sizes = new Map<ReplicaSet, number>();
  let added = 0;
  for (const set of ordered) {
    const share = toAdd === 0 ? 0 : proportionOf(set, deployment, toAdd, added);
    sizes.set(set, size(set) + share);
    added += share;
  }
  const first = ordered[0];
  if (first && toAdd !== 0) sizes.set(first, Math.max(0, sizes.get(first)! + toAdd - added));
  return sizes;
}

function proportionOf(set: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number {
  if (size(set) === 0 || toAdd === added) return 0;
  const fraction = fractionOf(set, deployment);
  return toAdd > 0 ? Math.min(fraction, toAdd - added) : Math.max(fraction, toAdd - added);
}

function fractionOf(set: ReplicaSet, deployment: Deployment): number {
  if (wanted(deployment) === 0) return -size(set);
  const maxBefore = Number(set.metadata.annotations?.[maxReplicasAnnotation] ?? deployment.status?.replicas ?? 0);
  if (!maxBefore) return 0;
  return Math.round((size(set) * (wanted(deployment) + maxSurge(deployment))) / maxBefore) - size(set);
}

/** The older first; of the same second, by name. */
export function byCreation(one: ReplicaSet, other: ReplicaSet): number {
  const left = one.metadata.creationTimestamp ?? '';
  const right = other.metadata.creationTimestamp ?? '';
  if (left !== right) return left < right ? -1 : 1;
  return one.metadata.name < other.metadata.name ? -1 : 1;
}
