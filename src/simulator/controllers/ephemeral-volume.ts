// The ephemeral volume controller: makes the claim behind each ephemeral volume of a pod; it goes with the pod.
// Wakes it: a pod that came; one of those claims going.
import { clone } from '../../apimachinery/clone.ts';
import type { Pod, Volume } from '../../apimachinery/objects.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, WorkQueue } from './controller.ts';
import { controllerOf, controllerReference } from './owner.ts';
import { isFinished } from './pod-state.ts';

// kubernetes: pkg/controller/volume/ephemeral/controller.go
export function startEphemeralVolumeController(context: ControllerContext): void {
  const pods = context.informers.of('pods');
  const claims = context.informers.of('persistentvolumeclaims');
  const client = context.client.resource('persistentvolumeclaims');
  const events = context.recorder('ephemeral_volume');

  const create = (pod: Pod, { name, ephemeral }: Volume) => {
    const template = ephemeral?.volumeClaimTemplate;
    if (!template) return;
    const namespace = pod.metadata.namespace!;
    const claimName = `${pod.metadata.name}-${name}`;
    const there = client.get(namespace, claimName);
    if (there) {
      if (controllerOf(there)?.uid === pod.metadata.uid) return;
      const words = `PVC "${namespace}/${claimName}" was not created for pod "${namespace}/${pod.metadata.name}" (pod is not owner)`;
      events.record(pod, 'Warning', 'EphemeralVolumeConflict', words);
      return;
    }
    const { labels, annotations } = template.metadata ?? {};
    client.create({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: claimName,
        namespace,
        ...(labels && { labels: { ...labels } }),
        ...(annotations && { annotations: { ...annotations } }),
        ownerReferences: [controllerReference(pod)],
      },
      spec: clone(template.spec),
    });
  };
  const queue = new WorkQueue(context.clock, (key) => {
    const pod = pods.get(key);
    if (!pod || pod.metadata.deletionTimestamp || isFinished(pod)) return undefined;
    for (const volume of pod.spec.volumes ?? []) create(pod, volume);
    return undefined;
  });
  pods.onChange(({ type, object }) => {
    if (type === 'ADDED' && object.spec.volumes?.some((volume) => volume.ephemeral)) queue.add(keyOf(object));
  });
  claims.onChange(({ type, object }) => {
    const owner = controllerOf(object);
    if (type === 'DELETED' && owner?.kind === 'Pod') queue.add(`${object.metadata.namespace}/${owner.name}`);
  });
}
