// Which workload a pod's change wakes: the one that owns it, the one that owned it, and those that could adopt it.
import type { LabelSelector, Pod } from '../../apimachinery/objects.ts';
import type { KubernetesObject } from '../client.ts';
import { keyOf, type WorkQueue } from './controller.ts';
import type { Informer } from './informer.ts';
import { controllerOf } from './owner.ts';
import { matters } from './pod-state.ts';
import { selects } from './selection.ts';

/** Puts the owners of that kind into the queue whenever one of their pods changes in a way that counts. */
export function enqueueOwners<T extends KubernetesObject & { spec: { selector?: LabelSelector | undefined } }>(
  pods: Informer<Pod>,
  kind: string,
  owners: Informer<T>,
  queue: WorkQueue,
): void {
  pods.onChange(({ type, object, previous }) => {
    const owner = controllerOf(object);
    const before = previous && controllerOf(previous);
    const isElsewhere = owner && owner.kind !== kind && before?.kind !== kind;
    if (isElsewhere || (type === 'MODIFIED' && !matters(previous, object))) return;
    const namespace = object.metadata.namespace ?? '';
    if (owner?.kind === kind) queue.add(`${namespace}/${owner.name}`);
    if (before?.kind === kind && before.uid !== owner?.uid) queue.add(`${namespace}/${before.name}`);
    if (owner || type === 'DELETED') return;
    for (const candidate of owners.list(namespace)) {
      if (selects(candidate.spec.selector, object.metadata.labels)) queue.add(keyOf(candidate));
    }
  });
}
