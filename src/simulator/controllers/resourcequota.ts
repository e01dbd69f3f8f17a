// The resource quota controller: keeps in a quota's status how much of it is used.
// Wakes it: a quota that came or changed; in its namespace, anything that it can count coming or going, pods finishing.
import { isEqual } from '../../apimachinery/clone.ts';
import { kinds } from '../../apimachinery/kinds.ts';
import { quotaUsed } from '../apiserver/admission/resourcequota.ts';
import type { KubernetesObject, Resource, ResourceClient } from '../client.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, WorkQueue } from './controller.ts';
import { isFinished } from './pod-state.ts';

/** Pods are looked at more closely; events count for nothing. */
const counted = kinds
  .filter(
    ({ namespaced, resource, verbs }) =>
      namespaced && resource !== 'pods' && resource !== 'events' && (verbs ?? ['watch']).includes('watch'),
  )
  .map(({ resource }) => resource as Resource);

// kubernetes: pkg/controller/resourcequota/resource_quota_controller.go
export function startResourceQuotaController(context: ControllerContext): void {
  const { informers } = context;
  const quotas = informers.of('resourcequotas');
  const client = context.client.resource('resourcequotas');
  const clientOf = (resource: string) =>
    context.client.resource(resource.split('.')[0] as Resource) as unknown as ResourceClient<KubernetesObject>;
  const reader = {
    get: (resource: string, namespace: string, name: string) => clientOf(resource).get(namespace, name),
    list: (resource: string, namespace?: string) => clientOf(resource).list(namespace),
  };
  const queue = new WorkQueue(context.clock, (key) => {
    const quota = quotas.get(key);
    if (!quota) return undefined;
    const status = { hard: { ...quota.spec?.hard }, used: quotaUsed(quota, reader) };
    if (isEqual(status, quota.status ?? {})) return undefined;
    const written = client.modify(
      quota.metadata.namespace!,
      quota.metadata.name,
      (draft) => {
        draft.status = status;
      },
      'status',
    );
    if (written) quotas.observe(written);
    return undefined;
  });
  const wake = (namespace: string | undefined) => {
    for (const quota of quotas.list(namespace ?? '')) queue.add(keyOf(quota));
  };
  quotas.onChange(({ type, object }) => {
    if (type === 'MODIFIED') queue.add(keyOf(object));
  });
  informers.of('pods').onChange(({ type, object, previous }) => {
    if (type !== 'MODIFIED' || (previous && isFinished(previous) !== isFinished(object))) wake(object.metadata.namespace);
  });
  for (const resource of counted) {
    informers.of(resource).onChange(({ type, object }) => {
      if (type !== 'MODIFIED' || resource === 'services') wake(object.metadata.namespace);
    });
  }
}
