// The claims of a StatefulSet's pods: made before the pod, kept for it, and let go as persistentVolumeClaimRetentionPolicy says.
import type { OwnerReference, PersistentVolumeClaim, Pod, StatefulSet } from '../../apimachinery/objects.ts';
import { StatusError } from '../../apimachinery/status-error.ts';
import type { KubernetesObject, ResourceClient } from '../client.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { controllerReference } from './owner.ts';
import { claimsOf, ordinalOf } from './statefulset-pod.ts';

export interface ClaimControl {
  readonly client: ResourceClient<PersistentVolumeClaim>;
  readonly events: EventRecorder;
}

/** Makes the claims of an ordinal that aren't there. */
// kubernetes: pkg/controller/statefulset/stateful_pod_control.go createPersistentVolumeClaims
export function createClaims({ client, events }: ClaimControl, set: StatefulSet, ordinal: number): void {
  for (const wanted of claimsOf(set, ordinal)) {
    if (client.get(set.metadata.namespace!, wanted.metadata.name!)) continue;
    const about = `Claim ${wanted.metadata.name} Pod ${set.metadata.name}-${ordinal} in StatefulSet ${set.metadata.name}`;
    try {
      client.create(wanted);
    } catch (error) {
      if (error instanceof StatusError) events.record(set, 'Warning', 'FailedCreate', `create ${about} failed error: ${error.message}`);
      throw error;
    }
    events.record(set, 'Normal', 'SuccessfulCreate', `create ${about} success`);
  }
}

/** Gives the claims of a pod the owner with which they shall go: the set, the pod that is about to be scaled away, or nobody. */
// kubernetes: pkg/controller/statefulset/stateful_set_utils.go updateClaimOwnerRefForSetAndPod
export function ownClaims({ client }: ClaimControl, set: StatefulSet, pod: Pod, isCondemned: boolean): void {
  const policy = set.spec.persistentVolumeClaimRetentionPolicy;
  const bySet = policy?.whenDeleted === 'Delete' && !(isCondemned && policy.whenScaled === 'Delete');
  const byPod = isCondemned && policy?.whenScaled === 'Delete';
  for (const claim of claimsOf(set, ordinalOf(set, pod)!)) {
    client.modify(set.metadata.namespace!, claim.metadata.name!, (draft) => {
      const others = (draft.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== set.metadata.uid && uid !== pod.metadata.uid);
      const owners: OwnerReference[] = [...others, ...reference(bySet, set), ...reference(byPod, pod)];
      draft.metadata.ownerReferences = owners.length > 0 ? owners : undefined;
    });
  }
}

function reference(isOwner: boolean, owner: KubernetesObject): OwnerReference[] {
  return isOwner ? [controllerReference(owner)] : [];
}
