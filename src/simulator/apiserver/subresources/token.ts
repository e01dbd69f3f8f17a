// serviceaccounts/token: a fresh token for an account.
// kubernetes: pkg/registry/core/serviceaccount/storage/token.go
import type { TokenRequest } from '../../../apimachinery/objects.ts';
import { badRequest, conflict, type FieldError, invalid, notFound } from '../../../apimachinery/status-error.ts';
import { timestamp } from '../../timestamp.ts';
import { json } from '../answers.ts';
import { decodeBody } from '../handlers/body.ts';
import type { Call } from '../handlers/call.ts';
import { stored } from '../handlers/get.ts';
import { ownersAfter } from '../handlers/owners.ts';
import { writeQuery } from '../handlers/write-options.ts';
import type { ApiAnswer } from '../request.ts';
import { issuer, type ServiceAccountTokens, type TokenOrder } from '../service-account-tokens.ts';
import { definitionOf } from '../storage-version.ts';

const kind = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' };
const shortestSeconds = 600;
const usualSeconds = 3600;

export function createToken(call: Call, tokens: ServiceAccountTokens): ApiAnswer {
  const query = writeQuery(call, 'CreateOptions');
  const body = decodeBody(call, kind, query.fieldValidation);
  const request = body as unknown as TokenRequest;
  const account = stored(call);
  const audiences = request.spec?.audiences?.length ? request.spec.audiences : [issuer];
  const expirationSeconds = request.spec?.expirationSeconds ?? usualSeconds;
  checkDuration(expirationSeconds);
  const spec = { audiences, expirationSeconds, boundObjectRef: request.spec?.boundObjectRef ?? null };
  body.spec = { ...request.spec, expirationSeconds };
  const managedFields = ownersAfter(call, kind, undefined, body, [], query.manager, 'token');
  const { namespace = '', name } = account.metadata;
  const order: TokenOrder = { namespace, name, audiences, expirationSeconds, ...boundTo(call, request) };
  const { token, expiresMs } = tokens.issue(order);
  const metadata = { name, namespace, uid: account.metadata.uid, creationTimestamp: call.store.timestamp(), managedFields };
  const status = { token, expirationTimestamp: timestamp(expiresMs) };
  return json(201, JSON.stringify({ kind: kind.kind, apiVersion: 'authentication.k8s.io/v1', metadata, spec, status }), call.warnings);
}

function checkDuration(seconds: number): void {
  const errors: FieldError[] = [];
  const refuse = (why: string) =>
    errors.push({ reason: 'FieldValueInvalid', field: 'spec.expirationSeconds', message: `Invalid value: ${seconds}: ${why}` });
  if (seconds < shortestSeconds) refuse('may not specify a duration less than 10 minutes');
  if (seconds > 2 ** 32) refuse('may not specify a duration larger than 2^32 seconds');
  if (errors.length > 0) throw invalid({ ...kind, resource: 'tokenrequests' }, '', errors);
}

function boundTo(call: Call, { spec }: TokenRequest): Pick<TokenOrder, 'boundTo'> {
  const reference = spec?.boundObjectRef;
  if (!reference) return {};
  const { kind: boundKind = '', name = '', uid } = reference;
  if (boundKind !== 'Pod' && boundKind !== 'Secret' && boundKind !== 'Node') {
    const group = reference.apiVersion?.includes('/') ? reference.apiVersion : `/${reference.apiVersion ?? ''}`;
    throw badRequest(`cannot bind token to object of type ${group}, Kind=${boundKind}`);
  }
  const resource = `${boundKind.toLowerCase()}s`;
  const object = call.store.get(resource, boundKind === 'Node' ? '' : call.info.namespace, name);
  if (!object) throw notFound(definitionOf(resource), name);
  if (uid && uid !== object.metadata.uid) {
    throw conflict(
      definitionOf(resource),
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  const account = (object.spec as { serviceAccountName?: string } | undefined)?.serviceAccountName;
  if (boundKind === 'Pod' && account !== call.info.name) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(call.info.name)} to pod running with different serviceaccount name.`,
    );
  }
  return { boundTo: { kind: boundKind, name, uid: object.metadata.uid ?? '' } };
}
