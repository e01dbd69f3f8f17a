// What is to become of a pod's containers: who is started now, who is ended. kubernetes: pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions)
import type { Pod } from '../../apimachinery/objects.ts';
import type { ContainerRecord } from './container-record.ts';
import { hasInitialized } from './pod-phase.ts';

/** Who is to be started now, in order: init containers one after the other, then sidecars and all others together. */
export function containersToStart(pod: Pod, records: readonly ContainerRecord[]): ContainerRecord[] {
  const inits = records.filter(({ role }) => role === 'init' || role === 'sidecar');
  if (hasInitialized(records)) {
    const others = [...inits.filter(({ role }) => role === 'sidecar'), ...records.filter(({ role }) => role === 'main')];
    return others.filter((record) => mayStart(pod, record));
  }
  const due: ContainerRecord[] = [];
  for (const record of inits) {
    if (record.role === 'init' && record.isReady) continue;
    if (mayStart(pod, record)) due.push(record);
    if (record.role === 'init' || !record.isStarted) break;
  }
  return due;
}

function mayStart(pod: Pod, { run, role }: ContainerRecord): boolean {
  if (!run) return true;
  if (!run.exit) return false;
  const policy = role === 'sidecar' ? 'Always' : (pod.spec.restartPolicy ?? 'Always');
  return policy === 'Always' || (policy === 'OnFailure' && run.exit.exitCode !== 0);
}

/** Why a running container must be ended now, and how; undefined when it may go on. */
export function whyToKill(pod: Pod, record: ContainerRecord): { message: string; graceSeconds: number } | undefined {
  const { run, role } = record;
  if (!run || !record.isRunning || role === 'ephemeral') return undefined;
  const hasChanged = run.imageName !== record.spec.image && role !== 'init';
  if (!run.condemned && !hasChanged) return undefined;
  const why = run.condemned?.message ?? `Container ${record.name} definition changed`;
  const isRestarted = hasChanged || role === 'sidecar' || pod.spec.restartPolicy !== 'Never';
  return {
    message: isRestarted ? `${why}, will be restarted` : why,
    graceSeconds: run.condemned?.graceSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30,
  };
}
