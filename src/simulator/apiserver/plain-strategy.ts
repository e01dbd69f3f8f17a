// A strategy for a kind that has no file in registry/: it takes what it is given.
import type { ResourceDefinition } from '../../apimachinery/kinds.ts';
import type { KubernetesObject } from '../client.ts';
import type { Strategy } from './strategy.ts';

const age = { name: 'Created At', type: 'date', format: '', description: '', priority: 0 } as const;
const name = { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 } as const;

/** Defaults nothing, accepts everything, prints name and creation. */
export function plainStrategy(resource: ResourceDefinition): Strategy {
  return {
    resource,
    default: () => {},
    validate: () => [],
    validateUpdate: () => [],
    hasGeneration: false,
    columns: [name, age],
    cells: (object: KubernetesObject) => [object.metadata.name, object.metadata.creationTimestamp ?? null],
  };
}
