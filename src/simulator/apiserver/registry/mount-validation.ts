// Where a container sees a pod's volumes.
// kubernetes: pkg/apis/core/validation/validation.go ValidateVolumeMounts, ValidateVolumeDevices
import type { Container, EphemeralContainer, Volume, VolumeMount } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { forbidden, invalid, notFound, notSupported, required } from './field-error.ts';
import { validateDescendingPath } from './path-validation.ts';

export function validateMounts(
  container: Container | EphemeralContainer,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): FieldError[] {
  const paths = new Set<string>();
  const devices = container.volumeDevices ?? [];
  return (container.volumeMounts ?? []).flatMap((mount, index) => {
    const path = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (!mount.name) errors.push(required(`${path}.name`));
    if (!volumes.has(mount.name)) errors.push(notFound(`${path}.name`, mount.name ?? ''));
    if (!mount.mountPath) errors.push(required(`${path}.mountPath`));
    if (paths.has(mount.mountPath)) errors.push(invalid(`${path}.mountPath`, mount.mountPath, 'must be unique'));
    paths.add(mount.mountPath);
    if (devices.some((device) => device.name === mount.name)) {
      errors.push(invalid(`${path}.name`, mount.name, 'must not already exist in volumeDevices'));
    }
    if (devices.some((device) => device.devicePath === mount.mountPath)) {
      errors.push(invalid(`${path}.mountPath`, mount.mountPath, 'must not already exist as a path in volumeDevices'));
    }
    return [
      ...errors,
      ...validateSubPaths(mount, path, field),
      ...validatePropagation(container, mount, field),
      ...validateRecursion(mount, field),
    ];
  });
}

function validateSubPaths(mount: VolumeMount, path: string, field: string): FieldError[] {
  const errors = mount.subPath ? validateDescendingPath(mount.subPath, `${field}.subPath`) : [];
  if (!mount.subPathExpr) return errors;
  if (mount.subPath) errors.push(invalid(`${path}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
  return [...errors, ...validateDescendingPath(mount.subPathExpr, `${field}.subPathExpr`)];
}

function validateRecursion({ readOnly, recursiveReadOnly, mountPropagation = 'None' }: VolumeMount, field: string): FieldError[] {
  const path = `${field}.recursiveReadOnly`;
  const supported = ['Disabled', 'Enabled', 'IfPossible'];
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return [];
  if (!supported.includes(recursiveReadOnly)) return [notSupported(path, recursiveReadOnly, supported)];
  return [
    ...(readOnly ? [] : [forbidden(path, 'may only be specified when readOnly is true')]),
    ...(mountPropagation === 'None' ? [] : [forbidden(path, 'may only be specified when mountPropagation is None or not specified')]),
  ];
}

function validatePropagation(container: Container | EphemeralContainer, mount: VolumeMount, field: string): FieldError[] {
  const propagation = mount.mountPropagation;
  if (propagation === undefined) return [];
  const supported = ['Bidirectional', 'HostToContainer', 'None'];
  if (!supported.includes(propagation)) return [notSupported(`${field}.mountPropagation`, propagation, supported)];
  if (propagation === 'Bidirectional' && !container.securityContext?.privileged) {
    return [forbidden(`${field}.mountPropagation`, 'Bidirectional mount propagation is available only to privileged containers')];
  }
  return [];
}

export function validateDevices(
  container: Container | EphemeralContainer,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): FieldError[] {
  const names = new Set<string>();
  return (container.volumeDevices ?? []).flatMap((device, index) => {
    const path = `${field}[${index}]`;
    const errors: FieldError[] = [];
    const volume = volumes.get(device.name);
    if (!device.name) errors.push(required(`${path}.name`));
    if (names.has(device.name)) errors.push(invalid(`${path}.name`, device.name, 'must be unique'));
    names.add(device.name);
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
      const text = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(`${path}.name`, device.name, text));
    }
    if (!volume) errors.push(notFound(`${path}.name`, device.name));
    if (!device.devicePath) errors.push(required(`${path}.devicePath`));
    return errors;
  });
}
