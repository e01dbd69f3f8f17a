// What holds for writes of every kind: what a client can't write, versions that must agree, generations, the end of what is being deleted.
// kubernetes: staging/src/k8s.io/apiserver/pkg/registry/rest/update.go, registry/generic/registry/store.go
import { clone, isEqual } from '../../apimachinery/clone.ts';
import type { ResourceDefinition } from '../../apimachinery/kinds.ts';
import { conflict, type FieldError, invalid } from '../../apimachinery/status-error.ts';
import type { DeleteOptions } from '../client.ts';
import type { StoredObject } from './stored-object.ts';
import type { Strategy, WriteContext } from './strategy.ts';

const optimisticLock = 'the object has been modified; please apply your changes to the latest version and try again';

/** Whether status is written through a sub-resource of its own. */
export function hasStatus(resource: ResourceDefinition): boolean {
  return resource.subresources?.includes('status') ?? false;
}

/** Refuses an update of what has changed since; one that names no version is of whatever is there. */
export function checkResourceVersion(strategy: Strategy, object: StoredObject, live: StoredObject): void {
  const version = object.metadata.resourceVersion;
  if (!version) {
    object.metadata.resourceVersion = live.metadata.resourceVersion;
    if (!strategy.requiresResourceVersion) return;
    const why = {
      reason: 'FieldValueInvalid',
      field: 'metadata.resourceVersion',
      message: 'Invalid value: 0: must be specified for an update',
    };
    throw invalid(strategy.resource, live.metadata.name, [why]);
  }
  if (version !== live.metadata.resourceVersion) throw conflict(strategy.resource, live.metadata.name, optimisticLock);
}

/** What a client of this sub-resource can have written: the rest is the live object's. */
export function writtenPart(object: StoredObject, live: StoredObject, strategy: Strategy, subresource: string): StoredObject {
  const copy: StoredObject = { ...object, metadata: { ...object.metadata } };
  if (subresource === 'status') {
    if ('spec' in live) copy.spec = live.spec;
  } else if (hasStatus(strategy.resource)) {
    if (live.status === undefined) delete copy.status;
    else copy.status = live.status;
  }
  return subresource !== 'status' && (strategy.admit || strategy.prepareForUpdate) ? clone(copy) : copy;
}

/** Puts back what this sub-resource can't change and what no client can, in place, and counts the generation. */
export function prepareForUpdate(strategy: Strategy, object: StoredObject, live: StoredObject, context: WriteContext): void {
  const metadata = object.metadata;
  const old = live.metadata;
  if (context.subresource === 'status') {
    for (const key in object) if (key !== 'metadata' && key !== 'status') delete (object as unknown as Record<string, unknown>)[key];
    for (const key in live) {
      if (key !== 'metadata' && key !== 'status')
        (object as unknown as Record<string, unknown>)[key] = (live as unknown as Record<string, unknown>)[key];
    }
  } else if (hasStatus(strategy.resource)) {
    if (live.status === undefined) delete object.status;
    else object.status = live.status;
  }
  keep(metadata, old, 'generation');
  if (context.subresource === 'status') strategy.prepareForStatusUpdate?.(object, live, context);
  else strategy.prepareForUpdate?.(object, live, context);
  if (context.subresource !== 'status' && strategy.hasGeneration && bumps(strategy, object, live))
    metadata.generation = (old.generation ?? 0) + 1;
  if (!metadata.uid) keep(metadata, old, 'uid');
  keep(metadata, old, 'creationTimestamp');
  if (old.deletionTimestamp) metadata.deletionTimestamp = old.deletionTimestamp;
  if (old.deletionGracePeriodSeconds !== undefined && metadata.deletionGracePeriodSeconds === undefined) {
    metadata.deletionGracePeriodSeconds = old.deletionGracePeriodSeconds;
  }
  delete metadata.selfLink;
}

function keep<K extends 'generation' | 'uid' | 'creationTimestamp'>(
  metadata: StoredObject['metadata'],
  old: StoredObject['metadata'],
  key: K,
): void {
  if (old[key] === undefined) delete metadata[key];
  else metadata[key] = old[key];
}

function bumps(strategy: Strategy, object: StoredObject, live: StoredObject): boolean {
  return strategy.bumpsGeneration ? strategy.bumpsGeneration(object, live) : !isEqual(object.spec, live.spec);
}

/** What the kind has against the update. */
export function validateUpdate(strategy: Strategy, object: StoredObject, live: StoredObject, context: WriteContext): FieldError[] {
  if (context.subresource === 'status') return strategy.validateStatusUpdate?.(object, live, context) ?? [];
  return strategy.validateUpdate(object, live, context);
}

/** Being deleted, and nothing holds it any more: this update was the last. */
export function isFinished(object: StoredObject, live: StoredObject): boolean {
  if (!live.metadata.deletionTimestamp || (object.metadata.finalizers?.length ?? 0) > 0) return false;
  const namespaceFinalizers = object.kind === 'Namespace' && (object.spec as { finalizers?: string[] } | undefined)?.finalizers;
  return !live.metadata.deletionGracePeriodSeconds && !(namespaceFinalizers && namespaceFinalizers.length > 0);
}

/** Refuses to delete another object than the one that was meant. */
export function checkPreconditions(resource: ResourceDefinition, live: StoredObject, asked: DeleteOptions): void {
  const { uid, resourceVersion } = live.metadata;
  if (asked.uid !== undefined && asked.uid !== uid) {
    const why = `the UID in the precondition (${asked.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(resource, live.metadata.name, why);
  }
  if (asked.resourceVersion !== undefined && asked.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${asked.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(resource, live.metadata.name, why);
  }
}
