// POST of a new object.
import { apiVersionOf } from '../../../apimachinery/kinds.ts';
import { toStored } from '../conversion.ts';
import { startingEntries } from '../patch/managed-fields.ts';
import type { ApiAnswer } from '../request.ts';
import { decodeBody } from './body.ts';
import { checkNamespaceOfBody } from './body-checks.ts';
import type { Call } from './call.ts';
import { answerObject } from './get.ts';
import { ownersAfter } from './owners.ts';
import { defaultObject } from './target.ts';
import { writeQuery } from './write-options.ts';

export function create(call: Call): ApiAnswer {
  const { definition, store } = call;
  const query = writeQuery(call, 'CreateOptions');
  const object = decodeBody(call, definition, query.fieldValidation);
  checkNamespaceOfBody(object, definition.namespaced ? call.info.namespace : '');
  defaultObject(call, definition, object);
  const entries = startingEntries(undefined, object.metadata.managedFields, '');
  const managedFields = ownersAfter(call, definition, undefined, object, entries, query.manager, '');
  const stored = store.create(definition, toStored(definition, object), {
    manager: query.manager,
    user: call.user,
    dryRun: query.dryRun,
    apiVersion: apiVersionOf(definition),
    managedFields,
  });
  call.warnings.push(...(store.strategy(definition).warnings?.(stored, undefined, store) ?? []));
  return answerObject(call, 201, stored);
}
