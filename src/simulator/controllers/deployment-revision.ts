// Revisions of a Deployment: which ReplicaSet is whose, its number and history, and the annotations that are copied along.
import { clone, isEqual } from '../../apimachinery/clone.ts';
import type { Deployment, PodTemplateSpec, ReplicaSet } from '../../apimachinery/objects.ts';
import { byCreation, desiredReplicasAnnotation, maxReplicasAnnotation, maxSurge, wanted } from './deployment-replicas.ts';

export const hashLabel = 'pod-template-hash';
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';

// kubernetes: pkg/controller/deployment/util/deployment_util.go annotationsToSkip
const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  'deprecated.deployment.rollback.to',
]);

/** The ReplicaSet that has the Deployment's template; the oldest, should there be several. */
export function findNewSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return [...sets].sort(byCreation).find((set) => hasTemplate(set, deployment.spec.template));
}

/** True when the ReplicaSet's template is this one, the hash label aside. */
export function hasTemplate(set: ReplicaSet, template: PodTemplateSpec): boolean {
  const own = set.spec.template;
  if (!own || !isEqual(own.spec, template.spec)) return false;
  return isEqual(withoutHash(own), withoutHash(template));
}

function withoutHash(template: PodTemplateSpec): unknown {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template.metadata, labels };
}

export function revisionOf(set: ReplicaSet): number {
  return Number.parseInt(set.metadata.annotations?.[revisionAnnotation] ?? '0', 10) || 0;
}

export function maxRevision(sets: readonly ReplicaSet[]): number {
  return Math.max(0, ...sets.map(revisionOf));
}

/** The annotations that a Deployment's newest ReplicaSet must have; equal to its own when nothing is to be changed. */
export function annotationsFor(deployment: Deployment, set: ReplicaSet, newRevision: number, exists: boolean): Record<string, string> {
  const annotations = clone(set.metadata.annotations ?? {});
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!notCopied.has(key)) annotations[key] = value;
  const old = annotations[revisionAnnotation];
  if (revisionOf(set) < newRevision) {
    annotations[revisionAnnotation] = String(newRevision);
    if (old !== undefined)
      annotations[historyAnnotation] = annotations[historyAnnotation] ? `${annotations[historyAnnotation]},${old}` : old;
  }
  if (!exists) setReplicasAnnotations(annotations, deployment);
  return annotations;
}

/** Writes down for how many pods in all a size was meant; true if that is news. */
export function setReplicasAnnotations(annotations: Record<string, string>, deployment: Deployment): boolean {
  const desired = String(wanted(deployment));
  const max = String(wanted(deployment) + maxSurge(deployment));
  if (annotations[desiredReplicasAnnotation] === desired && annotations[maxReplicasAnnotation] === max) return false;
  annotations[desiredReplicasAnnotation] = desired;
  annotations[maxReplicasAnnotation] = max;
  return true;
}
