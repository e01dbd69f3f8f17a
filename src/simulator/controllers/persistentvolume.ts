// The persistent volume controller: binds claims to volumes, both ways, and says what a claim still waits for.
// Wakes it: a claim or volume that came, went or changed; storage classes; every fifteen seconds, claims that still wait.
// Unlike Kubernetes: it has no drivers of its own, so a volume with reclaim policy Delete that nobody provisioned fails to be deleted.
import { isEqual } from '../../apimachinery/clone.ts';
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../apimachinery/objects.ts';
import type { ResourceClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import { type EventRecorder, referenceTo } from '../event-recorder.ts';
import { timestamp } from '../timestamp.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, type Result, WorkQueue } from './controller.ts';
import type { Informer } from './informer.ts';
import { findVolume, isFor } from './volume-match.ts';
import { claimNamesOf } from './volume-protection.ts';

// kubernetes: pkg/controller/volume/persistentvolume/pv_controller.go
const resyncMs = 15_000;
const bindCompleted = 'pv.kubernetes.io/bind-completed';
const boundByController = 'pv.kubernetes.io/bound-by-controller';
export const selectedNode = 'volume.kubernetes.io/selected-node';
export const provisionedBy = 'pv.kubernetes.io/provisioned-by';
const provisionerAnnotations = ['volume.beta.kubernetes.io/storage-provisioner', 'volume.kubernetes.io/storage-provisioner'];

export function startPersistentVolumeController(context: ControllerContext): void {
  const controller = new PersistentVolumeController(context);
  const claimQueue = new WorkQueue(context.clock, (key) => controller.syncClaim(key));
  const volumeQueue = new WorkQueue(context.clock, (name) => controller.syncVolume(name));
  const { informers } = context;
  const claims = informers.of('persistentvolumeclaims');
  const volumes = informers.of('persistentvolumes');
  claims.onChange(({ object, previous }) => {
    claimQueue.add(keyOf(object));
    for (const name of [object.spec.volumeName, previous?.spec.volumeName]) if (name) volumeQueue.add(name);
  });
  volumes.onChange(({ object }) => {
    volumeQueue.add(object.metadata.name);
    const { claimRef } = object.spec;
    if (claimRef) claimQueue.add(`${claimRef.namespace}/${claimRef.name}`);
    else for (const claim of claims.all()) if (!claim.spec.volumeName) claimQueue.add(keyOf(claim));
  });
}

class PersistentVolumeController {
  private readonly clock: Clock;
  private readonly events: EventRecorder;
  private readonly claims: Informer<PersistentVolumeClaim>;
  private readonly volumes: Informer<PersistentVolume>;
  private readonly classes: Informer<StorageClass>;
  private readonly nodes: Informer<Node>;
  private readonly pods: Informer<Pod>;
  private readonly claimClient: ResourceClient<PersistentVolumeClaim>;
  private readonly volumeClient: ResourceClient<PersistentVolume>;

  constructor(context: ControllerContext) {
    this.clock = context.clock;
    this.events = context.recorder('persistentvolume-controller');
    this.claims = context.informers.of('persistentvolumeclaims');
    this.volumes = context.informers.of('persistentvolumes');
    this.classes = context.informers.of('storageclasses');
    this.nodes = context.informers.of('nodes');
    this.pods = context.informers.of('pods');
    this.claimClient = context.client.resource('persistentvolumeclaims');
    this.volumeClient = context.client.resource('persistentvolumes');
  }

  syncClaim(key: string): Result | undefined {
    const claim = this.claims.get(key);
    if (!claim) return undefined;
    if (claim.metadata.annotations?.[bindCompleted]) this.checkBound(claim);
    else if (claim.spec.volumeName) return this.bindAsked(claim);
    else return this.bindAny(claim);
    return undefined;
  }

  /** A bound claim whose volume went, or went to another, is lost. */
  private checkBound(claim: PersistentVolumeClaim): void {
    const volume = this.volumes.get(claim.spec.volumeName ?? '');
    if (volume && (!volume.spec.claimRef || isFor(volume, claim))) {
      this.bind(volume, claim);
      return;
    }
    if (claim.status?.phase === 'Lost') return;
    this.setClaimPhase(claim, 'Lost');
    const [reason, words] = volume
      ? ['ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly']
      : ['ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'];
    this.events.record(claim, 'Warning', reason!, words!);
  }

  /** A claim that names its volume. */
  private bindAsked(claim: PersistentVolumeClaim): Result | undefined {
    const volume = this.volumes.get(claim.spec.volumeName!);
    if (volume && (!volume.spec.claimRef || isFor(volume, claim))) {
      this.bind(volume, claim);
      return undefined;
    }
    if (volume) {
      const words = `volume "${volume.metadata.name}" already bound to a different claim.`;
      this.events.record(claim, 'Warning', 'FailedBinding', words);
    }
    this.setClaimPhase(claim, 'Pending');
    return { requeueAfterMs: resyncMs };
  }

  private bindAny(claim: PersistentVolumeClaim): Result | undefined {
    const name = claim.spec.storageClassName ?? '';
    const storageClass = this.classes.get(name);
    const nodeName = claim.metadata.annotations?.[selectedNode];
    const waitsForPod = storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !nodeName;
    const node = nodeName ? this.nodes.get(nodeName) : undefined;
    const volume = findVolume(this.volumes.all(), claim, { node, isReservedOnly: waitsForPod });
    if (volume) {
      this.bind(volume, claim);
      return undefined;
    }
    this.setClaimPhase(claim, 'Pending');
    if (waitsForPod) this.sayWaiting(claim);
    else if (name) this.provision(claim, name, storageClass);
    else this.events.record(claim, 'Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
    return { requeueAfterMs: resyncMs };
  }

  private sayWaiting(claim: PersistentVolumeClaim): void {
    const pods = this.pods.list(claim.metadata.namespace!).filter((pod) => claimNamesOf(pod).includes(claim.metadata.name));
    const waiting = pods.filter((pod) => !pod.spec.nodeName).map(({ metadata }) => metadata.name);
    const [reason, words] =
      waiting.length > 0
        ? ['WaitForPodScheduled', `waiting for ${waiting.length > 1 ? 'pods' : 'pod'} ${waiting.join(',')} to be scheduled`]
        : ['WaitForFirstConsumer', 'waiting for first consumer to be created before binding'];
    this.events.record(claim, 'Normal', reason!, words!);
  }

  /** Asks the class's provisioner for a volume: it watches for claims with its name. */
  private provision(claim: PersistentVolumeClaim, name: string, storageClass: StorageClass | undefined): void {
    if (!storageClass) {
      this.events.record(claim, 'Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${name}" not found`);
      return;
    }
    const { provisioner } = storageClass;
    if (provisioner === 'kubernetes.io/no-provisioner') return;
    const annotations = { ...claim.metadata.annotations };
    for (const key of provisionerAnnotations) annotations[key] = provisioner;
    if (!isEqual(annotations, claim.metadata.annotations ?? {})) {
      const written = this.claimClient.modify(claim.metadata.namespace!, claim.metadata.name, (draft) => {
        draft.metadata.annotations = annotations;
      });
      if (written) this.claims.observe(written);
    }
    const words = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
    this.events.record(claim, 'Normal', 'ExternalProvisioning', words);
  }

  /** Binds both to each other. What is bound already stays as it is. */
  private bind(volume: PersistentVolume, claim: PersistentVolumeClaim): void {
    const { fieldPath: _, ...reference } = referenceTo(claim);
    const reserved = this.volumeClient.modify('', volume.metadata.name, (draft) => {
      if (draft.spec.claimRef?.uid === claim.metadata.uid) return;
      if (!draft.spec.claimRef) draft.metadata.annotations = { ...draft.metadata.annotations, [boundByController]: 'yes' };
      draft.spec.claimRef = reference;
    });
    if (!reserved) return;
    this.setVolumePhase(this.volumes.observe(reserved), 'Bound');
    const named = this.claimClient.modify(claim.metadata.namespace!, claim.metadata.name, (draft) => {
      const annotations: Record<string, string> = { ...draft.metadata.annotations, [bindCompleted]: 'yes' };
      if (draft.spec.volumeName !== volume.metadata.name) annotations[boundByController] = 'yes';
      draft.metadata.annotations = annotations;
      draft.spec.volumeName = volume.metadata.name;
    });
    if (!named) return;
    const written = this.claimClient.modify(
      claim.metadata.namespace!,
      claim.metadata.name,
      (draft) => {
        draft.status = { ...draft.status, phase: 'Bound', accessModes: volume.spec.accessModes, capacity: { ...volume.spec.capacity } };
      },
      'status',
    );
    this.claims.observe(written ?? named);
  }

  private setClaimPhase(claim: PersistentVolumeClaim, phase: string): void {
    if (claim.status?.phase === phase) return;
    const written = this.claimClient.modify(
      claim.metadata.namespace!,
      claim.metadata.name,
      (draft) => {
        draft.status = { ...draft.status, phase };
      },
      'status',
    );
    if (written) this.claims.observe(written);
  }

  syncVolume(name: string): undefined {
    const volume = this.volumes.get(name);
    if (!volume) return;
    const { claimRef } = volume.spec;
    if (!claimRef?.uid) {
      this.setVolumePhase(volume, 'Available');
      return;
    }
    const claim = this.claims.get(`${claimRef.namespace}/${claimRef.name}`);
    if (claim?.metadata.uid === claimRef.uid) {
      if (claim.spec.volumeName === name) this.setVolumePhase(volume, 'Bound');
      return;
    }
    if (volume.status?.phase !== 'Released' && volume.status?.phase !== 'Failed') this.setVolumePhase(volume, 'Released');
    else this.reclaim(volume);
  }

  private reclaim(volume: PersistentVolume): void {
    const isOurs = volume.spec.persistentVolumeReclaimPolicy === 'Delete' && !volume.metadata.annotations?.[provisionedBy];
    if (!isOurs || volume.status?.phase === 'Failed' || volume.metadata.deletionTimestamp) return;
    const words = `error getting deleter volume plugin for volume "${volume.metadata.name}": no deletable volume plugin matched`;
    this.setVolumePhase(volume, 'Failed', words);
    this.events.record(volume, 'Warning', 'VolumeFailedDelete', words);
  }

  private setVolumePhase(volume: PersistentVolume, phase: string, message?: string): void {
    if (volume.status?.phase === phase) return;
    const written = this.volumeClient.modify(
      '',
      volume.metadata.name,
      (draft) => {
        draft.status = { ...draft.status, phase, message, lastPhaseTransitionTime: timestamp(this.clock.now) };
      },
      'status',
    );
    if (written) this.volumes.observe(written);
  }
}
