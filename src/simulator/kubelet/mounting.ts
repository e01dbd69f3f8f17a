// Sets a pod's volumes up, again and again until all are there. kubernetes: pkg/kubelet/volumemanager/reconciler
import type { Blocking } from '../container/blocking.ts';
import type { NodeContext } from './node-context.ts';
import { pause } from './routine.ts';
import { mountMs, mountRetryMs } from './timings.ts';
import type { PayloadSources } from './volume-payload.ts';
import type { PodVolumes } from './volumes.ts';

/** Waits until every volume of the pod is there; each that isn't yet is told by an event. */
export function* setUpVolumes(volumes: PodVolumes, sources: PayloadSources, node: Pick<NodeContext, 'clock' | 'recorder'>): Blocking {
  const { pod } = sources;
  let open = (pod.spec.volumes ?? []).filter(({ name }) => !volumes.isMounted(name));
  if (open.length === 0) return;
  yield* pause(node.clock, mountMs);
  let retryMs = mountRetryMs.first;
  for (;;) {
    open = open.filter((volume) => {
      const failure = volumes.setUp(volume, sources);
      if (failure === undefined) return false;
      node.recorder.record(pod, 'Warning', 'FailedMount', `MountVolume.SetUp failed for volume "${volume.name}" : ${failure}`);
      return true;
    });
    if (open.length === 0) return;
    yield* pause(node.clock, retryMs);
    retryMs = Math.min(retryMs * 2, mountRetryMs.longest);
  }
}
