// PUT: replaces an object, or a sub-resource of it.
import { conflict, notFound } from '../../../apimachinery/status-error.ts';
import { startingEntries, withOldTimes } from '../patch/managed-fields.ts';
import type { ApiAnswer } from '../request.ts';
import type { StoredObject } from '../stored-object.ts';
import { describeUidConflict } from '../uid-precondition.ts';
import { decodeBody } from './body.ts';
import { checkNameOfBody, checkNamespaceOfBody } from './body-checks.ts';
import type { Call } from './call.ts';
import { ownersAfter } from './owners.ts';
import { isSameButOwners } from './sameness.ts';
import type { Live, WriteTarget } from './target.ts';
import { type WriteQuery, writeQuery } from './write-options.ts';

export function update(call: Call, target: WriteTarget): ApiAnswer {
  const query = writeQuery(call, 'UpdateOptions');
  const object = decodeBody(call, target.kind, query.fieldValidation);
  checkNamespaceOfBody(object, target.namespace);
  checkNameOfBody(object, target.name);
  target.default(object);
  const live = target.live();
  if (!live) return createByPut(call, target, object, query);
  checkUid(call, object, live);
  const entries = entriesAfter(call, target, live, object, query);
  return target.answer(200, target.update(object, entries, query));
}

function createByPut(call: Call, target: WriteTarget, object: StoredObject, query: WriteQuery): ApiAnswer {
  if (!target.create || !call.store.strategy(call.definition).allowCreateOnUpdate) throw notFound(call.definition, target.name);
  const entries = ownersAfter(call, target.kind, undefined, object, [], query.manager, '');
  return target.answer(201, target.create(object, entries, query));
}

/** managedFields after the live object became this one. */
export function entriesAfter(call: Call, target: WriteTarget, live: Live, object: StoredObject, query: WriteQuery) {
  const start = startingEntries(live.entries, object.metadata.managedFields, target.subresource);
  const entries = ownersAfter(call, target.kind, live.object, object, start, query.manager, target.subresource);
  return withOldTimes(live.entries, entries, () => isSameButOwners(live.object, object));
}

function checkUid(call: Call, object: StoredObject, live: Live): void {
  const why = describeUidConflict(call.definition, live.object.metadata, object.metadata.uid);
  if (why) throw conflict(call.definition, live.object.metadata.name, why);
}
