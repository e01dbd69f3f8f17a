// From a request to the handler that answers it.
import { findResource, type ResourceDefinition, reviewKinds } from '../../apimachinery/kinds.ts';
import { formatYaml } from '../../apimachinery/manifest.ts';
import { badRequest, forbidden, StatusError } from '../../apimachinery/status-error.ts';
import type { Clock } from '../clock.ts';
import { failure, notFoundPage, text } from './answers.ts';
import type { Authentication } from './authentication.ts';
import { getComponentStatus, listComponentStatuses } from './component-statuses.ts';
import type { Call, Handler } from './handlers/call.ts';
import { create } from './handlers/create.ts';
import { deleteCollection, deleteOne } from './handlers/delete.ts';
import { get } from './handlers/get.ts';
import { list } from './handlers/list.ts';
import { patch } from './handlers/patch.ts';
import { objectTarget } from './handlers/target.ts';
import { update } from './handlers/update.ts';
import { watch } from './handlers/watch.ts';
import type { KubeletConnection } from './kubelet-connection.ts';
import { type Accepted, negotiate } from './negotiate.ts';
import { type Attributes, type Authorizer, refusal } from './rbac.ts';
import type { Shape } from './representation.ts';
import type { ApiAnswer, ApiRequest, UserInfo } from './request.ts';
import { isTrue, type RequestInfo, requestInfo } from './request-info.ts';
import { review } from './reviews.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';
import type { Store } from './store.ts';
import { subresourceVerbs } from './subresources/subresources.ts';
import { createToken } from './subresources/token.ts';

/** The parts of the server that handlers need. */
export interface ServerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly authentication: Authentication;
  readonly authorizer: Authorizer;
  readonly tokens: ServiceAccountTokens;
  readonly kubelets: () => KubeletConnection | undefined;
  /** What isn't a resource: discovery, OpenAPI, health, version. Undefined where there is nothing. */
  readonly document: (request: ApiRequest) => ApiAnswer | undefined;
}

const verbs: Readonly<Record<string, Handler>> = {
  get,
  list,
  watch,
  create,
  update: (call) => update(call, objectTarget(call)),
  patch: (call) => patch(call, objectTarget(call)),
  delete: deleteOne,
  deletecollection: deleteCollection,
};

/** Answers a request; what goes wrong is an answer too. */
export function route(request: ApiRequest, parts: ServerParts): ApiAnswer {
  const warnings: string[] = [];
  try {
    const info = requestInfo(request);
    const user = parts.authentication.authenticate(request);
    authorize(info, request, user, parts.authorizer);
    if (!info.isResource) return parts.document(request) ?? notFoundPage();
    const definition = definitionOf(info);
    if (!definition) return notFoundPage();
    if (definition.deprecation) warnings.push(definition.deprecation);
    const { store, clock } = parts;
    const accepted = negotiate(request.headers['accept']);
    const shape = shapeOf(accepted, request.query);
    const call: Call = { request, info, definition, user, shape, warnings, store, clock, kubelets: parts.kubelets() };
    const answer = dispatch(call, parts);
    return accepted.format === 'yaml' ? rewritten(answer, 'application/yaml', formatYaml) : isPretty(request) ? pretty(answer) : answer;
  } catch (error) {
    if (error instanceof StatusError) return isPretty(request) ? pretty(failure(error, warnings)) : failure(error, warnings);
    throw error;
  }
}

function dispatch(call: Call, parts: ServerParts): ApiAnswer {
  const { definition, info } = call;
  if (reviewKinds.includes(definition)) return info.verb === 'create' ? review(call, parts) : methodNotAllowed();
  if (info.subresource !== '') return dispatchSubresource(call, parts);
  if (definition.kind === 'ComponentStatus') return dispatchComponents(call);
  const isCollection = info.name === '';
  const handler = verbs[info.verb];
  const fits = handler && (isCollection ? collectionVerbs : objectVerbs).has(info.verb);
  if (!fits) return methodNotAllowed();
  // A namespaced resource is written in a namespace only.
  if (definition.namespaced && info.namespace === '' && !['list', 'watch'].includes(info.verb)) return methodNotAllowed();
  if (definition.verbs && !definition.verbs.includes(info.verb)) return methodNotAllowed();
  return handler(call);
}

function dispatchComponents(call: Call): ApiAnswer {
  if (call.info.verb === 'get') return getComponentStatus(call);
  return call.info.verb === 'list' ? listComponentStatuses(call) : methodNotAllowed();
}

const collectionVerbs = new Set(['list', 'watch', 'create', 'deletecollection']);
const objectVerbs = new Set(['get', 'watch', 'update', 'patch', 'delete']);

function dispatchSubresource(call: Call, parts: ServerParts): ApiAnswer {
  const { definition, info } = call;
  if (definition.resource === 'serviceaccounts' && info.subresource === 'token') {
    if (info.verb !== 'create') return methodNotAllowed();
    return createToken(call, parts.tokens);
  }
  const table = subresourceVerbs(call);
  // kubernetes: staging/src/k8s.io/apiserver/pkg/server/handler.go serviceErrorHandler
  if (!table) throw new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
  const handler = table[info.verb];
  if (!handler) return methodNotAllowed();
  return handler(call);
}

function definitionOf(info: RequestInfo): ResourceDefinition | undefined {
  const stored = findResource(info.group, info.version, info.resource);
  if (stored) return stored;
  return reviewKinds.find(({ group, version, resource }) => group === info.group && version === info.version && resource === info.resource);
}

function shapeOf({ as, version }: Accepted, query: URLSearchParams): Shape {
  const include = query.get('includeObject') ?? 'Metadata';
  if (as === 'Table' && !['None', 'Metadata', 'Object'].includes(include)) {
    throw badRequest(`unrecognized includeObject value: ${JSON.stringify(include)}`);
  }
  const metaVersion = version ?? 'v1';
  if (as === 'Table') return { as, include: include as Shape['include'], metaVersion };
  return { as: as ? 'PartialObjectMetadata' : 'object', include: 'Metadata', metaVersion };
}

/** As a person at a terminal or browser likes it; asked for, or guessed by the program. */
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go isPrettyPrint
function isPretty({ query, headers }: ApiRequest): boolean {
  const asked = query.get('pretty');
  if (asked !== null) return isTrue(asked);
  return /^(curl|Wget|Mozilla\/5\.0)/.test(headers['user-agent'] ?? '');
}

function pretty(answer: ApiAnswer): ApiAnswer {
  return rewritten(answer, 'application/json', (value) => JSON.stringify(value, null, 2));
}

function rewritten(answer: ApiAnswer, contentType: string, format: (value: unknown) => string): ApiAnswer {
  if (answer.kind !== 'response' || answer.headers['content-type'] !== 'application/json') return answer;
  const body = new TextEncoder().encode(format(JSON.parse(new TextDecoder().decode(answer.body))));
  return { ...answer, headers: { ...answer.headers, 'content-type': contentType }, body };
}

/** A watch or list of one object by its name counts as one of that object. */
function authorize(info: RequestInfo, request: ApiRequest, user: UserInfo, authorizer: Authorizer): void {
  const byName = info.name === '' ? /(?:^|,)metadata\.name=([^,]+)/.exec(request.query.get('fieldSelector') ?? '')?.[1] : undefined;
  const { isResource, verb, group, resource, subresource, namespace, path } = info;
  const attributes: Attributes = { user, isResource, verb, group, resource, subresource, namespace, name: byName ?? info.name, path };
  if (authorizer.authorize(attributes).allowed) return;
  const why = refusal(attributes);
  if (!isResource) throw new StatusError(403, 'Forbidden', `forbidden: ${why}`, {});
  throw forbidden({ group, resource, kind: '' }, attributes.name, why);
}

// kubernetes: staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go NewGenericServerResponse
function methodNotAllowed(): never {
  throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** Answers to whether the server is there. */
export function health(path: string): ApiAnswer | undefined {
  return /^\/(healthz|livez|readyz)(\/|$)/.test(path) ? text(200, 'ok') : undefined;
}
