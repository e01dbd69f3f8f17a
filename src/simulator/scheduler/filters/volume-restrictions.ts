// A claim that only one pod may use. kubernetes: pkg/scheduler/framework/plugins/volumerestrictions
import type { Pod } from '../../../apimachinery/objects.ts';
import { type Filter, resolvable } from '../filter.ts';

export const volumeRestrictions: Filter = {
  name: 'VolumeRestrictions',
  check(pod, view) {
    const exclusive = claimNames(pod).filter((name) =>
      view.claim(pod.metadata.namespace!, name)?.spec.accessModes?.includes('ReadWriteOncePod'),
    );
    if (exclusive.length === 0) return undefined;
    return (node) => {
      for (const other of node.pods.values()) {
        if (other.metadata.namespace !== pod.metadata.namespace) continue;
        if (claimNames(other).some((name) => exclusive.includes(name))) {
          return resolvable('node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode');
        }
      }
      return undefined;
    };
  },
};

function claimNames(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
}
