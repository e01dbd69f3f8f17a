// What a request is about, told from its method and path alone.
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go
import type { ApiRequest } from './request.ts';

/** Verbs as authorization names them: those of resources, or the method in lower case for other paths. */
export interface RequestInfo {
  readonly isResource: boolean;
  readonly verb: string;
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
  readonly subresource: string;
  /** What stands behind the sub-resource (a proxied path). */
  readonly rest: readonly string[];
}

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
/** Sub-resources of namespaces; any other word behind a namespace's name is a resource in it. */
const namespaceSubresources = new Set(['status', 'finalize']);

export function requestInfo(request: ApiRequest): RequestInfo {
  const parts = request.path
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
  const other: RequestInfo = {
    isResource: false,
    verb: request.method.toLowerCase(),
    path: request.path,
    group: '',
    version: '',
    namespace: '',
    resource: '',
    name: '',
    subresource: '',
    rest: [],
  };
  const isCore = parts[0] === 'api';
  if (!isCore && parts[0] !== 'apis') return other;
  const skipped = isCore ? 2 : 3;
  if (parts.length <= skipped) return other;
  const group = isCore ? '' : parts[1]!;
  const target = readTarget(parts.slice(skipped));
  return { ...other, ...target, isResource: true, group, version: parts[skipped - 1]!, verb: verbOf(request, target.name) };
}

function readTarget(parts: readonly string[]): Pick<RequestInfo, 'namespace' | 'resource' | 'name' | 'subresource' | 'rest'> {
  let namespace = '';
  let rest = parts;
  if (parts[0] === 'namespaces' && parts.length > 1) {
    namespace = parts[1]!;
    if (parts.length > 2 && !namespaceSubresources.has(parts[2]!)) rest = parts.slice(2);
  }
  const [resource = '', name = '', subresource = '', ...behind] = rest;
  return { namespace, resource, name, subresource, rest: behind };
}

function verbOf(request: ApiRequest, name: string): string {
  const verb = verbs[request.method] ?? '';
  if (name !== '') {
    if (verb === 'get' && isTrue(request.query.get('watch'))) return 'watch';
    return verb;
  }
  if (verb === 'get') return isTrue(request.query.get('watch')) ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}

/** As Kubernetes reads booleans of a query: there and not false. */
export function isTrue(value: string | null): boolean {
  return value !== null && value.toLowerCase() !== 'false' && value !== '0';
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
