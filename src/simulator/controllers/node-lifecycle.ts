// The node lifecycle controller: notices kubelets that fell silent, and writes what ails a node into its taints.
// Wakes it: a node that came, went or changed; every five seconds, the leases that kubelets renew.
import { clone, isEqual } from '../../apimachinery/clone.ts';
import type { Lease, Node, NodeCondition, Pod, Taint } from '../../apimachinery/objects.ts';
import type { ResourceClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { timestamp } from '../timestamp.ts';
import type { ControllerContext } from './context.ts';
import { type Result, WorkQueue } from './controller.ts';
import type { Index, Informer } from './informer.ts';

// kubernetes: pkg/controller/nodelifecycle/node_lifecycle_controller.go, cmd/kube-controller-manager/app/options/nodelifecyclecontroller.go
const monitorPeriodMs = 5_000;
const graceMs = 50_000;
const watchedConditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

const notReady = 'node.kubernetes.io/not-ready';
const unreachable = 'node.kubernetes.io/unreachable';
const unschedulable = 'node.kubernetes.io/unschedulable';
/** Condition and status → the taint that keeps pods away. */
const conditionTaints: readonly { type: string; status: string; key: string }[] = [
  { type: 'Ready', status: 'False', key: notReady },
  { type: 'Ready', status: 'Unknown', key: unreachable },
  { type: 'MemoryPressure', status: 'True', key: 'node.kubernetes.io/memory-pressure' },
  { type: 'DiskPressure', status: 'True', key: 'node.kubernetes.io/disk-pressure' },
  { type: 'NetworkUnavailable', status: 'True', key: 'node.kubernetes.io/network-unavailable' },
  { type: 'PIDPressure', status: 'True', key: 'node.kubernetes.io/pid-pressure' },
];
const ownKeys = new Set([...conditionTaints.map(({ key }) => key), unschedulable]);

export function startNodeLifecycleController(context: ControllerContext): void {
  const controller = new NodeLifecycleController(context);
  const taints = new WorkQueue(context.clock, (name) => controller.taint(name));
  const health = new WorkQueue(context.clock, (name) => controller.monitor(name));
  context.informers.of('nodes').onChange(({ type, object }) => {
    const { name } = object.metadata;
    if (type === 'ADDED') controller.say(object, 'RegisteredNode', `Registered Node ${name} in Controller`);
    if (type === 'DELETED') controller.say(object, 'RemovingNode', `Removing Node ${name} from Controller`);
    taints.add(name);
    if (type === 'ADDED') health.add(name);
  });
}

class NodeLifecycleController {
  private readonly clock: Clock;
  private readonly events: EventRecorder;
  private readonly nodes: Informer<Node>;
  private readonly leases: Informer<Lease>;
  private readonly podsOn: Index<Pod>;
  private readonly client: ResourceClient<Node>;
  private readonly pods: ResourceClient<Pod>;
  /** What each kubelet last said, and when that was noticed. */
  private readonly heartbeats = new Map<string, { renewTime: string | undefined; noticedMs: number; isAlive: boolean }>();

  constructor(context: ControllerContext) {
    this.clock = context.clock;
    this.events = context.recorder('node-controller');
    this.nodes = context.informers.of('nodes');
    this.leases = context.informers.of('leases');
    this.podsOn = context.informers.of('pods').index((pod) => pod.spec.nodeName);
    this.client = context.client.resource('nodes');
    this.pods = context.client.resource('pods');
  }

  say(node: Node, reason: string, what: string): void {
    const { name, uid } = node.metadata;
    this.events.record({ apiVersion: 'v1', kind: 'Node', name, uid }, 'Normal', reason, `Node ${name} event: ${what}`);
  }

  /** Makes the node's own taints say what its conditions say; foreign taints stay as they are. */
  taint(name: string): undefined {
    const node = this.nodes.get(name);
    if (!node) return;
    const wanted = this.wantedTaints(node);
    const current = node.spec.taints ?? [];
    const isOwn = (taint: Taint) =>
      ownKeys.has(taint.key) && (taint.effect === 'NoSchedule' || taint.key === notReady || taint.key === unreachable);
    const kept = current.filter((taint) => !isOwn(taint) || wanted.some((other) => isSame(other, taint)));
    const added = wanted.filter((taint) => !current.some((other) => isSame(other, taint)));
    if (added.length === 0 && kept.length === current.length) return;
    const written = this.client.modify('', name, (draft) => {
      const taints = [...kept, ...added.map((taint) => ({ ...taint, timeAdded: timestamp(this.clock.now) }))];
      draft.spec.taints = taints.length > 0 ? taints : undefined;
    });
    if (written) this.nodes.observe(written);
  }

  private wantedTaints(node: Node): Taint[] {
    const statusOf = (type: string) => node.status?.conditions?.find((condition) => condition.type === type)?.status;
    const wanted: Taint[] = [];
    for (const { type, status, key } of conditionTaints) if (statusOf(type) === status) wanted.push({ key, effect: 'NoSchedule' });
    if (node.spec.unschedulable) wanted.push({ key: unschedulable, effect: 'NoSchedule' });
    if (statusOf('Ready') === 'False') wanted.push({ key: notReady, effect: 'NoExecute' });
    if (statusOf('Ready') === 'Unknown') wanted.push({ key: unreachable, effect: 'NoExecute' });
    return wanted;
  }

  monitor(name: string): Result | undefined {
    const node = this.nodes.get(name);
    if (!node) {
      this.heartbeats.delete(name);
      return undefined;
    }
    const heartbeat = this.listen(name);
    if (heartbeat.isAlive && this.clock.now > heartbeat.noticedMs + graceMs) this.markUnknown(node);
    const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
    if (ready && ready.status !== 'True') this.markPodsNotReady(name);
    return { requeueAfterMs: monitorPeriodMs };
  }

  /** Unlike Kubernetes, which also gives up on a kubelet that never said anything: here one that never began can't fall silent. */
  private listen(name: string) {
    const renewTime = this.leases.get(`kube-node-lease/${name}`)?.spec?.renewTime;
    const known = this.heartbeats.get(name);
    if (known && known.renewTime === renewTime) return known;
    const heartbeat = { renewTime, noticedMs: this.clock.now, isAlive: known !== undefined };
    this.heartbeats.set(name, heartbeat);
    return heartbeat;
  }

  private markUnknown(node: Node): void {
    const { name } = node.metadata;
    const conditions = (node.status?.conditions ?? []).map((condition) => this.unknown(condition));
    if (isEqual(conditions, node.status?.conditions)) return;
    const wasReady = node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    const written = this.client.modify(
      '',
      name,
      (draft) => {
        draft.status = { ...draft.status, conditions };
      },
      'status',
    );
    if (written) this.nodes.observe(written);
    if (!wasReady) return;
    const reference = { apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid };
    this.events.record(reference, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
  }

  private unknown(condition: NodeCondition): NodeCondition {
    if (!watchedConditions.includes(condition.type) || condition.status === 'Unknown') return condition;
    return {
      ...condition,
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: timestamp(this.clock.now),
    };
  }

  private markPodsNotReady(name: string): void {
    for (const pod of this.podsOn.get(name)) {
      const ready = pod.status?.conditions?.find((condition) => condition.type === 'Ready');
      if (ready?.status !== 'True') continue;
      const conditions = clone(pod.status.conditions ?? []);
      for (const condition of conditions) {
        if (condition.type === 'Ready') Object.assign(condition, { status: 'False', lastTransitionTime: timestamp(this.clock.now) });
      }
      this.pods.modify(
        pod.metadata.namespace!,
        pod.metadata.name,
        (draft) => {
          draft.status = { ...draft.status, conditions };
        },
        'status',
      );
      this.events.record(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    }
  }
}

function isSame(one: Taint, other: Taint): boolean {
  return one.key === other.key && one.effect === other.effect && (one.value ?? '') === (other.value ?? '');
}
