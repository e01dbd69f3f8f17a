// Rows of volumes and claims. kubernetes: pkg/printers/internalversion/printers.go
import { ageOf } from '../../../apimachinery/duration.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../../apimachinery/objects.ts';
import type { Cell } from '../strategy.ts';
import { accessModesText } from './cell-text.ts';

const defaultClassAnnotations = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

/** True for the class that claims get when they name none. */
export function isDefaultClass({ metadata }: StorageClass): boolean {
  return defaultClassAnnotations.some((annotation) => metadata.annotations?.[annotation] === 'true');
}

export function persistentVolumeCells({ metadata, spec, status }: PersistentVolume, nowMs: number): Cell[] {
  return [
    metadata.name,
    spec?.capacity?.['storage'] ?? '0',
    accessModesText(spec?.accessModes),
    spec?.persistentVolumeReclaimPolicy ?? '',
    metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '',
    spec?.storageClassName ?? '',
    spec?.volumeAttributesClassName ?? '<unset>',
    status?.reason ?? '',
    ageOf(metadata.creationTimestamp, nowMs),
    spec?.volumeMode ?? '<unset>',
  ];
}

export function persistentVolumeClaimCells({ metadata, spec, status }: PersistentVolumeClaim, nowMs: number): Cell[] {
  const isBound = !!spec?.volumeName;
  return [
    metadata.name,
    metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
    spec?.volumeName ?? '',
    isBound ? (status?.capacity?.['storage'] ?? '0') : '',
    isBound ? accessModesText(status?.accessModes) : '',
    spec?.storageClassName ?? '',
    spec?.volumeAttributesClassName ?? '<unset>',
    ageOf(metadata.creationTimestamp, nowMs),
    spec?.volumeMode ?? '<unset>',
  ];
}

export function storageClassCells(storageClass: StorageClass, nowMs: number): Cell[] {
  const name = storageClass.metadata.name;
  return [
    isDefaultClass(storageClass) ? `${name} (default)` : name,
    storageClass.provisioner,
    storageClass.reclaimPolicy ?? 'Delete',
    storageClass.volumeBindingMode ?? 'Immediate',
    storageClass.allowVolumeExpansion ?? false,
    ageOf(storageClass.metadata.creationTimestamp, nowMs),
  ];
}
