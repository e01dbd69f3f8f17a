// Where things stand in the Kubernetes API, and what its failures say: both KubernetesApis read it here.
import { apiVersionOf, findKind, type ResourceDefinition } from '../apimachinery/kinds.ts';
import type { Status } from '../apimachinery/objects.ts';
import { StatusError } from '../apimachinery/status-error.ts';
import type { KubernetesObject } from '../simulator/client.ts';
import type { ExecResult, ObjectReference, Selection } from './kubernetes-api.ts';

/** The object's own type and name. */
export function referenceOf(object: KubernetesObject): ObjectReference {
  return { apiVersion: object.apiVersion, kind: object.kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

/** What discovery says of the kind. Throws a StatusError where it isn't known. */
export function definitionOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): ResourceDefinition {
  const definition = findKind(apiVersion, kind);
  if (!definition) throw new StatusError(404, 'NotFound', `no matches for kind "${kind}" in version "${apiVersion}"`);
  return definition;
}

/** /api/v1/namespaces/NS/pods. Throws a StatusError: an unknown kind, a name that is no part of a path. */
export function collectionPath(selection: { readonly apiVersion: string; readonly kind: string; readonly namespace: string }): string {
  const definition = definitionOf(selection);
  const root = definition.group ? `/apis/${apiVersionOf(definition)}` : `/api/${definition.version}`;
  const inNamespace = definition.namespaced && selection.namespace ? `/namespaces/${pathSegment(selection.namespace)}` : '';
  return `${root}${inNamespace}/${definition.resource}`;
}

export function pathOf(reference: ObjectReference): string {
  return `${collectionPath(reference)}/${pathSegment(reference.name)}`;
}

/** The name as one part of a path; one that would lead elsewhere is refused. kubernetes: staging/src/k8s.io/apimachinery/pkg/api/validation/path/name.go */
export function pathSegment(name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/%]/.test(name))
    throw new StatusError(400, 'BadRequest', `${JSON.stringify(name)} can't be a name`);
  return encodeURIComponent(name);
}

export function selectionQuery({ labelSelector }: Selection): Record<string, string> {
  return labelSelector ? { labelSelector } : {};
}

/** The failure that a response's body tells. */
export function statusError(code: number, text: string): StatusError {
  try {
    const status = JSON.parse(text) as Status;
    return new StatusError(status.code ?? code, status.reason ?? '', status.message ?? text, status.details);
  } catch {
    return new StatusError(code, '', text.trim() || `the server answered ${code}`);
  }
}

/** Reads the Status that ends an exec. kubernetes: staging/src/k8s.io/client-go/tools/remotecommand/errorstream.go */
export function execEnding(text: string): Pick<ExecResult, 'exitCode' | 'failure'> {
  if (!text) return { failure: 'the connection ended without a status' };
  const status = JSON.parse(text) as Status;
  if (status.status === 'Success') return { exitCode: 0 };
  const exit = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  return exit === undefined ? { failure: status.message ?? 'it failed' } : { exitCode: Number(exit) };
}
