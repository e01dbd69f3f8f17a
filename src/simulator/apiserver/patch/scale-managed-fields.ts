// The /scale sub-resource shows one field of its parent: owners of the parent's spec.replicas own the scale's, and the other way round.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/managedfields/scalehandler.go
import type { ManagedFieldsEntry } from '../../../apimachinery/objects.ts';
import { difference, fieldSet, isEmptySet, setHas } from './field-set.ts';
import { type Managers, type Owned, readManagers, writeManagers } from './managers.ts';

const replicas = ['f:spec', 'f:replicas'] as const;
const onlyReplicas = fieldSet(replicas);
const scaleVersion = 'autoscaling/v1';

/** The entries of a Scale: those of its parent that own replicas. */
export function scaleEntries(parent: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const result = new Map<string, Owned>();
  for (const [identity, owned] of read(parent)) {
    if (!setHas(owned.fields, replicas)) continue;
    const { manager, time } = owned;
    result.set(identity, { manager: { ...manager, apiVersion: scaleVersion }, fields: onlyReplicas, time });
  }
  return writeManagers(result);
}

/** The parent's entries after its scale was written: `scale` are the entries of the Scale then. */
export function parentEntries(
  parent: readonly ManagedFieldsEntry[],
  scale: readonly ManagedFieldsEntry[],
  parentVersion: string,
): ManagedFieldsEntry[] {
  const left = new Map<string, Owned>();
  for (const owned of read(scale).values()) left.set(keyOf(owned, parentVersion), owned);
  const result = new Map<string, Owned>();
  for (const [identity, owned] of read(parent)) {
    if (!setHas(owned.fields, replicas)) {
      result.set(identity, owned);
      continue;
    }
    const key = keyOf(owned, parentVersion);
    const still = left.get(key);
    left.delete(key);
    const fields = still ? owned.fields : difference(owned.fields, onlyReplicas);
    if (!isEmptySet(fields)) result.set(identity, fields === owned.fields ? owned : { ...owned, fields });
  }
  for (const [key, { manager, fields, time }] of left) {
    if (!setHas(fields, replicas)) continue;
    result.set(key, { manager: { ...manager, apiVersion: parentVersion }, fields: onlyReplicas, time });
  }
  return writeManagers(result);
}

function read(entries: readonly ManagedFieldsEntry[]): Managers {
  return readManagers(entries) ?? new Map<string, Owned>();
}

/** The same manager has another version in its Scale. */
function keyOf({ manager }: Owned, parentVersion: string): string {
  return JSON.stringify([manager.name, manager.operation, parentVersion, manager.subresource]);
}
