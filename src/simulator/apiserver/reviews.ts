// Questions about rights and identities, answered at once and never stored.
// kubernetes: pkg/registry/authorization, pkg/registry/authentication
import { apiVersionOf } from '../../apimachinery/kinds.ts';
import { type FieldError, invalid } from '../../apimachinery/status-error.ts';
import { json } from './answers.ts';
import type { Authentication } from './authentication.ts';
import { decodeBody } from './handlers/body.ts';
import type { Call } from './handlers/call.ts';
import { ownersAfter } from './handlers/owners.ts';
import { writeQuery } from './handlers/write-options.ts';
import type { Attributes, Authorizer } from './rbac.ts';
import type { ApiAnswer, UserInfo } from './request.ts';
import { issuer } from './service-account-tokens.ts';
import type { StoredObject } from './stored-object.ts';

interface ResourceAttributes {
  readonly namespace?: string;
  readonly verb?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
}

interface ReviewSpec {
  readonly resourceAttributes?: ResourceAttributes;
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly namespace?: string;
  readonly token?: string;
  readonly audiences?: readonly string[];
}

/** What reviews ask. */
export interface Reviewers {
  readonly authorizer: Authorizer;
  readonly authentication: Authentication;
}

/** Answers a POST of one of `reviewKinds`. */
export function review(call: Call, reviewers: Reviewers): ApiAnswer {
  const { definition, user } = call;
  const query = writeQuery(call, 'CreateOptions');
  const object = decodeBody(call, definition, query.fieldValidation);
  const spec = (object.spec ?? {}) as ReviewSpec;
  const managedFields = ownersAfter(call, definition, undefined, object, [], query.manager, '');
  const metadata = { ...object.metadata, ...(managedFields.length > 0 && { managedFields }) };
  const answer = (status: unknown, ownMetadata: unknown = metadata, ownSpec: unknown = spec) =>
    json(
      201,
      JSON.stringify({ kind: definition.kind, apiVersion: apiVersionOf(definition), metadata: ownMetadata, spec: ownSpec, status }),
      call.warnings,
    );
  switch (definition.kind) {
    case 'SelfSubjectAccessReview':
      return answer(accessStatus(call, spec, user, reviewers.authorizer));
    case 'SubjectAccessReview':
    case 'LocalSubjectAccessReview':
      return answer(accessStatus(call, spec, subjectOf(spec), reviewers.authorizer));
    case 'SelfSubjectRulesReview':
      return answer(rulesStatus(call, spec, reviewers.authorizer), {}, {});
    case 'TokenReview':
      return answer(tokenStatus(call, spec, reviewers.authentication));
    default:
      return whoAmI(call, object);
  }
}

function subjectOf(spec: ReviewSpec): UserInfo {
  return { name: spec.user ?? '', groups: spec.groups ?? [] };
}

function accessStatus(call: Call, spec: ReviewSpec, user: UserInfo, authorizer: Authorizer): unknown {
  checkAccessSpec(call, spec, user);
  const { allowed, reason } = authorizer.authorize(attributesOf(spec, user));
  return { allowed, ...(reason && { reason }) };
}

function attributesOf({ resourceAttributes: resource, nonResourceAttributes: other }: ReviewSpec, user: UserInfo): Attributes {
  return {
    user,
    isResource: resource !== undefined,
    verb: resource?.verb ?? other?.verb ?? '',
    group: resource?.group ?? '',
    resource: resource?.resource ?? '',
    subresource: resource?.subresource ?? '',
    namespace: resource?.namespace ?? '',
    name: resource?.name ?? '',
    path: other?.path ?? '',
  };
}

// kubernetes: pkg/apis/authorization/validation/validation.go
function checkAccessSpec(call: Call, spec: ReviewSpec, user: UserInfo): void {
  const errors: FieldError[] = [];
  const { resourceAttributes: resource, nonResourceAttributes: other } = spec;
  const shown = JSON.stringify(other ?? null);
  if (resource && other) {
    errors.push({
      reason: 'FieldValueInvalid',
      field: 'spec.nonResourceAttributes',
      message: `Invalid value: ${shown}: cannot be specified in combination with resourceAttributes`,
    });
  }
  if (!resource && !other) {
    errors.push({
      reason: 'FieldValueInvalid',
      field: 'spec.resourceAttributes',
      message: `Invalid value: ${shown}: exactly one of nonResourceAttributes or resourceAttributes must be specified`,
    });
  }
  if (call.definition.kind !== 'SelfSubjectAccessReview' && user.name === '' && user.groups.length === 0) {
    errors.push({
      reason: 'FieldValueInvalid',
      field: 'spec.user',
      message: 'Invalid value: "": at least one of user or group must be specified',
    });
  }
  if (errors.length > 0) throw invalid(call.definition, '', errors);
}

function rulesStatus(call: Call, spec: ReviewSpec, authorizer: Authorizer): unknown {
  const rules = authorizer.rulesFor(call.user, spec.namespace ?? '');
  const resourceRules = rules
    .filter((rule) => rule.resources)
    .map(({ verbs, apiGroups, resources, resourceNames }) => ({
      verbs,
      apiGroups,
      resources,
      ...(resourceNames && { resourceNames }),
    }));
  const nonResourceRules = rules.filter((rule) => rule.nonResourceURLs).map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
  return { resourceRules, nonResourceRules, incomplete: false };
}

function tokenStatus(call: Call, spec: ReviewSpec, authentication: Authentication): unknown {
  if (!spec.token) {
    throw invalid(call.definition, '', [{ reason: 'FieldValueRequired', field: 'spec.token', message: 'Required value' }]);
  }
  const audiences = spec.audiences?.length ? spec.audiences : [issuer];
  for (const audience of audiences) {
    const user = authentication.byBearer(spec.token, audience);
    if (user) return { authenticated: true, user: userOf(user), audiences: [audience] };
  }
  return { user: {}, error: 'invalid bearer token' };
}

function whoAmI(call: Call, object: StoredObject): ApiAnswer {
  const metadata = { ...object.metadata, creationTimestamp: call.store.timestamp() };
  const { definition } = call;
  const status = { userInfo: userOf(call.user) };
  return json(201, JSON.stringify({ kind: definition.kind, apiVersion: apiVersionOf(definition), metadata, status }), call.warnings);
}

function userOf({ name, uid, groups, extra }: UserInfo): unknown {
  return { username: name, ...(uid && { uid }), groups, ...(extra && { extra }) };
}
