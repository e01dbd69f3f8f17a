// How controllers adopt what matches their selector, and release what no longer does.
import { notFound, StatusError } from '../../apimachinery/status-error.ts';
import type { KubernetesObject, ResourceClient } from '../client.ts';
import type { Informer } from './informer.ts';
import { controllerOf, controllerReference } from './owner.ts';

/**
 * The objects of `owner`: those it owns and still matches, and orphans that match, which it adopts; what it owns but no longer matches is
 * released. Nothing is adopted by an owner that is being deleted, or that was deleted and made again since.
 */
// kubernetes: pkg/controller/controller_ref_manager.go
export function claim<T extends KubernetesObject, O extends KubernetesObject>(
  owner: O,
  objects: { informer: Informer<T>; client: ResourceClient<T> },
  owners: ResourceClient<O>,
  isMatch: (object: T) => boolean,
): T[] {
  const namespace = owner.metadata.namespace ?? '';
  const owned = objects.informer.ownedBy(owner.metadata.uid!);
  // Mostly all match, and hundreds of pods are claimed anew with each that becomes ready: no second list then.
  const claimed = owned.every(isMatch) ? owned : owned.filter(isMatch);
  if (claimed !== owned && !owner.metadata.deletionTimestamp) {
    for (const object of owned) if (!isMatch(object)) release(owner, object, objects);
  }
  if (owner.metadata.deletionTimestamp) return claimed;
  let checked = false;
  for (const object of objects.informer.orphans(namespace)) {
    if (object.metadata.deletionTimestamp || !isMatch(object)) continue;
    if (!checked) assertStillThere(owner, owners);
    checked = true;
    const adopted = adopt(owner, object, objects);
    if (adopted) claimed.push(adopted);
  }
  return claimed;
}

function assertStillThere<O extends KubernetesObject>(owner: O, owners: ResourceClient<O>): void {
  const fresh = owners.get(owner.metadata.namespace ?? '', owner.metadata.name);
  if (fresh?.metadata.uid === owner.metadata.uid && !fresh?.metadata.deletionTimestamp) return;
  throw notFound({ group: '', resource: owner.kind.toLowerCase(), kind: owner.kind }, owner.metadata.name);
}

function adopt<T extends KubernetesObject>(
  owner: KubernetesObject,
  object: T,
  objects: { informer: Informer<T>; client: ResourceClient<T> },
): T | undefined {
  const adopted = objects.client.modify(object.metadata.namespace ?? '', object.metadata.name, (draft) => {
    if (controllerOf(draft)) throw new StatusError(409, 'Conflict', `${draft.metadata.name} has found another controller`);
    draft.metadata.ownerReferences = [...(draft.metadata.ownerReferences ?? []), controllerReference(owner)];
  });
  return adopted && objects.informer.observe(adopted);
}

function release<T extends KubernetesObject>(
  owner: KubernetesObject,
  object: T,
  objects: { informer: Informer<T>; client: ResourceClient<T> },
): void {
  const released = objects.client.modify(object.metadata.namespace ?? '', object.metadata.name, (draft) => {
    const left = draft.metadata.ownerReferences?.filter((reference) => reference.uid !== owner.metadata.uid);
    draft.metadata.ownerReferences = left?.length ? left : undefined;
  });
  if (released) objects.informer.observe(released);
}
