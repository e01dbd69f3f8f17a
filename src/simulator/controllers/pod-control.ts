// How workload controllers make and delete pods, and the events by which they say so.
import type { Pod, PodTemplateSpec } from '../../apimachinery/objects.ts';
import { StatusError } from '../../apimachinery/status-error.ts';
import type { KubernetesObject, New, ResourceClient } from '../client.ts';
import type { EventRecorder } from '../event-recorder.ts';
import type { Informer } from './informer.ts';
import { podFromTemplate } from './pod-state.ts';

export interface PodControl {
  readonly client: ResourceClient<Pod>;
  readonly informer: Informer<Pod>;
  readonly events: EventRecorder;
}

/** Makes one pod for its owner. The event says how it went; a refusal is thrown on. */
// kubernetes: pkg/controller/controller_utils.go RealPodControl
export function createPod(control: PodControl, owner: KubernetesObject, template: PodTemplateSpec, alter?: (pod: New<Pod>) => void): Pod {
  const wanted = podFromTemplate(template, owner);
  alter?.(wanted);
  try {
    const pod = control.informer.observe(control.client.create(wanted));
    control.events.record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    return pod;
  } catch (error) {
    if (error instanceof StatusError && !isNamespaceEnding(error)) {
      control.events.record(owner, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
    }
    throw error;
  }
}

/** Deletes one pod of an owner; that it is gone already is no failure. */
export function deletePod(control: PodControl, owner: KubernetesObject, pod: Pod): void {
  const { namespace, name, uid } = pod.metadata;
  try {
    control.client.delete(namespace!, name, { uid: uid! });
  } catch (error) {
    if (error instanceof StatusError) control.events.record(owner, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`);
    throw error;
  }
  control.informer.refresh(namespace!, name);
  control.events.record(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
}

/**
 * Makes `count` things in batches of 1, 2, 4, …, and goes on only while all of a batch succeed: what can't be made is not tried hundreds of times.
 * Returns the first refusal.
 */
// kubernetes: pkg/controller/replicaset/replica_set.go slowStartBatch
export function createSlowly(count: number, create: () => void): StatusError | undefined {
  let left = count;
  for (let batch = 1; left > 0; batch *= 2) {
    let failure: StatusError | undefined;
    const size = Math.min(batch, left);
    for (let index = 0; index < size; index++) {
      try {
        create();
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        failure ??= error;
      }
    }
    if (failure) return failure;
    left -= size;
  }
  return undefined;
}

/** True when the server refuses new objects because their namespace is being deleted. */
export function isNamespaceEnding(error: StatusError): boolean {
  return error.status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') ?? false;
}
