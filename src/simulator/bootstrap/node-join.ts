// How nodes come to a fresh cluster: each kubelet says that it started; the workers are ready a moment after the control plane.
import type { Node } from '../../apimachinery/objects.ts';
import type { Client } from '../client.ts';
import type { Clock } from '../clock.ts';
import { createEventRecorder, recordAction } from '../event-recorder.ts';
import { timestamp } from '../timestamp.ts';

/** So long a worker waits for its network: what can run anywhere is on the control plane by then, as on a cluster that kubeadm made. */
const networkReadyMs = 2_000;

const notReadyYet = {
  status: 'False',
  reason: 'KubeletNotReady',
  message:
    'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
};
const isReady = { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };

/** Makes a node's object say that its network isn't there yet, as kubelet and admission do when it registers. */
export function notYetReady(node: Node): Node {
  const conditions = node.status.conditions?.map((condition) =>
    condition.type === 'Ready' ? { ...condition, ...notReadyYet } : condition,
  );
  const taints = [...(node.spec.taints ?? []), { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }];
  return { ...node, spec: { ...node.spec, taints }, status: { ...node.status, conditions } };
}

/** Records the kubelet's first words. */
export function announceKubelet(kubelet: Client, clock: Clock, name: string): void {
  const events = createEventRecorder(kubelet, clock, 'kubelet', name);
  const say = (reason: string, message = `Node ${name} status is now: ${reason}`) => events.record(nodeOf(name), 'Normal', reason, message);
  say('Starting', 'Starting kubelet.');
  say('NodeHasSufficientMemory');
  say('NodeHasNoDiskPressure');
  say('NodeHasSufficientPID');
  say('NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
}

/** Records that a node's kube-proxy has started. */
export function announceProxy(proxy: Client, clock: Clock, name: string): void {
  recordAction(proxy, clock, {
    regarding: nodeOf(name),
    reason: 'Starting',
    action: 'StartKubeProxy',
    reportingComponent: 'kube-proxy',
    reportingInstance: `kube-proxy-${name}`,
  });
}

/** Makes the node ready when its time has come. */
export function becomeReady(kubelet: Client, clock: Clock, name: string): void {
  clock.after(networkReadyMs, () => {
    const change = { ...isReady, lastHeartbeatTime: timestamp(clock.now), lastTransitionTime: timestamp(clock.now) };
    kubelet.resource('nodes').modify(
      '',
      name,
      ({ status }) => {
        status.conditions = status.conditions?.map((condition) => (condition.type === 'Ready' ? { ...condition, ...change } : condition));
      },
      'status',
    );
    createEventRecorder(kubelet, clock, 'kubelet', name).record(
      nodeOf(name),
      'Normal',
      'NodeReady',
      `Node ${name} status is now: NodeReady`,
    );
  });
}

/** Kubelets name their node by its name, where others use its uid. */
function nodeOf(name: string) {
  return { kind: 'Node', name, uid: name };
}
