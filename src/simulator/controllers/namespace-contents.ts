// What every namespace is given as soon as it is there: the service account `default` and the cluster's CA.
import type { KubernetesObject, New, Resource, ResourceClient } from '../client.ts';
import type { ControllerContext } from './context.ts';
import { WorkQueue } from './controller.ts';

/** Keeps one object of that resource in every living namespace. Woken by namespaces, and by changes of the objects themselves. */
export function keepInEveryNamespace<T extends KubernetesObject>(
  context: ControllerContext,
  resource: Resource,
  wanted: (namespace: string) => New<T>,
  isRight: (object: T) => boolean,
): void {
  const namespaces = context.informers.of('namespaces');
  const client = context.client.resource(resource) as unknown as ResourceClient<T>;
  const queue = new WorkQueue(context.clock, (namespace) => {
    const owner = namespaces.get(namespace);
    if (!owner || owner.metadata.deletionTimestamp || owner.status?.phase === 'Terminating') return undefined;
    const right = wanted(namespace);
    const found = client.get(namespace, right.metadata.name!);
    if (!found) client.create(right);
    else if (!isRight(found)) client.update({ ...found, ...right, metadata: { ...found.metadata, ...right.metadata } } as T);
    return undefined;
  });
  namespaces.onChange(({ type, object }) => {
    if (type !== 'DELETED') queue.add(object.metadata.name);
  });
  const name = wanted('').metadata.name;
  context.informers.of(resource).onChange(({ type, object }) => {
    if (type !== 'ADDED' && object.metadata.name === name) queue.add(object.metadata.namespace!);
  });
}
