// What a PUT or PATCH is aimed at: an object, or one of its sub-resources, in the version that the client speaks.
import { clone } from '../../../apimachinery/clone.ts';
import { apiVersionOf, type ResourceDefinition } from '../../../apimachinery/kinds.ts';
import type { ManagedFieldsEntry } from '../../../apimachinery/objects.ts';
import { toServed, toStored } from '../conversion.ts';
import type { ApiAnswer } from '../request.ts';
import { tableOf } from '../storage-version.ts';
import type { StoredObject } from '../stored-object.ts';
import type { Call } from './call.ts';
import { answerObject } from './get.ts';
import type { WriteQuery } from './write-options.ts';

/** A kind as bodies name it. */
export interface BodyKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The stored state as the client sees it. */
export interface Live {
  readonly object: StoredObject;
  readonly entries: readonly ManagedFieldsEntry[];
}

export interface WriteTarget {
  readonly kind: BodyKind;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** A fresh look; undefined when there is nothing. */
  live(): Live | undefined;
  /** Fills in defaults, in place. */
  default(object: StoredObject): void;
  /** Stores what the client made of the live object; it is the target's from then on. Returns what the answer shows. */
  update(object: StoredObject, entries: readonly ManagedFieldsEntry[], query: WriteQuery): StoredObject;
  /** Stores an object that wasn't there; undefined where that can't be. */
  readonly create: ((object: StoredObject, entries: readonly ManagedFieldsEntry[], query: WriteQuery) => StoredObject) | undefined;
  answer(status: number, object: StoredObject): ApiAnswer;
}

/** The object itself, or a sub-resource that shows the whole object (status, ephemeralcontainers). */
export function objectTarget(call: Call): WriteTarget {
  const { definition, store, info, user } = call;
  const namespace = definition.namespaced ? info.namespace : '';
  const apiVersion = apiVersionOf(definition);
  const options = (entries: readonly ManagedFieldsEntry[], query: WriteQuery) => ({
    manager: query.manager,
    user,
    dryRun: query.dryRun,
    subresource: info.subresource,
    apiVersion,
    managedFields: entries,
  });
  const createIt = (object: StoredObject, entries: readonly ManagedFieldsEntry[], query: WriteQuery) => {
    const stored = store.create(definition, toStored(definition, object), options(entries, query));
    addWarnings(call, stored, undefined);
    return stored;
  };
  return {
    kind: definition,
    namespace,
    name: info.name,
    subresource: info.subresource,
    live: () => liveObject(call, definition, namespace),
    default: (object) => defaultObject(call, definition, object),
    update: (object, entries, query) => {
      let old: StoredObject | undefined;
      const change = (live: StoredObject) => {
        old = live;
        return { object: toStored(definition, object), managedFields: entries };
      };
      const stored = store.update(definition, namespace, info.name, change, options(entries, query));
      addWarnings(call, stored, old);
      return stored;
    },
    create: info.subresource === '' ? createIt : undefined,
    answer: (status, object) => answerObject(call, status, object),
  };
}

function liveObject(call: Call, definition: ResourceDefinition, namespace: string): Live | undefined {
  const object = call.store.etcd.get(tableOf(definition), namespace, call.info.name);
  if (!object) return undefined;
  return { object: toServed(definition, object), entries: call.store.managedFields.of(object) };
}

/** Defaults are the stored version's; in another version they are what it says of those. */
export function defaultObject(call: Call, definition: ResourceDefinition, object: StoredObject): void {
  const strategy = call.store.strategy(definition);
  if (strategy.resource === definition) {
    strategy.default(object);
    return;
  }
  const stored = clone(toStored(definition, object));
  strategy.default(stored);
  const served = toServed(definition, stored);
  Object.assign(object, served);
}

function addWarnings(call: Call, object: StoredObject, old: StoredObject | undefined): void {
  const texts = call.store.strategy(call.definition).warnings?.(object, old, call.store) ?? [];
  call.warnings.push(...texts);
}
