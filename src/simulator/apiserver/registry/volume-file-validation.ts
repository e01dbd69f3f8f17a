// Files in volumes: keys of ConfigMaps and Secrets, and facts of the pod, under their paths.
// kubernetes: pkg/apis/core/validation/validation.go validateKeyToPath, validateDownwardAPIVolumeFile
import type { DownwardAPIVolumeFile, KeyToPath } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { validateFieldReference, validateResourceReference, volumeFields } from './downward-api-validation.ts';
import { eachInvalid, invalid, required } from './field-error.ts';
import { isConfigMapKey } from './name-validation.ts';
import { validateFileMode, validateFilePath } from './path-validation.ts';

export function validateModeAndItems(mode: number | undefined, items: readonly KeyToPath[] | undefined, field: string): FieldError[] {
  return [...validateFileMode(mode, `${field}.defaultMode`), ...validateItems(items, field)];
}

export function validateItems(items: readonly KeyToPath[] | undefined, field: string): FieldError[] {
  return (items ?? []).flatMap((item, index) => validateKeyToPath(item, `${field}.items[${index}]`));
}

function validateKeyToPath(item: KeyToPath, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!item.key) errors.push(required(`${field}.key`));
  else errors.push(...eachInvalid(`${field}.key`, item.key, isConfigMapKey(item.key)));
  if (!item.path) errors.push(required(`${field}.path`));
  else errors.push(...validateFilePath(item.path, `${field}.path`));
  return [...errors, ...validateFileMode(item.mode, `${field}.mode`)];
}

export function validateDownwardAPI(
  source: { defaultMode?: number | undefined; items?: DownwardAPIVolumeFile[] | undefined },
  field: string,
): FieldError[] {
  return [
    ...validateFileMode(source.defaultMode, `${field}.defaultMode`),
    // Unlike elsewhere Kubernetes names no index here.
    ...(source.items ?? []).flatMap((item) => validateDownwardFile(item, field)),
  ];
}

function validateDownwardFile(file: DownwardAPIVolumeFile, field: string): FieldError[] {
  const errors: FieldError[] = file.path ? validateFilePath(file.path, `${field}.path`) : [required(`${field}.path`)];
  if (file.fieldRef) {
    errors.push(...validateFieldReference(file.fieldRef, volumeFields, `${field}.fieldRef`));
    if (file.resourceFieldRef) errors.push(invalid(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (file.resourceFieldRef) {
    errors.push(...validateResourceReference(file.resourceFieldRef, true, `${field}.resourceFieldRef`));
  } else {
    errors.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
  }
  return [...errors, ...validateFileMode(file.mode, `${field}.mode`)];
}
