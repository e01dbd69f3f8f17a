// What discovery and tables say of a kind: the start of every strategy.
import { findKind, type ResourceDefinition } from '../../../apimachinery/kinds.ts';
import type { Column } from '../strategy.ts';
import { columns } from '../table/columns.ts';

/** The definition and the columns of a kind that kinds.ts lists. */
export function kindFacts(apiVersion: string, kind: string): { resource: ResourceDefinition; columns: readonly Column[] } {
  const resource = findKind(apiVersion, kind);
  const cells = resource && columns[`${apiVersion} ${resource.resource}`];
  if (!cells) throw new Error(`${apiVersion} ${kind} isn't listed in kinds.ts and table/columns.ts`);
  return { resource, columns: cells };
}
