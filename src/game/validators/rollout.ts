// The objective type `rollout`: a workload's newest revision is completely rolled out, and no pod of an older one is left.
import { parseReference } from '../object-reference.ts';
import type { ObjectiveParameters } from '../objective-types.ts';
import type { Validator } from './validator.ts';

interface Workload {
  readonly metadata: { readonly generation?: number };
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly desiredNumberScheduled?: number;
    readonly currentNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberReady?: number;
    readonly numberAvailable?: number;
  };
}

export const rollout: Validator<ObjectiveParameters['rollout']> = {
  runs: false,
  watches: ({ of }, namespace) => [parseReference(of, namespace)!],
  async judge({ of, replicas }, { objects, namespace }) {
    const reference = parseReference(of, namespace)!;
    const live = objects.get(reference) as unknown as Workload | undefined;
    const values = { of, ...(replicas !== undefined && { replicas }) };
    if (!live) return { outcome: 'unmet', code: 'rollout.no-object', values };
    const { wanted, all, updated, ready, available } = counts(live, reference.kind === 'DaemonSet');
    const isSeen = (live.status?.observedGeneration ?? 0) >= (live.metadata.generation ?? 0);
    const seen = { ...values, wanted, updated, ready, available, old: Math.max(0, all - updated) };
    if (!isSeen) return { outcome: 'unmet', code: 'rollout.not-seen', values: seen };
    const isMet = wanted >= (replicas ?? 1) && all === wanted && updated === wanted && ready === wanted && available === wanted;
    return { outcome: isMet ? 'met' : 'unmet', code: 'rollout.is', values: seen };
  },
};

function counts(
  { spec, status = {} }: Workload,
  isDaemonSet: boolean,
): { wanted: number; all: number; updated: number; ready: number; available: number } {
  if (isDaemonSet) {
    const {
      desiredNumberScheduled: wanted = 0,
      currentNumberScheduled: all = 0,
      updatedNumberScheduled: updated = 0,
      numberReady: ready = 0,
      numberAvailable: available = 0,
    } = status;
    return { wanted, all, updated, ready, available };
  }
  const { replicas: all = 0, updatedReplicas: updated = 0, readyReplicas: ready = 0, availableReplicas: available = 0 } = status;
  return { wanted: spec.replicas ?? 1, all, updated, ready, available };
}
