// metadata.managedFields as a table: one row for each manager, way of writing and sub-resource.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/managedfields.go
import type { ManagedFieldsEntry } from '../../../apimachinery/objects.ts';
import { type FieldSet, sorted } from './field-set.ts';
import { isMap } from './field-types.ts';

/** Who wrote, and how. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
}

export interface Owned {
  readonly manager: Manager;
  readonly fields: FieldSet;
  readonly time: string | undefined;
  /** The entry that says the same, as it was read. */
  readonly entry?: ManagedFieldsEntry;
}

/** Rows by what tells managers apart. */
export type Managers = ReadonlyMap<string, Owned>;

/** A manager who applies is one whatever version it speaks; one who updates is another in each version. */
export function identityOf(manager: Manager): string {
  const version = manager.operation === 'Apply' ? '' : manager.apiVersion;
  return JSON.stringify([manager.name, manager.operation, version, manager.subresource]);
}

/** Reads entries; undefined when one of them isn't what Kubernetes understands. */
export function readManagers(entries: readonly ManagedFieldsEntry[]): Managers | undefined {
  const managers = new Map<string, Owned>();
  for (const entry of entries) {
    const { operation, apiVersion } = entry;
    if ((operation !== 'Apply' && operation !== 'Update') || !apiVersion || entry.fieldsType !== 'FieldsV1') return undefined;
    const manager: Manager = { name: entry.manager ?? '', operation, apiVersion, subresource: entry.subresource ?? '' };
    const fields = isMap(entry.fieldsV1) ? (entry.fieldsV1 as FieldSet) : {};
    managers.set(identityOf(manager), { manager, fields, time: entry.time, entry });
  }
  return managers;
}

/** Writes entries in Kubernetes' order: appliers first, the oldest first among their like. */
export function writeManagers(managers: Managers): ManagedFieldsEntry[] {
  return [...managers.values()].map(entryOf).sort(compareEntries);
}

function entryOf({ manager, fields, time, entry }: Owned): ManagedFieldsEntry {
  if (entry && entry.fieldsV1 === fields && entry.time === time && entry.apiVersion === manager.apiVersion) return entry;
  return {
    manager: manager.name,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: sorted(fields),
    ...(manager.subresource && { subresource: manager.subresource }),
  };
}

function compareEntries(one: ManagedFieldsEntry, other: ManagedFieldsEntry): number {
  return (
    compare(one.operation, other.operation) ||
    compare(one.time, other.time) ||
    compare(one.manager, other.manager) ||
    compare(one.apiVersion, other.apiVersion) ||
    compare(one.subresource, other.subresource)
  );
}

function compare(one: string | undefined, other: string | undefined): number {
  const left = one ?? '';
  const right = other ?? '';
  return left < right ? -1 : left > right ? 1 : 0;
}
