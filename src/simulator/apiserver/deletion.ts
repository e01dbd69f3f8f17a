// What a DELETE makes of an object: at once, gracefully, or when its finalizers are done.
// kubernetes: staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go, registry/rest/delete.go
import { isEqual } from '../../apimachinery/clone.ts';
import type { DeleteOptions, KubernetesObject } from '../client.ts';
import { timestamp } from '../timestamp.ts';
import type { Strategy, WriteContext } from './strategy.ts';

const orphanFinalizer = 'orphan';
const foregroundFinalizer = 'foregroundDeletion';

/** What to do: store `object` (when there is something to change), then remove it or let it be. */
export interface DeletionPlan {
  readonly object?: KubernetesObject;
  readonly now: boolean;
}

export function planDeletion(strategy: Strategy, live: KubernetesObject, asked: DeleteOptions, context: WriteContext): DeletionPlan {
  if (strategy.resource.kind === 'Namespace') {
    const plan = planNamespaceDeletion(live, context);
    if (plan) return plan;
  }
  const object: KubernetesObject = { ...live, metadata: { ...live.metadata } };
  const grace = applyGrace(strategy, object, asked, context);
  if (grace === 'pending') return { now: false };
  const finalizers = finalizersFor(strategy, live, asked);
  setFinalizers(object, finalizers);
  if (grace === 'none') {
    if (finalizers.length === 0) return { now: true };
    markAsDeleting(object, context);
  }
  const changed = !isEqual(object, live);
  const now = grace === 'none' ? false : finalizers.length === 0 && !object.metadata.deletionGracePeriodSeconds;
  return changed ? { object, now } : { now };
}

/** 'set': the object got its time; 'pending': it has it already; 'none': its kind knows no grace. */
function applyGrace(strategy: Strategy, object: KubernetesObject, asked: DeleteOptions, context: WriteContext): 'set' | 'pending' | 'none' {
  if (!strategy.graceful) return 'none';
  const metadata = object.metadata;
  if (metadata.deletionTimestamp) {
    const current = metadata.deletionGracePeriodSeconds;
    if (current === undefined) return 'none';
    const period = asked.gracePeriodSeconds;
    if (period === undefined || period >= current) return 'pending';
    metadata.deletionTimestamp = timestamp(Date.parse(metadata.deletionTimestamp) + (period - current) * 1000);
    metadata.deletionGracePeriodSeconds = period;
    return 'set';
  }
  const period = strategy.graceful(object, asked.gracePeriodSeconds);
  if (period === undefined) return 'none';
  metadata.deletionTimestamp = timestamp(context.nowMs + period * 1000);
  metadata.deletionGracePeriodSeconds = period;
  if (metadata.generation) metadata.generation += 1;
  return 'set';
}

function markAsDeleting(object: KubernetesObject, context: WriteContext): void {
  const metadata = object.metadata;
  if (!metadata.deletionTimestamp) {
    metadata.deletionTimestamp = context.timestamp;
    if (metadata.generation) metadata.generation += 1;
  }
  metadata.deletionGracePeriodSeconds = 0;
}

/** The finalizers by which the garbage collector is told what to do with dependents, beside the object's own. */
function finalizersFor(strategy: Strategy, live: KubernetesObject, asked: DeleteOptions): string[] {
  const existing = live.metadata.finalizers ?? [];
  const wanted = policy(strategy, existing, asked);
  const others = existing.filter((name) => name !== orphanFinalizer && name !== foregroundFinalizer);
  if (wanted === 'Orphan') return [...others, orphanFinalizer];
  if (wanted === 'Foreground') return [...others, foregroundFinalizer];
  return others;
}

function policy(strategy: Strategy, existing: readonly string[], asked: DeleteOptions): 'Orphan' | 'Foreground' | 'Background' {
  if (asked.propagationPolicy) return asked.propagationPolicy;
  if (existing.includes(orphanFinalizer)) return 'Orphan';
  if (existing.includes(foregroundFinalizer)) return 'Foreground';
  return strategy.defaultGarbageCollection ?? 'Background';
}

function setFinalizers(object: KubernetesObject, finalizers: string[]): void {
  if (finalizers.length > 0) object.metadata.finalizers = finalizers;
  else delete object.metadata.finalizers;
}

/** A namespace first becomes Terminating; it goes when the namespace controller took its own finalizer from spec. */
// kubernetes: pkg/registry/core/namespace/storage/storage.go
function planNamespaceDeletion(live: KubernetesObject, context: WriteContext): DeletionPlan | undefined {
  const namespace = live as KubernetesObject & { spec?: { finalizers?: string[] }; status?: Record<string, unknown> };
  if (!namespace.metadata.deletionTimestamp) {
    const metadata = { ...namespace.metadata, deletionTimestamp: context.timestamp };
    const object = { ...namespace, metadata, status: { ...namespace.status, phase: 'Terminating' } };
    return { object, now: (namespace.spec?.finalizers?.length ?? 0) === 0 && (metadata.finalizers?.length ?? 0) === 0 };
  }
  return (namespace.spec?.finalizers?.length ?? 0) > 0 ? { now: false } : undefined;
}
