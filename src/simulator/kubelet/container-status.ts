// One container's entry in a pod's status. kubernetes: pkg/kubelet/kubelet_pods.go (convertToAPIContainerStatuses)
import type { ContainerState, ContainerStateTerminated, ContainerStatus, ResourceRequirements } from '../../apimachinery/objects.ts';
import { timestamp } from '../timestamp.ts';
import type { ContainerRecord, Run } from './container-record.ts';

export interface StatusContext {
  /** The pod has init containers: who waits for them is PodInitializing. */
  readonly hasInitContainers: boolean;
  /** The pod is being taken down: what never ran never will. */
  readonly isGone: boolean;
}

export function containerStatus(record: ContainerRecord, context: StatusContext): ContainerStatus {
  const { spec, run, role } = record;
  const requests = spec.resources?.requests;
  return {
    name: record.name,
    state: stateOf(record, context),
    lastState: lastStateOf(record),
    ready: record.isReady,
    restartCount: run?.restartCount ?? 0,
    image: run?.image.reference ?? spec.image ?? '',
    imageID: run?.image.repositoryDigest ?? '',
    ...(run && { containerID: `containerd://${run.id}` }),
    ...(role !== 'ephemeral' && { started: record.isStarted }),
    ...(run && requests && { allocatedResources: requests }),
    ...(run && { resources: resourcesOf(spec.resources) }),
    ...mountsOf(record),
    ...(run && { user: userOf(run) }),
  };
}

function stateOf(record: ContainerRecord, { hasInitContainers, isGone }: StatusContext): ContainerState {
  const { run, failure } = record;
  if (run && !run.exit && run.startedAtMs !== undefined) return { running: { startedAt: timestamp(run.startedAtMs) } };
  if (failure && !isGone) return { waiting: { reason: failure.reason, ...(failure.message && { message: failure.message }) } };
  if (run?.exit) return { terminated: terminated(run) };
  if (isGone && record.role === 'main') return { terminated: neverLocated };
  return { waiting: { reason: hasInitContainers && record.role !== 'ephemeral' ? 'PodInitializing' : 'ContainerCreating' } };
}

/** kubernetes: pkg/kubelet/status/status_manager.go (TerminatePod) */
const neverLocated = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
  startedAt: null as unknown as string,
  finishedAt: null as unknown as string,
};

function lastStateOf({ run, previous, failure }: ContainerRecord): ContainerState {
  if (run?.exit && failure) return { terminated: terminated(run) };
  return previous?.exit ? { terminated: terminated(previous) } : {};
}

function terminated(run: Run): ContainerStateTerminated {
  const { exitCode, reason, message, finishedAtMs } = run.exit!;
  return {
    exitCode,
    reason,
    ...(message && { message }),
    startedAt: timestamp(run.startedAtMs ?? 0),
    finishedAt: timestamp(finishedAtMs),
    containerID: `containerd://${run.id}`,
  };
}

function resourcesOf(resources: ResourceRequirements | undefined): ResourceRequirements {
  const { limits, requests } = resources ?? {};
  return { ...(limits && { limits }), ...(requests && { requests }) };
}

function mountsOf({ spec }: ContainerRecord): Pick<ContainerStatus, 'volumeMounts'> {
  if (!spec.volumeMounts?.length) return {};
  return {
    volumeMounts: spec.volumeMounts.map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly && { readOnly: true, recursiveReadOnly: 'Disabled' }),
    })),
  };
}

function userOf({ credentials: { uid, gid, groups } }: Run): NonNullable<ContainerStatus['user']> {
  return { linux: { uid, gid, supplementalGroups: [...groups] } };
}
