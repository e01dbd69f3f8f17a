// PersistentVolumes. kubernetes: pkg/registry/core/persistentvolume/strategy.go, pkg/apis/core/validation/validation.go

import { posix } from 'node:path';
import { isEqual } from '../../../apimachinery/clone.ts';
import { goJson } from '../../../apimachinery/go-json.ts';
import type { PersistentVolume } from '../../../apimachinery/objects.ts';
import { compareQuantities, parseQuantity } from '../../../apimachinery/quantity.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { persistentVolumeCells } from '../table/storage.ts';
import { eachInvalid, forbidden, invalid, mapValue, notSupported, required } from './field-error.ts';
import { goVolumeAffinity, goVolumeSource } from './go-pod.ts';
import { kindFacts } from './kind-facts.ts';
import { nameIsDNSSubdomain } from './name-validation.ts';
import { nodeTermWarnings } from './node-label-warnings.ts';
import { immutableText, validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validateNoBacksteps } from './path-validation.ts';
import { validateAccessModes, volumeModes } from './persistentvolumeclaim-validation.ts';
import { validateNodeSelector } from './scheduling-validation.ts';
import { unifiedDiff } from './unified-diff.ts';
import { hostPathTypes, validateDriverName } from './volume-validation.ts';

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';
const mountOptionsAnnotation = 'volume.beta.kubernetes.io/mount-options';
/** Sources that are mounted with options. kubernetes: pkg/volume/validation/pv_validation.go */
const mountable = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
] as const;
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

type PersistentVolumeSpec = NonNullable<PersistentVolume['spec']>;

// In the order in which Kubernetes looks at them.
const sourceChecks: readonly [keyof PersistentVolumeSpec, ((spec: PersistentVolumeSpec) => FieldError[])?][] = [
  ['hostPath', validateHostPath],
  ['gcePersistentDisk'],
  ['awsElasticBlockStore'],
  ['glusterfs'],
  ['flocker'],
  ['nfs', validateNFS],
  ['rbd'],
  ['quobyte'],
  ['cephfs'],
  ['iscsi'],
  ['cinder'],
  ['fc'],
  ['flexVolume'],
  ['azureFile'],
  ['vsphereVolume'],
  ['photonPersistentDisk'],
  ['portworxVolume'],
  ['azureDisk'],
  ['scaleIO'],
  ['local', validateLocal],
  ['storageos'],
  ['csi', validateCSI],
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
    const errors = validateVolume(volume);
    if (!isEqual(sourceOf(volume), sourceOf(old))) {
      const diff = unifiedDiff(goJson(goVolumeSource(old.spec ?? {}), 1), goJson(goVolumeSource(volume.spec ?? {}), 1));
      errors.push(forbidden('spec.persistentvolumesource', `spec.persistentvolumesource is immutable after creation\n${diff}`));
    }
    errors.push(...validateImmutable(volume.spec?.volumeMode, old.spec?.volumeMode, 'volumeMode'));
    const affinity = volume.spec?.nodeAffinity;
    if (old.spec?.nodeAffinity && !isEqual(withNewLabels(affinity), withNewLabels(old.spec.nodeAffinity))) {
      errors.push(invalid('nodeAffinity', goVolumeAffinity(affinity), `${immutableText}, except for updating from beta label to GA`));
    }
    return errors;
  },
  validateStatusUpdate: (volume, old) => validateObjectMetaUpdate(volume.metadata, old.metadata),
  warnings: volumeWarnings,
  cells: persistentVolumeCells,
};

/** The affinity with old names of labels replaced by their new ones, and nothing said of which it was. */
function withNewLabels(affinity: PersistentVolumeSpec['nodeAffinity']): unknown {
  const terms = affinity?.required?.nodeSelectorTerms?.map((term) => ({
    ...term,
    matchExpressions: term.matchExpressions?.map((requirement) => ({
      ...requirement,
      key: requirement.key?.replace(/^(?:failure-domain\.beta|topology)\.kubernetes\.io\//, 'topology.kubernetes.io/'),
    })),
  }));
  return affinity && { required: { nodeSelectorTerms: terms } };
}

// kubernetes: pkg/api/persistentvolume/util.go
function volumeWarnings({ metadata, spec }: PersistentVolume): string[] {
  const annotations = [
    [classAnnotation, 'deprecated since v1.8; use "storageClassName" attribute instead'],
    [mountOptionsAnnotation, 'deprecated since v1.31; use "mountOptions" attribute instead'],
  ] as const;
  const recycle = 'The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.';
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  return [
    ...annotations.flatMap(([key, why]) => (metadata.annotations?.[key] === undefined ? [] : [`metadata.annotations[${key}]: ${why}`])),
    ...(spec?.persistentVolumeReclaimPolicy === 'Recycle' ? [`spec.persistentVolumeReclaimPolicy: ${recycle}`] : []),
    ...terms.flatMap((term, index) => nodeTermWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`)),
  ];
}

function sourceOf({ spec }: PersistentVolume): Record<string, unknown> {
  return Object.fromEntries(Object.entries(spec ?? {}).filter(([name, value]) => value !== undefined && !notSources.includes(name)));
}

function validateVolume(volume: PersistentVolume): FieldError[] {
  const spec = volume.spec ?? {};
  const errors = validateObjectMeta(volume.metadata, false, nameIsDNSSubdomain);
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required('spec.accessModes'));
  errors.push(...validateAccessModes(modes, 'spec.accessModes'), ...validateCapacity(spec.capacity));
  const policies = ['Delete', 'Recycle', 'Retain'];
  const policy = spec.persistentVolumeReclaimPolicy ?? '';
  if (policy && !policies.includes(policy)) errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, policies));
  if (spec.nodeAffinity) {
    if (spec.nodeAffinity.required) errors.push(...validateNodeSelector(spec.nodeAffinity.required, 'spec.nodeAffinity.required'));
    else errors.push(required('spec.nodeAffinity.required', 'must specify required node constraints'));
  }
  errors.push(...validateSource(spec));
  if (spec.hostPath && isRoot(spec.hostPath.path) && policy === 'Recycle') {
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"));
  }
  errors.push(...validateClassAndMode(volume));
  if (volume.metadata.annotations?.[mountOptionsAnnotation] !== undefined && !mountable.some((name) => spec[name] !== undefined)) {
    errors.push(forbidden(`metadata.annotations.${mountOptionsAnnotation}`, 'may not specify mount options for this volume type'));
  }
  return errors;
}

function validateCapacity(capacity: Readonly<Record<string, string>> | undefined): FieldError[] {
  const amounts = Object.entries(capacity ?? {});
  const errors: FieldError[] = amounts.length === 0 ? [required('spec.capacity')] : [];
  if (capacity?.['storage'] === undefined || amounts.length > 1)
    errors.push(notSupported('spec.capacity', mapValue(capacity), ['storage']));
  for (const [name, amount] of amounts) {
    const field = `spec.capacity[${name}]`;
    const units = wholeUnits(amount);
    if (units < 0n) errors.push(invalid(field, Number(units), 'must be a valid resource quantity'));
    if (compareQuantities(amount, '0') <= 0) errors.push(invalid(field, amount, 'must be greater than zero'));
  }
  return errors;
}

/** The amount rounded up. kubernetes: Quantity.Value */
function wholeUnits(amount: string): bigint {
  const nanoPerUnit = 1_000_000_000n;
  const { nano } = parseQuantity(amount);
  return nano / nanoPerUnit + (nano > 0n && nano % nanoPerUnit !== 0n ? 1n : 0n);
}

function isRoot(path: string | undefined): boolean {
  return path !== undefined && posix.normalize(path).replace(/(.)\/$/, '$1') === '/';
}

/** The first source is the volume's type; any other is one too many, and isn't looked at. */
function validateSource(spec: PersistentVolumeSpec): FieldError[] {
  const present = sourceChecks.filter(([name]) => spec[name] !== undefined);
  if (present.length === 0) return [required('spec', 'must specify a volume type')];
  return present.flatMap(([name, check], index) =>
    index === 0 ? (check?.(spec) ?? []) : [forbidden(`spec.${name}`, 'may not specify more than 1 volume type')],
  );
}

function validateHostPath({ hostPath }: PersistentVolumeSpec): FieldError[] {
  if (!hostPath?.path) return [required('spec.hostPath.path')];
  const errors = validateNoBacksteps(hostPath.path, 'spec.hostPath.path');
  if (hostPath.type && !hostPathTypes.includes(hostPath.type))
    errors.push(notSupported('spec.hostPath.type', hostPath.type, hostPathTypes));
  return errors;
}

function validateNFS({ nfs }: PersistentVolumeSpec): FieldError[] {
  const errors = [...needs(nfs?.server, 'spec.nfs.server'), ...needs(nfs?.path, 'spec.nfs.path')];
  if (!nfs?.path?.startsWith('/')) errors.push(invalid('spec.nfs.path', nfs?.path ?? '', 'must be an absolute path'));
  return errors;
}

function validateLocal({ local, nodeAffinity }: PersistentVolumeSpec): FieldError[] {
  const errors = local?.path ? validateNoBacksteps(local.path, 'spec.local.path') : [required('spec.local.path')];
  if (!nodeAffinity) errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  return errors;
}

function validateCSI({ csi }: PersistentVolumeSpec): FieldError[] {
  return [...validateDriverName(csi?.driver ?? '', 'spec.csi.driver'), ...needs(csi?.volumeHandle, 'spec.csi.volumeHandle')];
}

function needs(value: string | undefined, field: string): FieldError[] {
  return value ? [] : [required(field)];
}

function validateClassAndMode({ spec }: PersistentVolume): FieldError[] {
  const name = spec?.storageClassName;
  const mode = spec?.volumeMode;
  return [
    ...(name ? eachInvalid('spec.storageClassName', name, nameIsDNSSubdomain(name)) : []),
    ...(mode !== undefined && !volumeModes.includes(mode) ? [notSupported('spec.volumeMode', mode, volumeModes)] : []),
  ];
}
