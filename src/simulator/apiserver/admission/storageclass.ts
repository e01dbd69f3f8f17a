// Which storage class a claim gets, and whether it may grow.
// kubernetes: plugin/pkg/admission/storage/storageclass/setdefault/admission.go, …/persistentvolume/resize/admission.go
import type { PersistentVolumeClaim, StorageClass } from '../../../apimachinery/objects.ts';
import { compareQuantities } from '../../../apimachinery/quantity.ts';
import { forbidden } from '../../../apimachinery/status-error.ts';
import { kindFacts } from '../registry/kind-facts.ts';
import type { WriteContext } from '../strategy.ts';
import { isDefaultClass } from '../table/storage.ts';

/** A claim that names no class gets the newest default one. */
export function chooseDefaultClass(claim: PersistentVolumeClaim, context: WriteContext): void {
  if (!claim.spec || claim.spec.storageClassName !== undefined) return;
  const defaults = (context.reader.list('storageclasses') as unknown as readonly StorageClass[]).filter(isDefaultClass);
  const [newest] = [...defaults].sort(
    (one, other) =>
      (other.metadata.creationTimestamp ?? '').localeCompare(one.metadata.creationTimestamp ?? '') ||
      one.metadata.name.localeCompare(other.metadata.name),
  );
  if (newest) claim.spec.storageClassName = newest.metadata.name;
}

export function checkClaimResize(claim: PersistentVolumeClaim, old: PersistentVolumeClaim, context: WriteContext): void {
  const size = claim.spec?.resources?.requests?.['storage'] ?? '0';
  if (compareQuantities(size, old.spec?.resources?.requests?.['storage'] ?? '0') <= 0) return;
  const refuse = (why: string) => {
    throw forbidden(kindFacts('v1', 'PersistentVolumeClaim').resource, claim.metadata.name, why);
  };
  if (old.status?.phase !== 'Bound') refuse('Only bound persistent volume claims can be expanded');
  const name = claim.spec?.storageClassName;
  const storageClass = name ? (context.reader.get('storageclasses', '', name) as StorageClass | undefined) : undefined;
  if (!storageClass?.allowVolumeExpansion) {
    refuse('only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize');
  }
}
