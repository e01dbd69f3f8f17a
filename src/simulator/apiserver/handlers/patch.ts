// PATCH: the four kinds of patch, applied to an object or a sub-resource of it.
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go

import { sortedKeys } from '../../../apimachinery/go-json.ts';
import { apiVersionOf } from '../../../apimachinery/kinds.ts';
import type { ManagedFieldsEntry } from '../../../apimachinery/objects.ts';
import { conflict, notFound, StatusError } from '../../../apimachinery/status-error.ts';
import { blankOf, wholeForm } from '../canonical-form.ts';
import { unsupportedMediaType } from '../negotiate.ts';
import { parseApplyBody } from '../patch/apply-body.ts';
import type { JsonMap } from '../patch/field-types.ts';
import { fieldTypeOf } from '../patch/field-types-of.ts';
import { goValue } from '../patch/go-print.ts';
import { applyJsonPatch } from '../patch/json-patch.ts';
import { applyMergePatch } from '../patch/merge-patch.ts';
import { invalidPatch } from '../patch/patch-refusal.ts';
import { serverSideApply } from '../patch/server-side-apply.ts';
import { applyStrategicMergePatch } from '../patch/strategic-merge-patch.ts';
import type { ApiAnswer } from '../request.ts';
import type { StoredObject } from '../stored-object.ts';
import { readPatched } from './body.ts';
import { checkNameOfBody, checkNamespaceOfBody } from './body-checks.ts';
import type { Call } from './call.ts';
import { otherVersions } from './owners.ts';
import type { Live, WriteTarget } from './target.ts';
import { entriesAfter } from './update.ts';
import { type WriteQuery, writeQuery } from './write-options.ts';

const decoder = new TextDecoder();

const patchTypes = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
  'application/apply-patch+cbor': 'apply-cbor',
} as const;
type PatchType = 'json' | 'merge' | 'strategic';

export function patch(call: Call, target: WriteTarget): ApiAnswer {
  const type = patchType(call);
  const query = writeQuery(call, 'PatchOptions', type === 'apply');
  const body = decoder.decode(call.request.body);
  if (type === 'apply') return apply(call, target, body, query);
  const live = target.live();
  if (!live) throw notFound(call.definition, target.name);
  const object = patched(call, target, live, type, body, query);
  target.default(object);
  checkNameOfBody(object, target.name);
  checkNamespaceOfBody(object, target.namespace);
  const entries = entriesAfter(call, target, live, object, query);
  return target.answer(200, target.update(object, entries, query));
}

function patchType(call: Call): PatchType | 'apply' {
  const mediaType = (call.request.headers['content-type'] ?? '').split(';')[0]!.trim();
  const type = Object.hasOwn(patchTypes, mediaType) ? patchTypes[mediaType as keyof typeof patchTypes] : undefined;
  if (type && type !== 'apply-cbor') return type;
  throw unsupportedMediaType(Object.keys(patchTypes).filter((name) => !name.endsWith('cbor')));
}

/** The live object as JSON that patches are laid over. */
function documentOf(target: WriteTarget, { object, entries }: Live): JsonMap {
  const { kind: _, apiVersion: __, metadata, ...rest } = object;
  const { managedFields: ___, ...own } = metadata;
  const whole = entries.length > 0 ? { ...own, managedFields: entries } : own;
  return { kind: target.kind.kind, apiVersion: apiVersionOf(target.kind), metadata: whole, ...rest };
}

function patched(call: Call, target: WriteTarget, live: Live, type: PatchType, body: string, query: WriteQuery): StoredObject {
  const document = documentOf(target, live);
  if (type === 'strategic') return strategic(call, target, document, body, query);
  const result = type === 'json' ? applyJsonPatch(document, body) : applyMergePatch(document, body);
  const subject = () => JSON.stringify(result);
  return readPatched(call, target.kind, result as JsonMap, query.fieldValidation, (why) => invalidPatch(subject(), why));
}

function strategic(call: Call, target: WriteTarget, document: JsonMap, body: string, query: WriteQuery): StoredObject {
  const type = fieldTypeOf(apiVersionOf(target.kind), target.kind.kind);
  const { object, patch: printed } = applyStrategicMergePatch(document, body, type);
  const refuse = (why: string) => invalidPatch(goValue(printed), why);
  return readPatched(call, target.kind, sortedKeys(object) as JsonMap, query.fieldValidation, refuse);
}

function apply(call: Call, target: WriteTarget, body: string, query: WriteQuery): ApiAnswer {
  const applied = parseApplyBody(body);
  const live = target.live();
  if (!live && !target.create) throw notFound(call.definition, target.name);
  const { kind } = target;
  const apiVersion = apiVersionOf(kind);
  const type = fieldTypeOf(apiVersion, kind.kind);
  const entries = live?.entries ?? [];
  const { object: result, managedFields } = serverSideApply({
    live: live && wholeForm(live.object),
    blank: blankOf(apiVersion, kind.kind),
    entries,
    applied,
    apiVersion,
    kind: kind.kind,
    type,
    manager: query.manager,
    force: query.force,
    subresource: target.subresource,
    time: call.store.timestamp(),
    otherVersions: otherVersions(kind),
  });
  const object = readPatched(call, kind, result, 'Ignore', (why) => new StatusError(500, '', why));
  target.default(object);
  if (!object.metadata.name) object.metadata.name = target.name;
  checkNameOfBody(object, target.name);
  checkNamespaceOfBody(object, target.namespace);
  if (live) return target.answer(200, target.update(object, managedFields, query));
  return createApplied(call, target, object, managedFields, query);
}

function createApplied(
  call: Call,
  target: WriteTarget,
  object: StoredObject,
  managedFields: readonly ManagedFieldsEntry[],
  query: WriteQuery,
): ApiAnswer {
  if (object.metadata.uid) {
    const why = `uid mismatch: the provided object specified uid ${object.metadata.uid}, and no existing object was found`;
    throw conflict(call.definition, target.name, why);
  }
  return target.answer(201, target.create!(object, managedFields, query));
}
