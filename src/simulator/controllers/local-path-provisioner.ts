// What the pod local-path-provisioner does as long as one is ready: makes a folder on a node for each claim of its class, and removes it again.
// Wakes it: a claim that asks for it; a volume of its own that was released; its pod becoming ready.
// Unlike the real one: it runs no helper pods to make and remove the folders.

import type { PersistentVolume, PersistentVolumeClaim } from '../../apimachinery/objects.ts';
import type { New } from '../client.ts';
import { referenceTo } from '../event-recorder.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, type Result, WorkQueue } from './controller.ts';
import { provisionedBy, selectedNode } from './persistentvolume.ts';
import { isActive, isReady } from './pod-state.ts';

const provisioner = 'rancher.io/local-path';
const namespace = 'local-path-storage';
const app = 'local-path-provisioner';
const folder = '/var/local-path-provisioner';
const askedOf = 'volume.kubernetes.io/storage-provisioner';
/** The time that a helper pod takes. */
const helperPodMs = 2_500;
const supportedModes = new Set(['ReadWriteOnce', 'ReadWriteOncePod']);

export function startLocalPathProvisioner(context: ControllerContext): void {
  const { informers, clock, client } = context;
  const claims = informers.of('persistentvolumeclaims');
  const volumes = informers.of('persistentvolumes');
  const pods = informers.of('pods');
  const startedAt = new Map<string, number>();

  const worker = () => pods.list(namespace).find((pod) => pod.metadata.labels?.['app'] === app && isActive(pod) && isReady(pod));
  const isWanted = (claim: PersistentVolumeClaim) =>
    claim.metadata.annotations?.[askedOf] === provisioner && !claim.spec.volumeName && !claim.metadata.deletionTimestamp;

  const claimQueue = new WorkQueue(clock, (key): Result | undefined => {
    const claim = claims.get(key);
    const pod = worker();
    if (!claim || !pod || !isWanted(claim)) return undefined;
    const events = context.recorder(`${provisioner}_${pod.metadata.name}_${pod.metadata.uid}`);
    const uid = claim.metadata.uid!;
    const since = startedAt.get(uid);
    if (since === undefined) {
      startedAt.set(uid, clock.now);
      events.record(claim, 'Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${key}"`);
      return { requeueAfterMs: helperPodMs };
    }
    if (since + helperPodMs > clock.now) return { requeueAfterMs: since + helperPodMs - clock.now };
    startedAt.delete(uid);
    const fault = faultOf(claim);
    if (fault) {
      const words = `failed to provision volume with StorageClass "${claim.spec.storageClassName}": ${fault}`;
      events.record(claim, 'Warning', 'ProvisioningFailed', words);
      return { requeueAfterMs: 15_000 };
    }
    const volume = volumeFor(claim, informers.of('storageclasses').get(claim.spec.storageClassName!)?.reclaimPolicy ?? 'Delete');
    if (!volumes.get(volume.metadata.name!)) client.resource('persistentvolumes').create(volume);
    events.record(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volume.metadata.name}`);
    return undefined;
  });

  const volumeQueue = new WorkQueue(clock, (name) => {
    const volume = volumes.get(name);
    if (!volume || !worker() || !isReleased(volume)) return undefined;
    client.resource('persistentvolumes').delete('', name);
    return undefined;
  });

  claims.onChange(({ type, object }) => {
    if (type !== 'DELETED' && isWanted(object)) claimQueue.add(keyOf(object));
  });
  volumes.onChange(({ type, object }) => {
    if (type !== 'DELETED' && isReleased(object)) volumeQueue.addAfter(object.metadata.name, helperPodMs);
  });
  pods.onChange(({ type, object, previous }) => {
    if (type === 'DELETED' || object.metadata.namespace !== namespace || !isReady(object) || (previous && isReady(previous))) return;
    for (const claim of claims.all()) if (isWanted(claim)) claimQueue.add(keyOf(claim));
    for (const volume of volumes.all()) if (isReleased(volume)) volumeQueue.add(volume.metadata.name);
  });
}

function isReleased({ metadata, spec, status }: PersistentVolume): boolean {
  const isOurs = metadata.annotations?.[provisionedBy] === provisioner && spec.persistentVolumeReclaimPolicy === 'Delete';
  return isOurs && status?.phase === 'Released' && !metadata.deletionTimestamp;
}

function faultOf({ metadata, spec }: PersistentVolumeClaim): string | undefined {
  if (!(spec.accessModes ?? []).every((mode) => supportedModes.has(mode))) {
    return 'NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes';
  }
  return metadata.annotations?.[selectedNode] ? undefined : 'configuration error, no node was specified';
}

function volumeFor(claim: PersistentVolumeClaim, reclaimPolicy: string): New<PersistentVolume> {
  const { namespace: owner, name, uid, annotations } = claim.metadata;
  const node = annotations![selectedNode]!;
  const volumeName = `pvc-${uid}`;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName, annotations: { 'local.path.provisioner/selected-node': node, [provisionedBy]: provisioner } },
    spec: {
      accessModes: claim.spec.accessModes,
      capacity: { storage: claim.spec.resources?.requests?.['storage'] ?? '0' },
      claimRef: referenceTo(claim),
      hostPath: { path: `${folder}/${volumeName}_${owner}_${name}`, type: 'DirectoryOrCreate' },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }] },
      },
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: claim.spec.storageClassName,
      volumeMode: claim.spec.volumeMode,
    },
  };
}
