// A write that names another object's uid. kubernetes: apiserver/pkg/storage Preconditions.Check, StorageError
import type { ResourceDefinition } from '../../apimachinery/kinds.ts';
import type { ObjectMeta } from '../../apimachinery/objects.ts';

// kubernetes: pkg/kubeapiserver/default_storage_factory_builder.go SpecialDefaultResourcePrefixes
const specialFolders: Readonly<Record<string, string>> = {
  endpoints: 'services/endpoints',
  ingresses: 'ingress',
  nodes: 'minions',
  services: 'services/specs',
};

/** What the storage says when the uid that a client named isn't the stored object's; undefined when it is, or none was named. */
export function describeUidConflict(definition: ResourceDefinition, live: ObjectMeta, uid: string | undefined): string | undefined {
  if (!uid || uid === live.uid) return undefined;
  const folder = specialFolders[definition.resource] ?? definition.resource;
  const key = ['/registry', folder, ...(live.namespace ? [live.namespace] : []), live.name].join('/');
  const fault = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.uid}`;
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${fault}`;
}
