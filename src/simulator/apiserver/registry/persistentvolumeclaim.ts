// PersistentVolumeClaims. kubernetes: pkg/registry/core/persistentvolumeclaim/strategy.go, pkg/apis/core/validation/validation.go

import { clone, isEqual } from '../../../apimachinery/clone.ts';
import { goJson } from '../../../apimachinery/go-json.ts';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../../apimachinery/objects.ts';
import { compareQuantities } from '../../../apimachinery/quantity.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { checkClaimLimits } from '../admission/limitrange.ts';
import { checkClaimResize, chooseDefaultClass } from '../admission/storageclass.ts';
import type { Strategy } from '../strategy.ts';
import { persistentVolumeClaimCells } from '../table/storage.ts';
import { forbidden } from './field-error.ts';
import { goClaimSpec } from './go-pod.ts';
import { kindFacts } from './kind-facts.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validateClaimSpec } from './persistentvolumeclaim-validation.ts';
import { unifiedDiff } from './unified-diff.ts';
import { claimWarnings } from './volume-warnings.ts';

/** The old name of storageClassName. */
const classAnnotation = 'volume.beta.kubernetes.io/storage-class';
const protection = 'kubernetes.io/pvc-protection';

export const persistentVolumeClaimStrategy: Strategy<PersistentVolumeClaim> = {
  ...kindFacts('v1', 'PersistentVolumeClaim'),
  hasGeneration: false,
  deleteReturnsObject: true,
  default(claim) {
    if (!claim.spec) return;
    claim.spec.volumeMode ??= 'Filesystem';
    claim.spec.resources ??= {};
  },
  admit(claim, old, context) {
    if (old) return;
    chooseDefaultClass(claim, context);
    if (!claim.metadata.finalizers?.includes(protection)) claim.metadata.finalizers = [...(claim.metadata.finalizers ?? []), protection];
  },
  prepareForCreate(claim) {
    claim.status = { phase: 'Pending' };
    if (claim.spec) settleDataSource(claim.spec);
  },
  validate(claim, context) {
    const errors = validateClaim(claim);
    if (errors.length === 0) checkClaimLimits(claim, context);
    return errors;
  },
  validateUpdate(claim, old, context) {
    const errors = validateClaimUpdate(claim, old);
    if (errors.length === 0) checkClaimResize(claim, old, context);
    return errors;
  },
  validateStatusUpdate: (claim, old) => validateObjectMetaUpdate(claim.metadata, old.metadata),
  warnings: ({ metadata, spec }) => [
    ...(metadata.annotations?.[classAnnotation] === undefined
      ? []
      : [`metadata.annotations[${classAnnotation}]: deprecated since v1.8; use "storageClassName" attribute instead`]),
    ...claimWarnings(spec, 'spec'),
  ],
  cells: persistentVolumeClaimCells,
};

/** The old and the new name of what the volume is filled from; the old one knows only claims and snapshots, and forgets all else. */
function settleDataSource(spec: PersistentVolumeClaimSpec): void {
  // Data from another namespace is for an alpha feature only. kubernetes: pkg/api/persistentvolumeclaim/util.go DropDisabledFields
  if (spec.dataSourceRef?.namespace) delete spec.dataSourceRef;
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && !dataSourceRef) {
    const { kind, apiGroup = '' } = dataSource;
    const isKnown =
      kind === 'PersistentVolumeClaim' ? apiGroup === '' : kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io';
    if (isKnown) spec.dataSourceRef = { ...dataSource };
    else delete spec.dataSource;
  } else if (dataSourceRef && !dataSource) {
    spec.dataSource = { ...dataSourceRef };
  }
}

function validateClaim(claim: PersistentVolumeClaim): FieldError[] {
  return [...validateObjectMeta(claim.metadata, true, nameIsDNSSubdomain), ...validateClaimSpec(claim.spec, 'spec')];
}

function validateClaimUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors = [...validateObjectMetaUpdate(claim.metadata, old.metadata), ...validateClaim(claim)];
  const now = clone(claim.spec!);
  const before = clone(old.spec!);
  // The controller names the volume, once, and the class if there was none yet.
  if (!before.volumeName) before.volumeName = now.volumeName;
  if (before.storageClassName === undefined && now.storageClassName !== undefined) now.storageClassName = undefined;
  const isBound = claim.status?.phase === 'Bound';
  const oldStorage = before.resources?.requests?.['storage'];
  const newStorage = now.resources?.requests?.['storage'];
  if (isBound && now.resources?.requests && oldStorage !== undefined) now.resources.requests['storage'] = oldStorage;
  if (isBound && now.volumeAttributesClassName !== undefined) now.volumeAttributesClassName = before.volumeAttributesClassName;
  if (!isEqual(now, before)) {
    const diff = unifiedDiff(goJson(goClaimSpec(before), 1), goJson(goClaimSpec(now), 1));
    const text = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(forbidden('spec', `${text}\n${diff}`));
  }
  if (oldStorage !== undefined && newStorage !== undefined && compareQuantities(newStorage, oldStorage) < 0) {
    const field = 'spec.resources.requests.storage';
    if (compareQuantities(newStorage, old.status?.capacity?.['storage'] ?? '0') <= 0) {
      errors.push(forbidden(field, 'field can not be less than status.capacity'));
    }
  }
  return [...errors, ...validateImmutable(claim.spec?.volumeMode, old.spec?.volumeMode, 'volumeMode')];
}
