// What a claim asks for, in a claim itself, in a StatefulSet's template and in an ephemeral volume.
// kubernetes: pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaimSpec
import type { PersistentVolumeClaimSpec } from '../../../apimachinery/objects.ts';
import { compareQuantities } from '../../../apimachinery/quantity.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { eachInvalid, forbidden, invalid, notSupported, required } from './field-error.ts';
import { validateLabelSelector } from './label-validation.ts';
import { isDNS1123Subdomain, nameIsDNSSubdomain } from './name-validation.ts';

export const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const volumeModes = ['Block', 'Filesystem'];

export function validateClaimSpec(spec: PersistentVolumeClaimSpec | undefined, field: string): FieldError[] {
  const modes = spec?.accessModes ?? [];
  const errors: FieldError[] = [];
  if (modes.length === 0) errors.push(required(`${field}.accessModes`, 'at least 1 access mode is required'));
  errors.push(...validateLabelSelector(spec?.selector, `${field}.selector`), ...validateAccessModes(modes, `${field}.accessModes`));
  const storage = spec?.resources?.requests?.['storage'];
  if (storage === undefined) errors.push(required(`${field}.resources[storage]`));
  else if (compareQuantities(storage, '0') <= 0) errors.push(invalid(`${field}.resources[storage]`, storage, 'must be greater than zero'));
  const className = spec?.storageClassName;
  if (className) errors.push(...eachInvalid(`${field}.storageClassName`, className, nameIsDNSSubdomain(className)));
  const mode = spec?.volumeMode;
  if (mode !== undefined && !volumeModes.includes(mode)) errors.push(notSupported(`${field}.volumeMode`, mode, volumeModes));
  for (const name of ['dataSource', 'dataSourceRef'] as const) {
    const source = spec?.[name];
    if (!source) continue;
    if (!source.name) errors.push(required(`${field}.${name}.name`));
    if (!source.kind) errors.push(required(`${field}.${name}.kind`));
    if (!source.apiGroup && source.kind !== 'PersistentVolumeClaim') {
      errors.push(invalid(`${field}.${name}`, source.kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
    }
    if (source.apiGroup) errors.push(...eachInvalid(`${field}.${name}.apiGroup`, source.apiGroup, isDNS1123Subdomain(source.apiGroup)));
  }
  const { dataSource, dataSourceRef } = spec ?? {};
  const facts = (source: NonNullable<typeof dataSource>) => [source.apiGroup ?? '', source.kind, source.name].join('/');
  if (dataSource && dataSourceRef && !dataSourceRef.namespace && facts(dataSource) !== facts(dataSourceRef)) {
    // Kubernetes shows the field's path as a value, which is an empty object.
    errors.push(invalid(field, {}, 'must match dataSourceRef'));
  }
  return errors;
}

/** Modes that exist and go together. */
export function validateAccessModes(modes: readonly string[], field: string): FieldError[] {
  const errors = modes.filter((mode) => !accessModes.includes(mode)).map((mode) => notSupported(field, mode, accessModes));
  const known = modes.filter((mode) => accessModes.includes(mode));
  if (known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')) {
    errors.push(forbidden(field, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}
