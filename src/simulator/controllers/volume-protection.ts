// The protection controllers: a claim that a pod uses, and a volume that a claim uses, are there until nobody uses them any more.
// Wakes them: claims and volumes that came or changed; a pod that finished or went.
import type { PersistentVolumeClaim, Pod } from '../../apimachinery/objects.ts';
import type { KubernetesObject, ResourceClient } from '../client.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, WorkQueue } from './controller.ts';
import { isFinished } from './pod-state.ts';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

/** The claims that a pod's volumes name, those of its ephemeral volumes too. */
export function claimNamesOf(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral ? [`${pod.metadata.name}-${name}`] : [];
  });
}

// kubernetes: pkg/controller/volume/pvcprotection/pvc_protection_controller.go
export function startClaimProtection(context: ControllerContext): void {
  const claims = context.informers.of('persistentvolumeclaims');
  const pods = context.informers.of('pods');
  const client = context.client.resource('persistentvolumeclaims');
  const isUsed = (claim: PersistentVolumeClaim) =>
    pods.list(claim.metadata.namespace!).some((pod) => {
      const counts = !isFinished(pod) && pod.spec.nodeName !== undefined;
      return counts && claimNamesOf(pod).includes(claim.metadata.name);
    });
  const queue = new WorkQueue(context.clock, (key) => {
    const claim = claims.get(key);
    if (claim?.metadata.deletionTimestamp && !isUsed(claim)) release(client, claim, claimFinalizer);
    return undefined;
  });
  claims.onChange(({ object }) => queue.add(keyOf(object)));
  pods.onChange(({ type, object }) => {
    if (type !== 'DELETED' && !isFinished(object)) return;
    for (const name of claimNamesOf(object)) queue.add(`${object.metadata.namespace}/${name}`);
  });
}

// kubernetes: pkg/controller/volume/pvprotection/pv_protection_controller.go
export function startVolumeProtection(context: ControllerContext): void {
  const volumes = context.informers.of('persistentvolumes');
  const client = context.client.resource('persistentvolumes');
  const queue = new WorkQueue(context.clock, (key) => {
    const volume = volumes.get(key);
    if (volume?.metadata.deletionTimestamp && volume.status?.phase !== 'Bound') release(client, volume, volumeFinalizer);
    return undefined;
  });
  volumes.onChange(({ object }) => queue.add(keyOf(object)));
}

function release<T extends KubernetesObject>(client: ResourceClient<T>, { metadata }: T, finalizer: string): void {
  client.modify(metadata.namespace ?? '', metadata.name, (draft) => {
    const left = draft.metadata.finalizers?.filter((other) => other !== finalizer);
    draft.metadata.finalizers = left?.length ? left : undefined;
  });
}
