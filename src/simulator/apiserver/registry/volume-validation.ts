// Volumes of a pod.
// kubernetes: pkg/apis/core/validation/validation.go ValidateVolumes
import type { EphemeralVolumeSource, ObjectMeta, Volume } from '../../../apimachinery/objects.ts';
import { compareQuantities } from '../../../apimachinery/quantity.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { duplicate, eachInvalid, forbidden, invalid, notSupported, required, tooLong } from './field-error.ts';
import { isDNS1123Label, isDNS1123Subdomain } from './name-validation.ts';
import { validateNoBacksteps } from './path-validation.ts';
import { validateClaimSpec } from './persistentvolumeclaim-validation.ts';
import { validateProjected } from './projected-volume-validation.ts';
import { validateDownwardAPI, validateModeAndItems } from './volume-file-validation.ts';

export const hostPathTypes = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

type SourceName = Exclude<keyof Volume, 'name'>;

// The order in which Kubernetes looks at them: the first is the volume's type, any other is one too many.
const sourceChecks: readonly [SourceName, ((volume: Volume, field: string) => FieldError[])?][] = [
  ['emptyDir', validateEmptyDir],
  ['hostPath', validateHostPath],
  ['gitRepo', (volume, field) => needs(volume.gitRepo?.repository, `${field}.repository`)],
  ['gcePersistentDisk', (volume, field) => needs(volume.gcePersistentDisk?.pdName, `${field}.pdName`)],
  ['awsElasticBlockStore', (volume, field) => needs(volume.awsElasticBlockStore?.volumeID, `${field}.volumeID`)],
  ['secret', validateSecretVolume],
  ['nfs', validateNFS],
  [
    'iscsi',
    (volume, field) => [...needs(volume.iscsi?.targetPortal, `${field}.targetPortal`), ...needs(volume.iscsi?.iqn, `${field}.iqn`)],
  ],
  [
    'glusterfs',
    (volume, field) => [...needs(volume.glusterfs?.endpoints, `${field}.endpoints`), ...needs(volume.glusterfs?.path, `${field}.path`)],
  ],
  ['flocker'],
  ['persistentVolumeClaim', (volume, field) => needs(volume.persistentVolumeClaim?.claimName, `${field}.claimName`)],
  ['rbd'],
  ['cinder', (volume, field) => needs(volume.cinder?.volumeID, `${field}.volumeID`)],
  ['cephfs'],
  ['quobyte'],
  ['downwardAPI', (volume, field) => validateDownwardAPI(volume.downwardAPI!, field)],
  ['fc'],
  ['flexVolume', (volume, field) => needs(volume.flexVolume?.driver, `${field}.driver`)],
  ['configMap', validateConfigMapVolume],
  ['azureFile'],
  ['vsphereVolume', (volume, field) => needs(volume.vsphereVolume?.volumePath, `${field}.volumePath`)],
  ['photonPersistentDisk'],
  ['portworxVolume'],
  ['azureDisk'],
  ['storageos'],
  ['projected', (volume, field) => validateProjected(volume.projected!, field)],
  ['scaleIO'],
  ['csi', validateCSI],
  ['ephemeral', (volume, field) => validateEphemeral(volume.ephemeral!, field)],
  ['image', (volume, field) => needs(volume.image?.reference, `${field}.reference`)],
];

/** Findings, and those volumes that are sound: mounts of others are "Not found". `podMeta` only for a real pod. */
export function validateVolumes(
  volumes: readonly Volume[],
  podMeta: ObjectMeta | undefined,
  field: string,
): { errors: FieldError[]; sound: Map<string, Volume> } {
  const errors: FieldError[] = [];
  const sound = new Map<string, Volume>();
  const created = new Set(
    podMeta?.name ? volumes.filter((volume) => volume.ephemeral).map((volume) => `${podMeta.name}-${volume.name}`) : [],
  );
  volumes.forEach((volume, index) => {
    const path = `${field}[${index}]`;
    const found = validateSource(volume, path);
    if (!volume.name) found.push(required(`${path}.name`));
    else found.push(...eachInvalid(`${path}.name`, volume.name, isDNS1123Label(volume.name)));
    if (sound.has(volume.name)) found.push(duplicate(`${path}.name`, volume.name));
    if (found.length === 0) sound.set(volume.name, volume);
    errors.push(...found);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim && created.has(claim)) {
      const text = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalid(`${path}.persistentVolumeClaim.claimName`, claim, text));
    }
  });
  return { errors, sound };
}

function validateSource(volume: Volume, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const [name, check] of sourceChecks) {
    if (volume[name] === undefined) continue;
    if (count++ > 0) errors.push(forbidden(`${path}.${name}`, 'may not specify more than 1 volume type'));
    else errors.push(...(check?.(volume, `${path}.${name}`) ?? []));
  }
  if (count === 0) errors.push(required(path, 'must specify a volume type'));
  return errors;
}

function needs(value: string | undefined, field: string): FieldError[] {
  return value ? [] : [required(field)];
}

function validateEmptyDir(volume: Volume, field: string): FieldError[] {
  const limit = volume.emptyDir?.sizeLimit;
  if (limit === undefined || compareQuantities(limit, '0') >= 0) return [];
  return [forbidden(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')];
}

function validateHostPath(volume: Volume, field: string): FieldError[] {
  const { path, type } = volume.hostPath!;
  if (!path) return [required(`${field}.path`)];
  const errors = validateNoBacksteps(path, `${field}.path`);
  if (type && !hostPathTypes.includes(type)) errors.push(notSupported(`${field}.type`, type, hostPathTypes));
  return errors;
}

function validateNFS(volume: Volume, field: string): FieldError[] {
  const { server, path } = volume.nfs!;
  const errors = [...needs(server, `${field}.server`), ...needs(path, `${field}.path`)];
  if (!path?.startsWith('/')) errors.push(invalid(`${field}.path`, path ?? '', 'must be an absolute path'));
  return errors;
}

function validateSecretVolume(volume: Volume, field: string): FieldError[] {
  const { secretName, defaultMode, items } = volume.secret!;
  return [...needs(secretName, `${field}.secretName`), ...validateModeAndItems(defaultMode, items, field)];
}

function validateConfigMapVolume(volume: Volume, field: string): FieldError[] {
  const { name, defaultMode, items } = volume.configMap!;
  return [...needs(name, `${field}.name`), ...validateModeAndItems(defaultMode, items, field)];
}

function validateCSI(volume: Volume, field: string): FieldError[] {
  const secret = volume.csi?.nodePublishSecretRef;
  return [
    ...validateDriverName(volume.csi?.driver ?? '', `${field}.driver`),
    ...(secret && !secret.name ? [required(`${field}.nodePublishSecretRef.name`)] : []),
  ];
}

/** The name of a volumes' driver. */
export function validateDriverName(driver: string, field: string): FieldError[] {
  const errors = needs(driver, field);
  if (driver.length > 63) errors.push(tooLong(field, 63));
  return [...errors, ...eachInvalid(field, driver, isDNS1123Subdomain(driver.toLowerCase()))];
}

function validateEphemeral(source: EphemeralVolumeSource, field: string): FieldError[] {
  const template = source.volumeClaimTemplate;
  if (!template) return [required(`${field}.volumeClaimTemplate`)];
  return validateClaimSpec(template.spec, `${field}.volumeClaimTemplate.spec`);
}
