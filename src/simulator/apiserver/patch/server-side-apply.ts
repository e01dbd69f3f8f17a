// Server-side apply: lays what a manager wants over what is stored, takes away what it no longer wants, and refuses what others own.
// kubernetes: sigs.k8s.io/structured-merge-diff/merge/update.go, apimachinery/pkg/util/managedfields/internal/structuredmerge.go
import { isEqual } from '../../../apimachinery/clone.ts';
import type { ManagedFieldsEntry } from '../../../apimachinery/objects.ts';
import { badRequest } from '../../../apimachinery/status-error.ts';
import { applyConflict } from './apply-conflict.ts';
import { compareTyped } from './field-comparison.ts';
import { difference, eachMember, type FieldSet, fieldSet, intersection, isEmptySet, setHas, union } from './field-set.ts';
import { type FieldType, isMap, type JsonMap } from './field-types.ts';
import { lastAppliedFields, updateLastApplied } from './last-applied.ts';
import {
  conflictsWith,
  type ManagedObject,
  type OtherVersions,
  unmanaged,
  updateManagedFields,
  type Versions,
  withoutNeverOwned,
  withoutTaken,
} from './managed-fields.ts';
import { identityOf, type Manager, type Managers, type Owned, readManagers, writeManagers } from './managers.ts';
import { fieldsOf, withNamedFields, withoutFields } from './owned-fields.ts';
import { internalError } from './patch-refusal.ts';
import { ownershipFilter } from './reset-fields.ts';
import { schemaFault } from './schema-validation.ts';
import { mergeTyped } from './typed-merge.ts';
import { ConversionError, convertUnstructured } from './unstructured-conversion.ts';

export interface ServerSideApply {
  /** The stored object in the version of the request; undefined when it isn't there yet. */
  readonly live: ManagedObject | undefined;
  /** Its kind with nothing set, see ManagedUpdate. */
  readonly blank?: unknown;
  /** Its managedFields. */
  readonly entries: readonly ManagedFieldsEntry[];
  /** The body, as it was parsed. */
  readonly applied: unknown;
  readonly apiVersion: string;
  readonly kind: string;
  readonly type: FieldType;
  readonly manager: string;
  /** Take over what others own instead of failing. */
  readonly force: boolean;
  readonly subresource: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  readonly otherVersions?: OtherVersions;
}

export interface Applied {
  /** To be given its defaults and stored; without managedFields. */
  readonly object: JsonMap;
  readonly managedFields: readonly ManagedFieldsEntry[];
}

/** Applies, or throws the StatusError that tells why not. */
export function serverSideApply(request: ServerSideApply): Applied {
  const applied = checked(request);
  const managers = trackedManagers(request);
  const result = applyOrTakeOver(request, applied, managers);
  if (request.manager === 'kubectl') updateLastApplied(result.object, applied);
  return result;
}

/** The body, if it is of this kind and fits its schema. */
function checked({ applied, apiVersion, kind, type }: ServerSideApply): JsonMap {
  const object = isMap(applied) ? applied : {};
  if (object.apiVersion !== apiVersion || object.kind !== kind) throw badRequest(`invalid object type: ${printKind(object)}`);
  const metadata = isMap(object.metadata) ? object.metadata : {};
  // A list, even an empty one, isn't nil.
  if (Array.isArray(metadata.managedFields)) throw badRequest('metadata.managedFields must be nil');
  const fault = schemaFault(object, type);
  if (fault) throw internalError(`failed to create typed patch object (${printObject(object)}): ${fault}`);
  return object;
}

/** As Go prints a GroupVersionKind: apps/v1, Kind=Deployment; /v1, Kind=Pod. */
function printKind(object: JsonMap): string {
  const apiVersion = typeof object.apiVersion === 'string' ? object.apiVersion : '';
  const groupVersion = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  return `${groupVersion}, Kind=${typeof object.kind === 'string' ? object.kind : ''}`;
}

/** An object as errors of field management name it: namespace/name; apps/v1, Kind=Deployment. */
function printObject(object: JsonMap): string {
  const metadata = isMap(object.metadata) ? object.metadata : {};
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}; ${printKind(object)}`;
}

/** The owners so far. An object that nobody tracked yet belongs to before-first-apply. */
function trackedManagers(request: ServerSideApply): Managers {
  const managers = readManagers(request.entries) ?? new Map<string, Owned>();
  if (managers.size > 0 || !request.live) return managers;
  const { live, type, apiVersion, subresource, time } = request;
  const update = {
    before: undefined,
    blank: request.blank,
    after: live,
    entries: [],
    type,
    manager: 'before-first-apply',
    apiVersion,
    subresource,
    time,
  };
  return readManagers(updateManagedFields(update)) ?? managers;
}

/** kubectl may take over what its own client-side apply put there. */
function applyOrTakeOver(request: ServerSideApply, applied: JsonMap, managers: Managers): Applied {
  const attempt = merge(request, applied, managers);
  if (request.force || attempt.conflicts.length === 0) return finish(request, attempt);
  const allowed = request.manager === 'kubectl' ? lastAppliedFields(unmanaged(request.live), request.apiVersion, request.type) : undefined;
  if (!allowed) throw applyConflict(attempt.conflicts);
  const refused = attempt.conflicts
    .map(([manager, fields]) => [manager, notIn(fields, allowed)] as const)
    .filter(([, fields]) => !isEmptySet(fields));
  if (refused.length > 0) throw applyConflict(refused);
  return finish(request, attempt);
}

function notIn(fields: FieldSet, allowed: FieldSet): FieldSet {
  const paths: (readonly string[])[] = [];
  eachMember(fields, (path) => {
    if (!setHas(allowed, path)) paths.push(path);
  });
  return fieldSet(...paths);
}

interface Attempt {
  readonly self: Manager;
  readonly liveValue: unknown;
  readonly merged: unknown;
  readonly managers: Managers;
  readonly comparison: ReturnType<typeof compareTyped>;
  readonly versions: Versions;
  readonly conflicts: [Manager, FieldSet][];
}

function merge(request: ServerSideApply, applied: JsonMap, managers: Managers): Attempt {
  const { type, kind, apiVersion, subresource } = request;
  const filter = ownershipFilter(kind, subresource);
  const self: Manager = { name: request.manager || 'unknown', operation: 'Apply', apiVersion, subresource };
  const identity = identityOf(self);
  const liveValue = request.live ? unmanaged(request.live) : { apiVersion, kind };
  const last = managers.get(identity);
  const fields = filter(fieldsOf(applied, type));
  const withSelf = new Map(managers);
  withSelf.set(identity, { manager: self, fields, time: last?.time });
  const pruned = prune(mergeTyped(liveValue, applied, type), type, last?.fields, withSelf, apiVersion);
  const compared = compareTyped(liveValue, pruned, type);
  const comparison = { removed: filter(compared.removed), modified: filter(compared.modified), added: filter(compared.added) };
  const versions: Versions = {
    before: request.live,
    after: pruned as ManagedObject,
    apiVersion,
    subresource,
    ...(request.otherVersions && { otherVersions: request.otherVersions }),
  };
  const conflicts = conflictsWith(withSelf, identity, comparison, versions);
  return { self, liveValue, merged: pruned, managers: withSelf, comparison, versions, conflicts };
}

function finish(request: ServerSideApply, attempt: Attempt): Applied {
  const { self, liveValue, merged, managers, comparison, versions } = attempt;
  const identity = identityOf(self);
  const own = managers.get(identity) as Owned;
  const others = new Map(managers);
  others.delete(identity);
  const result = new Map(withoutTaken(others, comparison, versions));
  const fields = withoutNeverOwned(own.fields);
  const changed = request.live === undefined || !isEqual(liveValue, merged);
  if (!isEmptySet(fields)) result.set(identity, { manager: self, fields, time: changed ? request.time : own.time });
  return { object: convertedToKind(merged, request), managedFields: writeManagers(result) };
}

function convertedToKind(merged: unknown, { applied, type }: ServerSideApply): JsonMap {
  try {
    return convertUnstructured(isMap(merged) ? merged : {}, type);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    const object = applied as JsonMap;
    const what = `unable to convert unstructured object to ${printKind(object)}: ${error.message}`;
    throw internalError(`failed to convert new object (${printObject(object)}) to proper version: ${what}`);
  }
}

/**
 * Removes what the manager applied last time but not now, unless somebody else claims it.
 */
function prune(merged: unknown, type: FieldType, last: FieldSet | undefined, managers: Managers, apiVersion: string): unknown {
  if (!last || isEmptySet(last)) return merged;
  let pruned = withoutFields(merged, withNamedFields(last, type), type);
  let claimed: FieldSet = {};
  for (const owned of managers.values()) if (owned.manager.apiVersion === apiVersion) claimed = union(claimed, owned.fields);
  const mergedFields = withNamedFields(fieldsOf(merged, type), type);
  const left = withNamedFields(fieldsOf(pruned, type), type);
  pruned = withoutFields(merged, difference(mergedFields, union(left, withNamedFields(claimed, type))), type);
  // What nobody applied before, but went with something above it, comes back.
  const gone = difference(mergedFields, withNamedFields(fieldsOf(pruned, type), type));
  return withoutFields(merged, intersection(gone, withNamedFields(last, type)), type);
}
