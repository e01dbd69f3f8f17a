// managedFields of a write that came by HTTP.
import { apiVersionOf, findKind, type ResourceDefinition } from '../../../apimachinery/kinds.ts';
import type { ManagedFieldsEntry } from '../../../apimachinery/objects.ts';
import { blankOf, wholeForm as whole } from '../canonical-form.ts';
import { toServed, toStored } from '../conversion.ts';
import type { Owners } from '../managed-fields.ts';
import { fieldTypeOf } from '../patch/field-types-of.ts';
import { type OtherVersions, updateManagedFields } from '../patch/managed-fields.ts';
import type { StoredObject } from '../stored-object.ts';
import type { Call } from './call.ts';
import type { BodyKind } from './target.ts';

/** Who owns what after an update by POST, PUT or a merging patch. */
export function ownersAfter(
  call: Call,
  kind: BodyKind,
  before: StoredObject | undefined,
  after: StoredObject,
  entries: readonly ManagedFieldsEntry[],
  manager: string,
  subresource: string,
): readonly ManagedFieldsEntry[] {
  const apiVersion = apiVersionOf({ group: kind.group, version: kind.version });
  const typed = { ...after, apiVersion, kind: kind.kind };
  return updateManagedFields({
    before: before && whole(before),
    blank: blankOf(apiVersion, kind.kind),
    after: whole(typed),
    entries,
    type: fieldTypeOf(apiVersion, kind.kind),
    manager,
    apiVersion,
    subresource,
    time: call.store.timestamp(),
    otherVersions: otherVersions(kind),
  });
}

/** How to see the object as those who wrote it in another served version do. */
export function otherVersions(kind: BodyKind): OtherVersions {
  return (apiVersion) => {
    const own = findKind(apiVersionOf({ group: kind.group, version: kind.version }), kind.kind);
    const other = findKind(apiVersion, kind.kind);
    if (!own || !other || own.resource !== other.resource) return undefined;
    const convert = (object: unknown) => convertBetween(own, other, object as StoredObject);
    return { type: fieldTypeOf(apiVersion, kind.kind), convert };
  };
}

function convertBetween(from: ResourceDefinition, to: ResourceDefinition, object: StoredObject): StoredObject {
  return whole(toServed(to, toStored(from, object)));
}

/** Who owns what after a write from inside the cluster. */
export const ownersOfWrite: Owners = (before, entries, { manager, apiVersion, subresource, time, after }) => {
  const type = fieldTypeOf(apiVersion, after.kind);
  const blank = blankOf(apiVersion, after.kind);
  const was = before && whole(before);
  return updateManagedFields({ before: was, blank, after: whole(after), entries, type, manager, apiVersion, subresource, time });
};
