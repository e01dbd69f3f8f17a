// Namespaced objects live in a namespace that exists and isn't on its way out.
// kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go
import { qualifiedResource, type ResourceDefinition } from '../../apimachinery/kinds.ts';
import { forbidden, notFound, StatusError } from '../../apimachinery/status-error.ts';
import type { KubernetesObject } from '../client.ts';
import { definitionOf } from './storage-version.ts';
import type { StoreReader } from './strategy.ts';

/** Throws when nothing new can be made in the object's namespace. */
export function checkNamespace(definition: ResourceDefinition, object: KubernetesObject, reader: StoreReader): void {
  if (!definition.namespaced) return;
  const name = object.metadata.namespace ?? '';
  const namespace = reader.get('namespaces', '', name) as (KubernetesObject & { status?: { phase?: string } }) | undefined;
  if (!namespace) throw notFound(definitionOf('namespaces'), name);
  if (namespace.status?.phase !== 'Terminating' && !namespace.metadata.deletionTimestamp) return;
  const subject = object.metadata.name ? `${qualifiedResource(definition)} "${object.metadata.name}"` : qualifiedResource(definition);
  throw new StatusError(
    403,
    'Forbidden',
    `${subject} is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
    {
      ...(object.metadata.name && { name: object.metadata.name }),
      ...(definition.group && { group: definition.group }),
      kind: definition.resource,
      causes: [{ reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' }],
    },
  );
}

const immortal = new Set(['default', 'kube-system', 'kube-public']);

/** Throws when it is one of the namespaces that a cluster can't do without. */
export function checkDeletion(definition: ResourceDefinition, name: string): void {
  if (definition.kind === 'Namespace' && immortal.has(name)) throw forbidden(definition, name, 'this namespace may not be deleted');
}
