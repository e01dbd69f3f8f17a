// What every object's metadata must fulfil.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go
import { isEqual } from '../../../apimachinery/clone.ts';
import type { ObjectMeta, OwnerReference } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { eachInvalid, forbidden, invalid, required } from './field-error.ts';
import { validateAnnotations, validateLabels } from './label-validation.ts';
import { isQualifiedName, type NameCheck, nameIsDNSLabel, nameIsPathSegment } from './name-validation.ts';

const standardFinalizers = ['kubernetes', 'orphan', 'foregroundDeletion'];

export const immutableText = 'field is immutable';
export const negativeText = 'must be greater than or equal to 0';

/** Metadata on creation, by a kind's own rule for names. */
export function validateObjectMeta(meta: ObjectMeta, isNamespaced: boolean, checkName: NameCheck): FieldError[] {
  return [...validateGenericMeta(meta, isNamespaced, checkName), ...validateFinalizerNames(meta)];
}

/** Metadata when an object is updated: what a strategy checks. */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta): FieldError[] {
  return [...validateGenericMetaUpdate(meta, old), ...validateFinalizerNames(meta)];
}

/** What is checked of every update, whatever its kind, before its strategy looks at it. kubernetes: validateCommonFields in apiserver/pkg/registry/rest/update.go */
export function validateCommonUpdate(meta: ObjectMeta, old: ObjectMeta, isNamespaced: boolean): FieldError[] {
  return [...validateGenericMeta(meta, isNamespaced, nameIsPathSegment, old), ...validateGenericMetaUpdate(meta, old)];
}

function validateGenericMeta(meta: ObjectMeta, isNamespaced: boolean, checkName: NameCheck, old?: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  if (meta.generateName) errors.push(...eachInvalid('metadata.generateName', meta.generateName, checkName(meta.generateName, true)));
  if (!meta.name) errors.push(required('metadata.name', 'name or generateName is required'));
  else errors.push(...eachInvalid('metadata.name', meta.name, checkName(meta.name)));
  if (isNamespaced) {
    if (!meta.namespace) errors.push(required('metadata.namespace'));
    else errors.push(...eachInvalid('metadata.namespace', meta.namespace, nameIsDNSLabel(meta.namespace)));
  } else if (meta.namespace) {
    errors.push(forbidden('metadata.namespace', 'not allowed on this type'));
  }
  if ((meta.generation ?? 0) < 0) errors.push(invalid('metadata.generation', meta.generation, negativeText));
  errors.push(...validateMaps(meta, old));
  errors.push(...validateFinalizers(meta.finalizers ?? []));
  return errors;
}

/** Labels, annotations and owners. What is stored already has been found good. */
function validateMaps(meta: ObjectMeta, old?: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  if (!old || !isEqual(meta.labels, old.labels)) errors.push(...validateLabels(meta.labels, 'metadata.labels'));
  if (!old || !isEqual(meta.annotations, old.annotations)) errors.push(...validateAnnotations(meta.annotations, 'metadata.annotations'));
  if (!old || !isEqual(meta.ownerReferences, old.ownerReferences)) errors.push(...validateOwnerReferences(meta.ownerReferences ?? []));
  return errors;
}

function validateOwnerReferences(references: readonly OwnerReference[]): FieldError[] {
  const field = 'metadata.ownerReferences';
  const errors: FieldError[] = [];
  let controller = '';
  for (const reference of references) {
    const version = reference.apiVersion?.includes('/') ? reference.apiVersion.split('/')[1] : reference.apiVersion;
    if (!version) errors.push(invalid(`${field}.apiVersion`, reference.apiVersion ?? '', 'version must not be empty'));
    if (!reference.kind) errors.push(invalid(`${field}.kind`, '', 'must not be empty'));
    if (!reference.name) errors.push(invalid(`${field}.name`, '', 'must not be empty'));
    if (!reference.uid) errors.push(invalid(`${field}.uid`, '', 'must not be empty'));
    if (reference.apiVersion === 'v1' && reference.kind === 'Event') {
      errors.push(invalid(field, '/v1, Kind=Event', '/v1, Kind=Event is disallowed from being an owner'));
    }
    if (!reference.controller) continue;
    if (controller) {
      const text = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${reference.name}`;
      errors.push(invalid(field, references.map(ownerReferenceValue), text));
    } else controller = reference.name;
  }
  return errors;
}

function ownerReferenceValue(reference: OwnerReference): unknown {
  const { apiVersion, kind, name, uid, controller, blockOwnerDeletion } = reference;
  return {
    apiVersion,
    kind,
    name,
    uid,
    ...(controller !== undefined && { controller }),
    ...(blockOwnerDeletion !== undefined && { blockOwnerDeletion }),
  };
}

function validateFinalizers(finalizers: readonly string[]): FieldError[] {
  const errors = finalizers.flatMap((finalizer) => eachInvalid('metadata.finalizers', finalizer, isQualifiedName(finalizer)));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid('metadata.finalizers', finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}

function validateFinalizerNames(meta: ObjectMeta): FieldError[] {
  return (meta.finalizers ?? []).flatMap((finalizer, index) => validateKubeFinalizerName(finalizer, `metadata.finalizers[${index}]`));
}

/** A finalizer has a domain or is one of Kubernetes' own. */
export function validateKubeFinalizerName(finalizer: string, field: string): FieldError[] {
  if (finalizer.includes('/') || standardFinalizers.includes(finalizer)) return [];
  return [invalid(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];
}

function validateGenericMetaUpdate(meta: ObjectMeta, old: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp) {
    const added = (meta.finalizers ?? []).filter((finalizer) => !old.finalizers?.includes(finalizer));
    if (added.length > 0) {
      const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
      const text = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
      errors.push(forbidden('metadata.finalizers', text));
    }
  }
  if ((meta.generation ?? 0) < (old.generation ?? 0)) {
    errors.push(invalid('metadata.generation', meta.generation ?? 0, 'must not be decremented'));
  }
  errors.push(...validateImmutable(meta.name ?? '', old.name ?? '', 'metadata.name'));
  errors.push(...validateImmutable(meta.namespace ?? '', old.namespace ?? '', 'metadata.namespace'));
  errors.push(...validateImmutable(meta.uid ?? '', old.uid ?? '', 'metadata.uid'));
  errors.push(...validateImmutable(meta.creationTimestamp, old.creationTimestamp, 'metadata.creationTimestamp'));
  // Once it is being deleted, the server keeps these two as they are, whatever the client sends.
  if (!old.deletionTimestamp) {
    errors.push(...validateImmutable(meta.deletionTimestamp, old.deletionTimestamp, 'metadata.deletionTimestamp'));
    errors.push(
      ...validateImmutable(meta.deletionGracePeriodSeconds, old.deletionGracePeriodSeconds, 'metadata.deletionGracePeriodSeconds'),
    );
  }
  errors.push(...validateMaps(meta, old));
  return errors;
}

/** `shown` is how the message prints the new value, where that isn't the value itself. */
export function validateImmutable(value: unknown, old: unknown, field: string, shown: unknown = value): FieldError[] {
  return isEqual(value, old) ? [] : [invalid(field, shown, immutableText)];
}

export function validateNonNegative(value: number | undefined, field: string): FieldError[] {
  return (value ?? 0) < 0 ? [invalid(field, value, negativeText)] : [];
}
