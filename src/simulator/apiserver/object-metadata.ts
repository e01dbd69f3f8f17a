// What an update may not do to an object's metadata, whatever its kind.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go ValidateObjectMetaAccessorUpdate
import type { ObjectMeta } from '../../apimachinery/objects.ts';
import type { FieldError } from '../../apimachinery/status-error.ts';
import type { KubernetesObject } from '../client.ts';

export function validateMetadataUpdate(object: KubernetesObject, live: KubernetesObject): FieldError[] {
  const now = object.metadata;
  const old = live.metadata;
  const errors: FieldError[] = [];
  const added = old.deletionTimestamp ? (now.finalizers ?? []).filter((name) => !old.finalizers?.includes(name)) : [];
  if (added.length > 0) {
    const found = `[]string{${added.map((name) => JSON.stringify(name)).join(', ')}}`;
    const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${found}`;
    errors.push({ reason: 'FieldValueForbidden', field: 'metadata.finalizers', message });
  }
  for (const field of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (now[field] !== old[field]) errors.push(immutable(field, now[field]));
  }
  return errors;
}

function immutable(field: keyof ObjectMeta, value: unknown): FieldError {
  const shown =
    value === undefined ? (field === 'deletionTimestamp' || field === 'deletionGracePeriodSeconds' ? 'null' : '""') : JSON.stringify(value);
  return { reason: 'FieldValueInvalid', field: `metadata.${field}`, message: `Invalid value: ${shown}: field is immutable` };
}
