// Some objects are served in two versions but stored once: which version that is, and where.
import { findResource, kinds, qualifiedResource, type ResourceDefinition } from '../../apimachinery/kinds.ts';

/** Served as → stored as. */
const storedAs = new Map<ResourceDefinition, ResourceDefinition>();
const aliases: readonly [served: [string, string, string], stored: [string, string, string]][] = [
  [
    ['autoscaling', 'v1', 'horizontalpodautoscalers'],
    ['autoscaling', 'v2', 'horizontalpodautoscalers'],
  ],
  [
    ['events.k8s.io', 'v1', 'events'],
    ['', 'v1', 'events'],
  ],
];
for (const [served, stored] of aliases) {
  const from = findResource(...served);
  const to = findResource(...stored);
  if (from && to) storedAs.set(from, to);
}

const tables = new Map(kinds.map((definition) => [definition, qualifiedResource(storedKind(definition))]));
const storedByResource = new Map(
  kinds.filter((definition) => !storedAs.has(definition)).map((definition) => [definition.resource, definition] as const),
);

/** The definition whose strategy and version the store uses for it. */
export function storedKind(definition: ResourceDefinition): ResourceDefinition {
  return storedAs.get(definition) ?? definition;
}

/** The table of etcd in which its objects are. */
export function tableOf(definition: ResourceDefinition): string {
  return tables.get(definition) ?? qualifiedResource(storedKind(definition));
}

/** The table behind a plain plural: 'deployments' → 'deployments.apps'. */
export function storedResource(resource: string): string {
  const definition = storedByResource.get(resource);
  return definition ? qualifiedResource(definition) : resource;
}

/** The stored definition behind a plain plural. */
export function definitionOf(resource: string): ResourceDefinition {
  const found = storedByResource.get(resource);
  if (!found) throw new Error(`no such resource: ${resource}`);
  return found;
}
