// The parts list of the controller manager.
import type { Client } from '../client.ts';
import type { Clock } from '../clock.ts';
import { createEventRecorder, type EventRecorder } from '../event-recorder.ts';
import type { Random } from '../random.ts';
import type { ControllerContext } from './context.ts';
import { startCronJobController } from './cronjob.ts';
import { startDaemonSetController } from './daemonset.ts';
import { startDeploymentController } from './deployment.ts';
import { startDisruptionController } from './disruption.ts';
import { startEndpointsController } from './endpoints.ts';
import { startEndpointSliceController } from './endpointslice.ts';
import { startEndpointSliceMirroringController } from './endpointslice-mirroring.ts';
import { startEphemeralVolumeController } from './ephemeral-volume.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startHorizontalPodAutoscalerController } from './horizontal-pod-autoscaler.ts';
import { Informers } from './informer.ts';
import { startJobController } from './job.ts';
import { startLocalPathProvisioner } from './local-path-provisioner.ts';
import { startNamespaceController } from './namespace.ts';
import { startNodeLifecycleController } from './node-lifecycle.ts';
import { startPersistentVolumeController } from './persistentvolume.ts';
import { startPodGarbageCollector } from './podgc.ts';
import { startReplicaSetController } from './replicaset.ts';
import { startResourceQuotaController } from './resourcequota.ts';
import { startRootCaPublisher } from './root-ca-publisher.ts';
import { startServiceAccountController } from './serviceaccount.ts';
import { startStatefulSetController } from './statefulset.ts';
import { startTaintEvictionController } from './taint-eviction.ts';
import { startTtlAfterFinishedController } from './ttl-after-finished.ts';
import { startClaimProtection, startVolumeProtection } from './volume-protection.ts';

export interface ControllerOptions {
  /** A client under the given user agent. */
  readonly client: (userAgent: string) => Client;
  readonly clock: Clock;
  readonly random: Random;
  /** The cluster's CA in PEM: what pods find in /var/run/secrets/kubernetes.io/serviceaccount/ca.crt. */
  readonly rootCertificate?: string;
}

const controllers = [
  startNamespaceController,
  startServiceAccountController,
  startRootCaPublisher,
  startEndpointsController,
  startEndpointSliceController,
  startEndpointSliceMirroringController,
  startReplicaSetController,
  startDeploymentController,
  startDaemonSetController,
  startStatefulSetController,
  startJobController,
  startCronJobController,
  startTtlAfterFinishedController,
  startDisruptionController,
  startResourceQuotaController,
  startHorizontalPodAutoscalerController,
  startPersistentVolumeController,
  startEphemeralVolumeController,
  startClaimProtection,
  startVolumeProtection,
  startLocalPathProvisioner,
  startNodeLifecycleController,
  startTaintEvictionController,
  startPodGarbageCollector,
  startGarbageCollector,
];

/** Starts every controller on what is there now and on each change from then on. Returns how to stop them. */
export function startControllers(options: ControllerOptions): () => void {
  const client = options.client('kube-controller-manager');
  const informers = new Informers(client);
  const recorders = new Map<string, EventRecorder>();
  const context: ControllerContext = {
    clock: options.clock,
    random: options.random.fork('controllers'),
    client,
    informers,
    recorder(component) {
      let recorder = recorders.get(component);
      if (!recorder) {
        recorder = createEventRecorder(client, options.clock, component);
        recorders.set(component, recorder);
      }
      return recorder;
    },
    rootCertificate: options.rootCertificate ?? '',
  };
  for (const start of controllers) start(context);
  informers.start();
  return () => informers.stop();
}
