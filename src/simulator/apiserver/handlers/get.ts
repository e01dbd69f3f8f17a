// GET of one object.
import { notFound } from '../../../apimachinery/status-error.ts';
import { json } from '../answers.ts';
import { Representation } from '../representation.ts';
import type { ApiAnswer } from '../request.ts';
import { tableOf } from '../storage-version.ts';
import type { StoredObject } from '../stored-object.ts';
import type { Call } from './call.ts';

export function get(call: Call): ApiAnswer {
  return answerObject(call, 200, stored(call));
}

/** The object that the request names, or 404. */
export function stored(call: Call): StoredObject {
  const { info, definition, store } = call;
  const namespace = definition.namespaced ? info.namespace : '';
  const object = store.etcd.get(tableOf(definition), namespace, info.name);
  if (!object) throw notFound(definition, info.name);
  return object;
}

/** An object as the client asked to have it. */
export function answerObject(call: Call, status: number, object: StoredObject): ApiAnswer {
  const text = representation(call).one(object, call.shape, call.clock.now);
  return json(status, text, call.warnings);
}

export function representation(call: Call): Representation {
  return new Representation(call.definition, call.store.strategy(call.definition), call.store.managedFields);
}
