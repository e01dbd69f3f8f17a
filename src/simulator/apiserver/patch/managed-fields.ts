// Who owns which fields after a write by POST, PUT or one of the merging patches.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal, sigs.k8s.io/structured-merge-diff/merge/update.go
import { isEqual } from '../../../apimachinery/clone.ts';
import type { ManagedFieldsEntry } from '../../../apimachinery/objects.ts';
import { type Comparison, compareTyped } from './field-comparison.ts';
import { difference, emptySet, type FieldSet, fieldSet, intersection, isEmptySet, union } from './field-set.ts';
import type { FieldType } from './field-types.ts';
import { identityOf, type Manager, type Managers, type Owned, readManagers, writeManagers } from './managers.ts';
import { PathElementError } from './path-element.ts';
import { type OwnershipFilter, ownershipFilter } from './reset-fields.ts';

/** An object as the schema and field management see it. */
export interface ManagedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string | undefined; readonly namespace?: string | undefined };
}

/** What to do with rows of a manager who wrote in another version of the kind. */
interface OtherVersion {
  readonly type: FieldType;
  convert(object: unknown): unknown;
}

export type OtherVersions = (apiVersion: string) => OtherVersion | undefined;

/** A write as field management sees it. */
export interface ManagedUpdate {
  /** What is stored; undefined when the object is being created. */
  readonly before: ManagedObject | undefined;
  /** What a new object is compared with: its kind with nothing set. Structs that are no pointers are there, so nobody owns them. */
  readonly blank?: unknown;
  /** What the client wants stored: decoded, with defaults, before admission and prepare. */
  readonly after: ManagedObject;
  /** The entries to start from: those of the stored object, see startingEntries. */
  readonly entries: readonly ManagedFieldsEntry[];
  readonly type: FieldType;
  /** '' becomes 'unknown'. */
  readonly manager: string;
  /** The version in which the client wrote. */
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  readonly otherVersions?: OtherVersions;
}

const updateManagersMax = 10;
const neverOwned = fieldSet(
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
    (name) => ['f:metadata', `f:${name}`],
  ),
);

/**
 * The entries that a write starts from: those of the request, which may take them over, else the stored ones.
 * An empty list, or one with an empty entry, forgets them all. Writes to sub-resources can't change them.
 */
export function startingEntries(
  stored: readonly ManagedFieldsEntry[] | undefined,
  requested: readonly ManagedFieldsEntry[] | undefined,
  subresource: string,
): readonly ManagedFieldsEntry[] {
  const own = stored && readManagers(stored) ? stored : [];
  if (subresource || !requested) return own;
  const forgets = requested.length === 0 || (requested.length === 1 && isEqual(requested[0], {}));
  if (forgets) return [];
  return readManagers(requested) ? requested : own;
}

/** managedFields after an update. The same list, when nobody's fields changed; none, when the object can't be told apart into fields. */
export function updateManagedFields(update: ManagedUpdate): readonly ManagedFieldsEntry[] {
  try {
    return updatedEntries(update);
  } catch (error) {
    if (error instanceof PathElementError) return [];
    throw error;
  }
}

function updatedEntries(update: ManagedUpdate): readonly ManagedFieldsEntry[] {
  const managers = readManagers(update.entries) ?? new Map<string, Owned>();
  // Kubernetes doesn't begin to track an object that it hasn't tracked.
  if (managers.size === 0 && update.before) return [];
  const comparison = compareTyped(update.before ? unmanaged(update.before) : (update.blank ?? {}), unmanaged(update.after), update.type);
  const filter = ownershipFilter(update.after.kind, update.subresource);
  const taken = ownedByUpdate(comparison, filter);
  const kept = withoutTaken(managers, filtered(comparison, filter), update);
  const after = isEmptySet(taken) ? kept : capped(withFields(kept, managerOf(update), taken, update.time));
  if (after === managers) return update.entries;
  return writeManagers(after);
}

function managerOf(update: ManagedUpdate): Manager {
  return { name: update.manager || 'unknown', operation: 'Update', apiVersion: update.apiVersion, subresource: update.subresource };
}

/** The object without its managedFields; a new object is compared with an empty one. */
export function unmanaged(object: ManagedObject | undefined): unknown {
  if (!object) return {};
  const metadata: Record<string, unknown> = { ...object.metadata };
  if (metadata.managedFields === undefined) return object;
  delete metadata.managedFields;
  return { ...object, metadata };
}

function filtered(comparison: Comparison, filter: OwnershipFilter): Comparison {
  return { removed: filter(comparison.removed), modified: filter(comparison.modified), added: filter(comparison.added) };
}

/** What the writer owns from now on, whether it did before or not. */
function ownedByUpdate(comparison: Comparison, filter: OwnershipFilter): FieldSet {
  return difference(filter(union(comparison.modified, comparison.added)), neverOwned);
}

/** The rows that others, and the writer so far, keep: what was changed is no longer theirs, and what is gone is nobody's. */
export function withoutTaken(managers: Managers, comparison: Comparison, versions: Versions): Managers {
  let result: Map<string, Owned> | undefined;
  for (const [identity, owned] of managers) {
    const seen = seenBy(owned.manager, comparison, versions);
    const lost = seen === undefined ? owned.fields : union(union(seen.modified, seen.added), seen.removed);
    const fields = difference(owned.fields, lost);
    if (fields === owned.fields) continue;
    result ??= new Map(managers);
    if (isEmptySet(fields)) result.delete(identity);
    else result.set(identity, { ...owned, fields });
  }
  return result ?? managers;
}

/** What is needed to see a change in another version of its kind. */
export type Versions = Pick<ManagedUpdate, 'before' | 'after' | 'apiVersion' | 'subresource' | 'otherVersions'>;

/** The change in the version that the manager speaks; undefined when that is no longer served. */
function seenBy(manager: Manager, comparison: Comparison, versions: Versions): Comparison | undefined {
  if (manager.apiVersion === versions.apiVersion) return comparison;
  const other = versions.otherVersions?.(manager.apiVersion);
  if (!other) return undefined;
  const before = versions.before && other.convert(versions.before);
  return compareTyped(
    unmanaged(before as ManagedObject | undefined),
    unmanaged(other.convert(versions.after) as ManagedObject),
    other.type,
  );
}

function withFields(managers: Managers, manager: Manager, fields: FieldSet, time: string): Managers {
  const identity = identityOf(manager);
  const previous = managers.get(identity);
  const result = new Map(managers);
  result.set(identity, {
    ...previous,
    manager,
    fields: previous ? union(previous.fields, fields) : fields,
    time,
  });
  return result;
}

/** Of more than ten managers who update, the oldest become one: ancient-changes. */
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/capmanagers.go
function capped(managers: Managers): Managers {
  const updaters = [...managers].filter(([, owned]) => owned.manager.operation === 'Update');
  if (updaters.length <= updateManagersMax) return managers;
  updaters.sort(([, one], [, other]) => {
    const byTime = compareText(one.time ?? '', other.time ?? '');
    return byTime || compareText(identityOf(one.manager), identityOf(other.manager));
  });
  const result = new Map(managers);
  const firstOf = new Map<string, string>();
  let count = updaters.length;
  for (const [identity, owned] of updaters) {
    if (count <= updateManagersMax) break;
    const version = owned.manager.apiVersion;
    const first = firstOf.get(version);
    if (first === undefined) {
      firstOf.set(version, identity);
      continue;
    }
    const manager: Manager = { name: 'ancient-changes', operation: 'Update', apiVersion: version, subresource: '' };
    const bucket = identityOf(manager);
    const before = result.get(bucket) ?? result.get(first);
    if (!result.has(bucket)) result.delete(first);
    result.delete(identity);
    result.set(bucket, { manager, fields: union(owned.fields, before?.fields ?? emptySet), time: owned.time });
    count--;
  }
  return result;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Takes what nobody may own from an applier's fields. */
export function withoutNeverOwned(fields: FieldSet): FieldSet {
  return difference(fields, neverOwned);
}

/** Fields of `managers` that were changed by somebody else: manager → fields. */
export function conflictsWith(managers: Managers, self: string, comparison: Comparison, versions: Versions): [Manager, FieldSet][] {
  const conflicts: [Manager, FieldSet][] = [];
  for (const [identity, owned] of managers) {
    if (identity === self) continue;
    const seen = seenBy(owned.manager, comparison, versions);
    if (!seen) continue;
    const fields = intersection(owned.fields, union(seen.modified, seen.added));
    if (!isEmptySet(fields)) conflicts.push([owned.manager, fields]);
  }
  return conflicts;
}

/** The new entries, or the old ones when they differ in nothing but times and the rest of the object didn't change either. */
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager/equality.go
export function withOldTimes(
  before: readonly ManagedFieldsEntry[],
  after: readonly ManagedFieldsEntry[],
  restIsEqual: () => boolean,
): readonly ManagedFieldsEntry[] {
  if (before === after || before.length !== after.length || before.length === 0) return after;
  const same = before.every((entry, index) => isEqual({ ...entry, time: undefined }, { ...after[index], time: undefined }));
  return same && restIsEqual() ? before : after;
}
