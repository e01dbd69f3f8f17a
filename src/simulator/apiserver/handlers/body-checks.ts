// Name and namespace of a body must be those of the URL.
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go checkName, registry/rest/meta.go
import { badRequest } from '../../../apimachinery/status-error.ts';
import type { StoredObject } from '../stored-object.ts';

/** Gives the object the URL's namespace, or refuses another. */
export function checkNamespaceOfBody(object: StoredObject, namespace: string): void {
  const own = object.metadata.namespace ?? '';
  if (own === namespace) return;
  if (namespace === '') delete object.metadata.namespace;
  else if (own === '') object.metadata.namespace = namespace;
  else throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/** Refuses an object of another name, or of none. */
export function checkNameOfBody(object: StoredObject, name: string): void {
  const own = object.metadata.name ?? '';
  if (own === '') throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (own !== name) throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
}
