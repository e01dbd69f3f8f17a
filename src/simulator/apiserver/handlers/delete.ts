// DELETE of one object or of a selection.
import { badRequest, type FieldError, invalid } from '../../../apimachinery/status-error.ts';
import type { DeleteOptions } from '../../client.ts';
import { json } from '../answers.ts';
import type { ApiAnswer } from '../request.ts';
import { isTrue } from '../request-info.ts';
import type { Deletion, WriteOptions } from '../store.ts';
import type { StoredObject } from '../stored-object.ts';
import { decodeBody } from './body.ts';
import type { Call } from './call.ts';
import { answerObject, representation } from './get.ts';
import { selectPage } from './list.ts';
import { listOptions } from './list-options.ts';
import { checkDryRun } from './write-options.ts';

/** DeleteOptions as a body or query says them. */
export interface DeleteRequest {
  readonly asked: DeleteOptions;
  readonly dryRun: boolean;
}

export function deleteOne(call: Call): ApiAnswer {
  const { definition, info, store } = call;
  const request = deleteRequest(call);
  const namespace = definition.namespaced ? info.namespace : '';
  const deletion = store.delete(definition, namespace, info.name, request.asked, writeOptions(call, request));
  return answerDeletion(call, deletion);
}

/** The object where it lives on or its kind is shown after its end; a Status else. */
function answerDeletion(call: Call, { object, gone }: Deletion): ApiAnswer {
  const { definition, store } = call;
  if (!gone || store.strategy(definition).deleteReturnsObject) return answerObject(call, 200, object);
  const details = {
    name: object.metadata.name,
    ...(definition.group && { group: definition.group }),
    kind: definition.resource,
    uid: object.metadata.uid,
  };
  return json(200, JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }), call.warnings);
}

/** Deletes what the selectors choose; answers with the list of what that was. */
export function deleteCollection(call: Call): ApiAnswer {
  const { definition, store } = call;
  const request = deleteRequest(call);
  const page = selectPage(call, listOptions(call));
  const deleted: StoredObject[] = [];
  for (const { metadata } of page.objects) {
    const { object } = store.delete(definition, metadata.namespace ?? '', metadata.name, request.asked, writeOptions(call, request));
    deleted.push(object);
  }
  return json(200, representation(call).list(deleted, page.metadata, call.shape, call.clock.now), call.warnings);
}

function writeOptions(call: Call, { dryRun }: DeleteRequest): WriteOptions {
  return { manager: '', user: call.user, dryRun };
}

interface RawOptions {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** DeleteOptions of the body; without one, those of the query. */
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/delete.go
function deleteRequest(call: Call): DeleteRequest {
  const { request } = call;
  const raw: RawOptions = request.body.length > 0 ? decodeOptions(call) : queryOptions(request.query);
  return readDeleteOptions(raw, request.query.getAll('dryRun'));
}

/** DeleteOptions, checked. */
export function readDeleteOptions(raw: RawOptions, queryDryRun: readonly string[] = []): DeleteRequest {
  const dryRun = raw.dryRun ?? queryDryRun;
  const errors = [...checkPropagation(raw), ...checkDryRun(dryRun)];
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions', resource: '' }, '', errors);
  const propagationPolicy =
    raw.propagationPolicy ?? (raw.orphanDependents === undefined ? undefined : raw.orphanDependents ? 'Orphan' : 'Background');
  const asked: DeleteOptions = {
    ...(raw.gracePeriodSeconds !== undefined && { gracePeriodSeconds: raw.gracePeriodSeconds }),
    ...(propagationPolicy !== undefined && { propagationPolicy: propagationPolicy as 'Background' | 'Foreground' | 'Orphan' }),
    ...(raw.preconditions?.uid !== undefined && { uid: raw.preconditions.uid }),
    ...(raw.preconditions?.resourceVersion !== undefined && { resourceVersion: raw.preconditions.resourceVersion }),
  };
  return { asked, dryRun: dryRun.length > 0 };
}

function decodeOptions(call: Call): RawOptions {
  const raw = decodeBody(call, { group: '', version: 'v1', kind: 'DeleteOptions' }, 'Ignore') as unknown as RawOptions;
  if (raw.kind !== undefined && raw.kind !== 'DeleteOptions') throw badRequest(`decoded object cannot be converted to DeleteOptions`);
  return raw;
}

function queryOptions(query: URLSearchParams): RawOptions {
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  const orphan = query.get('orphanDependents');
  return {
    ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(orphan !== null && { orphanDependents: isTrue(orphan) }),
  };
}

function checkPropagation(raw: RawOptions): FieldError[] {
  const { propagationPolicy: policy, orphanDependents } = raw;
  if (policy !== undefined && orphanDependents !== undefined) {
    const message =
      'Invalid value: "orphanDependents and deletionPropagation cannot be both set": orphanDependents and deletionPropagation cannot be both set';
    return [{ reason: 'FieldValueInvalid', field: 'propagationPolicy', message }];
  }
  if (policy === undefined || ['Foreground', 'Background', 'Orphan'].includes(policy)) return [];
  const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`;
  return [{ reason: 'FieldValueNotSupported', field: 'propagationPolicy', message }];
}
