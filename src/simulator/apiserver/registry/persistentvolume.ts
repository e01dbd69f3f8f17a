// PersistentVolumes. kubernetes: pkg/registry/core/persistentvolume/strategy.go, pkg/apis/core/validation/validation.go
import { isEqual } from '../../../apimachinery/clone.ts';
import type { PersistentVolume } from '../../../apimachinery/objects.ts';
import { compareQuantities } from '../../../apimachinery/quantity.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { persistentVolumeCells } from '../table/storage.ts';
import { eachInvalid, forbidden, goJson, invalid, notSupported, required } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validateNoBacksteps } from './path-validation.ts';
import { validateAccessModes, volumeModes } from './persistentvolumeclaim-validation.ts';
import { validateNodeSelector } from './scheduling-validation.ts';
import { unifiedDiff } from './unified-diff.ts';

const protection = 'kubernetes.io/pv-protection';
// What a spec holds besides its source.
const notSources = [
  'capacity',
  'accessModes',
  'claimRef',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'mountOptions',
  'volumeMode',
  'nodeAffinity',
  'volumeAttributesClassName',
];

export const persistentVolumeStrategy: Strategy<PersistentVolume> = {
  ...kindFacts('v1', 'PersistentVolume'),
  hasGeneration: false,
  deleteReturnsObject: true,
  default(volume) {
    const spec = volume.spec;
    if (!spec) return;
    spec.persistentVolumeReclaimPolicy ||= 'Retain';
    spec.volumeMode ??= 'Filesystem';
    if (spec.hostPath) spec.hostPath.type ??= '';
  },
  admit(volume, old) {
    if (old || volume.metadata.finalizers?.includes(protection)) return;
    volume.metadata.finalizers = [...(volume.metadata.finalizers ?? []), protection];
  },
  prepareForCreate(volume, context) {
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: context.timestamp };
  },
  prepareForStatusUpdate(volume, old, context) {
    if (volume.status?.phase !== old.status?.phase) volume.status!.lastPhaseTransitionTime = context.timestamp;
  },
  validate: validateVolume,
  validateUpdate(volume, old) {
    const errors = [...validateObjectMetaUpdate(volume.metadata, old.metadata), ...validateVolume(volume)];
    const now = sourceOf(volume);
    const before = sourceOf(old);
    if (!isEqual(now, before)) {
      const diff = unifiedDiff(goJson(before, 1), goJson(now, 1));
      errors.push(forbidden('spec.persistentvolumesource', `spec.persistentvolumesource is immutable after creation\n${diff}`));
    }
    return [...errors, ...validateImmutable(volume.spec?.volumeMode, old.spec?.volumeMode, 'volumeMode')];
  },
  validateStatusUpdate: (volume, old) => validateObjectMetaUpdate(volume.metadata, old.metadata),
  cells: persistentVolumeCells,
};

function sourceOf({ spec }: PersistentVolume): Record<string, unknown> {
  return Object.fromEntries(Object.entries(spec ?? {}).filter(([name, value]) => value !== undefined && !notSources.includes(name)));
}

function validateVolume(volume: PersistentVolume): FieldError[] {
  const spec = volume.spec ?? {};
  const errors = validateObjectMeta(volume.metadata, false, nameIsDNSSubdomain);
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required('spec.accessModes'));
  errors.push(...validateAccessModes(modes, 'spec.accessModes'));
  const capacity = spec.capacity ?? {};
  if (Object.keys(capacity).length === 0) errors.push(required('spec.capacity'));
  else if (capacity['storage'] === undefined || Object.keys(capacity).length > 1) {
    errors.push(notSupported('spec.capacity', Object.keys(capacity).length > 1 ? capacity : { ...capacity }, ['storage']));
  } else if (compareQuantities(capacity['storage'], '0') <= 0) {
    errors.push(invalid('spec.capacity[storage]', capacity['storage'], 'must be greater than zero'));
  }
  const policies = ['Delete', 'Recycle', 'Retain'];
  const policy = spec.persistentVolumeReclaimPolicy ?? '';
  if (policy && !policies.includes(policy)) errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, policies));
  if (spec.nodeAffinity) {
    if (spec.nodeAffinity.required) errors.push(...validateNodeSelector(spec.nodeAffinity.required, 'spec.nodeAffinity.required'));
    else errors.push(required('spec.nodeAffinity.required', 'must specify required node constraints'));
  }
  return [...errors, ...validateSource(volume), ...validateClassAndMode(volume)];
}

function validateSource(volume: PersistentVolume): FieldError[] {
  const spec = volume.spec ?? {};
  const [first, ...others] = Object.keys(sourceOf(volume));
  if (!first) return [required('spec', 'must specify a volume type')];
  const errors: FieldError[] = others.map((name) => forbidden(`spec.${name}`, 'may not specify more than 1 volume type'));
  if (spec.hostPath) {
    if (!spec.hostPath.path) errors.push(required('spec.hostPath.path'));
    else errors.push(...validateNoBacksteps(spec.hostPath.path, 'spec.hostPath.path'));
  }
  if (spec.nfs) {
    if (!spec.nfs.server) errors.push(required('spec.nfs.server'));
    if (!spec.nfs.path) errors.push(required('spec.nfs.path'));
  }
  if (spec.local) {
    if (!spec.local.path) errors.push(required('spec.local.path'));
    else errors.push(...validateNoBacksteps(spec.local.path, 'spec.local.path'));
    if (!spec.nodeAffinity) errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  }
  if (spec.csi) {
    if (!spec.csi.driver) errors.push(required('spec.csi.driver'));
    if (!spec.csi.volumeHandle) errors.push(required('spec.csi.volumeHandle'));
  }
  if (spec.hostPath?.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"));
  }
  return errors;
}

function validateClassAndMode({ spec }: PersistentVolume): FieldError[] {
  const name = spec?.storageClassName;
  const mode = spec?.volumeMode;
  return [
    ...(name ? eachInvalid('spec.storageClassName', name, nameIsDNSSubdomain(name)) : []),
    ...(mode !== undefined && !volumeModes.includes(mode) ? [notSupported('spec.volumeMode', mode, volumeModes)] : []),
  ];
}
