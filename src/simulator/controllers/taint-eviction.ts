// The taint eviction controller: sends pods away from a node with a NoExecute taint, at once or when their toleration runs out.
// Wakes it: a pod that came to a node, changed or went; a node whose taints changed; the end of a toleration.
import { isEqual } from '../../apimachinery/clone.ts';
import type { Node, Pod, PodCondition, Taint } from '../../apimachinery/objects.ts';
import type { ResourceClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { tolerates } from '../scheduler/toleration.ts';
import { timestamp } from '../timestamp.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, type Result, WorkQueue } from './controller.ts';
import type { Index, Informer } from './informer.ts';

export function startTaintEvictionController(context: ControllerContext): void {
  const controller = new TaintEvictionController(context);
  const queue = new WorkQueue(context.clock, (key) => controller.reconcile(key));
  context.informers.of('pods').onChange(({ type, object, previous }) => {
    const isNews =
      type !== 'MODIFIED' ||
      previous?.spec.nodeName !== object.spec.nodeName ||
      !isEqual(previous?.spec.tolerations, object.spec.tolerations);
    if (isNews && object.spec.nodeName) queue.add(keyOf(object));
  });
  context.informers.of('nodes').onChange(({ object, previous }) => {
    if (isEqual(noExecute(object), previous ? noExecute(previous) : [])) return;
    for (const pod of controller.podsOn.get(object.metadata.name)) queue.add(keyOf(pod));
  });
}

class TaintEvictionController {
  readonly podsOn: Index<Pod>;
  private readonly clock: Clock;
  private readonly events: EventRecorder;
  private readonly pods: Informer<Pod>;
  private readonly nodes: Informer<Node>;
  private readonly client: ResourceClient<Pod>;
  /** Pods that will have to go: uid → when, and since when they had to. */
  private readonly planned = new Map<string, { since: number; at: number }>();

  constructor(context: ControllerContext) {
    this.clock = context.clock;
    this.events = context.recorder('taint-eviction-controller');
    this.pods = context.informers.of('pods');
    this.nodes = context.informers.of('nodes');
    this.client = context.client.resource('pods');
    this.podsOn = this.pods.index((pod) => pod.spec.nodeName);
  }

  // kubernetes: pkg/controller/tainteviction/taint_eviction.go processPodOnNode
  reconcile(key: string): Result | undefined {
    const pod = this.pods.get(key);
    if (!pod?.spec.nodeName || pod.metadata.deletionTimestamp) return undefined;
    const uid = pod.metadata.uid!;
    const node = this.nodes.get(pod.spec.nodeName);
    const taints = node ? noExecute(node) : [];
    const seconds = toleratedSeconds(pod, taints);
    if (seconds === undefined) {
      this.cancel(pod);
      return undefined;
    }
    const since = this.planned.get(uid)?.since ?? this.clock.now;
    const at = since + seconds * 1000;
    if (at <= this.clock.now) {
      this.planned.delete(uid);
      this.evict(pod);
      return undefined;
    }
    this.planned.set(uid, { since, at });
    return { requeueAfterMs: at - this.clock.now };
  }

  private cancel(pod: Pod): void {
    if (!this.planned.delete(pod.metadata.uid!)) return;
    const words = `Cancelling deletion of Pod ${pod.metadata.namespace}/${pod.metadata.name}`;
    this.events.record(pod, 'Normal', 'TaintManagerEviction', words);
  }

  private evict(pod: Pod): void {
    const { namespace, name, uid } = pod.metadata;
    this.events.record(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`);
    const next: PodCondition = {
      type: 'DisruptionTarget',
      status: 'True',
      observedGeneration: pod.metadata.generation,
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: timestamp(this.clock.now),
    };
    this.client.modify(
      namespace!,
      name,
      (draft) => {
        const others = (draft.status?.conditions ?? []).filter((condition) => condition.type !== next.type);
        draft.status = { ...draft.status, conditions: [...others, next] };
      },
      'status',
    );
    this.client.delete(namespace!, name, { uid: uid! });
  }
}

function noExecute(node: Node): Taint[] {
  return (node.spec.taints ?? []).filter((taint) => taint.effect === 'NoExecute');
}

/** How long the pod bears all these taints: 0 for not at all, undefined for ever. */
function toleratedSeconds(pod: Pod, taints: readonly Taint[]): number | undefined {
  let seconds: number | undefined;
  for (const taint of taints) {
    const matching = (pod.spec.tolerations ?? []).filter((toleration) => tolerates([toleration], taint));
    if (matching.length === 0) return 0;
    for (const { tolerationSeconds } of matching) {
      if (tolerationSeconds !== undefined) seconds = Math.max(0, Math.min(tolerationSeconds, seconds ?? tolerationSeconds));
    }
  }
  return seconds;
}
