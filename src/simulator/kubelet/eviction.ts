// Pods that write more than they may are evicted. kubernetes: pkg/kubelet/eviction/eviction_manager.go (localStorageEviction)
// Unlike Kubernetes: a node never runs out of memory, disk or process ids, so no pod is evicted for the node's sake.
import type { Pod } from '../../apimachinery/objects.ts';
import { quantityValue } from '../../apimachinery/quantity.ts';
import type { ContainerRecord } from './container-record.ts';
import type { PodVolumes } from './volumes.ts';

const storage = 'ephemeral-storage';

/** True when there is anything to watch. */
export function hasStorageLimit(pod: Pod): boolean {
  return (
    (pod.spec.volumes ?? []).some(({ emptyDir }) => emptyDir?.sizeLimit && emptyDir.medium !== 'Memory') ||
    pod.spec.containers.some(({ resources }) => resources?.limits?.[storage] !== undefined)
  );
}

/** Which limit the pod is over, in the kubelet's words; undefined: none. */
export function whyToEvict(pod: Pod, records: readonly ContainerRecord[], volumes: PodVolumes): string | undefined {
  for (const { name, emptyDir } of pod.spec.volumes ?? []) {
    if (!emptyDir?.sizeLimit || emptyDir.medium === 'Memory') continue;
    if (volumes.usedBytes(name) > quantityValue(emptyDir.sizeLimit)) {
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${emptyDir.sizeLimit}". `;
    }
  }
  const limits = pod.spec.containers.flatMap(({ resources }) => resources?.limits?.[storage] ?? []);
  const written = (pod.spec.volumes ?? []).reduce((sum, { name }) => sum + volumes.usedBytes(name), 0);
  const total = limits.reduce((sum, limit) => sum + quantityValue(limit), 0);
  const used = records.reduce((sum, record) => sum + writtenBy(record), written);
  if (limits.length === pod.spec.containers.length && used > total) {
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${limits.length === 1 ? limits[0] : total}. `;
  }
  for (const record of records) {
    const limit = record.spec.resources?.limits?.[storage];
    if (limit && writtenBy(record) > quantityValue(limit)) {
      return `Container ${record.name} exceeded its local ephemeral storage limit "${limit}". `;
    }
  }
  return undefined;
}

function writtenBy({ run, isRunning }: ContainerRecord): number {
  return run && isRunning ? run.container.stats().writtenBytes : 0;
}
