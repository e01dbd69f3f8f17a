// Which volume suits a claim: class, mode, access and size, and the smallest of those.
import type { Node, PersistentVolume, PersistentVolumeClaim } from '../../apimachinery/objects.ts';
import { quantityValue } from '../../apimachinery/quantity.ts';
import { matchesNodeSelector } from '../scheduler/node-selection.ts';
import { selects } from './selection.ts';

/** True when the volume was reserved for, or is bound to, this claim. */
export function isFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { claimRef } = spec;
  if (!claimRef || claimRef.namespace !== metadata.namespace || claimRef.name !== metadata.name) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/** The volume for the claim: one that was reserved for it, or else the smallest that suits, on the node if one is given. */
// kubernetes: staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go FindMatchingVolume
export function findVolume(
  volumes: readonly PersistentVolume[],
  claim: PersistentVolumeClaim,
  options: { node?: Node | undefined; isReservedOnly: boolean },
): PersistentVolume | undefined {
  const suiting = volumes.filter((volume) => suits(volume, claim));
  const reserved = suiting.find((volume) => isFor(volume, claim));
  if (reserved || options.isReservedOnly) return reserved;
  const free = suiting.filter((volume) => {
    if (volume.spec.claimRef || volume.status?.phase !== 'Available' || volume.metadata.deletionTimestamp) return false;
    if (claim.spec.selector && !selects(claim.spec.selector, volume.metadata.labels)) return false;
    const required = volume.spec.nodeAffinity?.required;
    return !options.node || !required || matchesNodeSelector(required, options.node);
  });
  return free.sort((one, other) => sizeOf(one) - sizeOf(other))[0];
}

function suits({ spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (
    (spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '') &&
    (spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem') &&
    (claim.spec.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode)) &&
    quantityValue(spec.capacity?.['storage'] ?? '0') >= quantityValue(claim.spec.resources?.requests?.['storage'] ?? '0')
  );
}

function sizeOf({ spec }: PersistentVolume): number {
  return quantityValue(spec.capacity?.['storage'] ?? '0');
}
