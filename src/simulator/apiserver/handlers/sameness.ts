// Whether a write changes anything but who owns what.
import { isEqual } from '../../../apimachinery/clone.ts';
import type { StoredObject } from '../stored-object.ts';

export function isSameButOwners(one: StoredObject, other: StoredObject): boolean {
  return isEqual(bare(one), bare(other));
}

function bare(object: StoredObject): unknown {
  return { ...object, metadata: { ...object.metadata, managedFields: undefined } };
}
