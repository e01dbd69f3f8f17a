// In which phase a pod is, from its containers. kubernetes: pkg/kubelet/kubelet_pods.go (getPhase)
import type { Pod } from '../../apimachinery/objects.ts';
import type { ContainerRecord } from './container-record.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** `isInitialized`: some main container has begun, so init containers count no more. */
export function podPhase(pod: Pod, records: readonly ContainerRecord[]): PodPhase {
  const restartPolicy = pod.spec.restartPolicy ?? 'Always';
  const mains = records.filter(({ role }) => role === 'main');
  const isInitialized = hasInitialized(records);
  if (!isInitialized) {
    const inits = records.filter(({ role }) => role === 'init');
    if (restartPolicy === 'Never' && inits.some(({ run }) => run?.exit && run.exit.exitCode !== 0)) return 'Failed';
    return 'Pending';
  }
  const isWaiting = mains.some((record) => !record.run || (record.run.startedAtMs === undefined && !record.run.exit));
  if (isWaiting) return 'Pending';
  if (mains.some((record) => record.isRunning)) return 'Running';
  if (restartPolicy === 'Always') return 'Running';
  if (mains.every(({ run }) => run?.exit?.exitCode === 0)) return 'Succeeded';
  return restartPolicy === 'Never' ? 'Failed' : 'Running';
}

/** All init containers are done (sidecars: started), or a main one has already begun. */
export function hasInitialized(records: readonly ContainerRecord[]): boolean {
  if (records.some(({ role, run }) => role === 'main' && run)) return true;
  return records.every((record) => {
    if (record.role === 'init') return record.run?.exit?.exitCode === 0;
    return record.role === 'sidecar' ? record.isStarted : true;
  });
}
