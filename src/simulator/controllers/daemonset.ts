// The DaemonSet controller: one pod on each node that is fit for it, replaced node by node when the template changes.
// Wakes it: a DaemonSet that came or changed; a pod it owns or could own; a node that came, went or changed labels or taints; revisions.
import { isEqual } from '../../apimachinery/clone.ts';
import type { ControllerRevision, DaemonSet, DaemonSetStatus, Node, Pod } from '../../apimachinery/objects.ts';
import type { ResourceClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { claim } from './claim.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, type Result, WorkQueue } from './controller.ts';
import { currentRevision, type History, trimHistory } from './controller-history.ts';
import { fitness, hashLabel, targetNodeOf, templateFor } from './daemon-pod.ts';
import type { Informer } from './informer.ts';
import { resolve } from './int-or-percent.ts';
import { controllerOf } from './owner.ts';
import { createPod, createSlowly, deletePod, isNamespaceEnding, type PodControl } from './pod-control.ts';
import { enqueueOwners } from './pod-events.ts';
import { isAvailable, isFinished, isReady } from './pod-state.ts';
import { selects } from './selection.ts';

/** kubernetes: pkg/controller/daemon/daemon_controller.go: failed pods are replaced after 1 s, 2 s, … up to 15 minutes. */
const firstReplacementMs = 1_000;
const longestReplacementMs = 900_000;

export function startDaemonSetController(context: ControllerContext): void {
  const controller = new DaemonSetController(context);
  const queue = new WorkQueue(context.clock, (key) => controller.reconcile(key));
  const { informers } = context;
  const sets = informers.of('daemonsets');
  sets.onChange((event) => queue.add(keyOf(event.object)));
  enqueueOwners(informers.of('pods'), 'DaemonSet', sets, queue);
  informers.of('controllerrevisions').onChange(({ object }) => {
    const owner = controllerOf(object);
    if (owner?.kind === 'DaemonSet') queue.add(`${object.metadata.namespace}/${owner.name}`);
  });
  informers.of('nodes').onChange(({ type, object, previous }) => {
    if (type === 'MODIFIED' && previous && !isOtherNode(previous, object)) return;
    for (const set of sets.all()) queue.add(keyOf(set));
  });
}

function isOtherNode(before: Node, after: Node): boolean {
  return !isEqual(before.metadata.labels, after.metadata.labels) || !isEqual(before.spec.taints ?? [], after.spec.taints ?? []);
}

type PodsByNode = Map<string, Pod[]>;

class DaemonSetController {
  private readonly clock: Clock;
  private readonly events: EventRecorder;
  private readonly sets: Informer<DaemonSet>;
  private readonly nodes: Informer<Node>;
  private readonly client: ResourceClient<DaemonSet>;
  private readonly pods: PodControl;
  private readonly history: History;
  /** Set and node → how often its pod failed, and when it may be replaced. */
  private readonly failures = new Map<string, { count: number; until: number }>();

  constructor(context: ControllerContext) {
    this.clock = context.clock;
    this.events = context.recorder('daemonset-controller');
    this.sets = context.informers.of('daemonsets');
    this.nodes = context.informers.of('nodes');
    this.client = context.client.resource('daemonsets');
    this.pods = { client: context.client.resource('pods'), informer: context.informers.of('pods'), events: this.events };
    this.history = { informer: context.informers.of('controllerrevisions'), client: context.client.resource('controllerrevisions') };
  }

  reconcile(key: string): Result | undefined {
    const set = this.sets.get(key);
    if (!set) return undefined;
    if (isEqual(set.spec.selector, {})) {
      const words = 'This daemon set is selecting all pods. A non-empty selector is required.';
      this.events.record(set, 'Warning', 'SelectingAll', words);
      return undefined;
    }
    if (set.metadata.deletionTimestamp) return undefined;
    const revision = this.currentRevision(set);
    const hash = revision.metadata.labels![hashLabel]!;
    const requeueAfterMs = this.manage(set, hash);
    if (set.spec.updateStrategy?.type !== 'OnDelete') this.update(set, hash);
    trimHistory(this.history, set, set.spec.revisionHistoryLimit ?? 10, (other) => other === revision || this.livesBy(set, other));
    this.updateStatus(set, hash);
    return { requeueAfterMs: requeueAfterMs ?? this.untilAvailable(set) };
  }

  private currentRevision(set: DaemonSet): ControllerRevision {
    return currentRevision(this.history, set, {
      template: set.spec.template,
      hashLabel,
      collisions: set.status?.collisionCount,
      count: () =>
        this.modifyStatus(set, (draft) => {
          draft.status.collisionCount = (draft.status.collisionCount ?? 0) + 1;
        }),
    });
  }

  private livesBy(set: DaemonSet, revision: ControllerRevision): boolean {
    const hash = revision.metadata.labels?.[hashLabel];
    return this.pods.informer.ownedBy(set.metadata.uid!).some((pod) => pod.metadata.labels?.[hashLabel] === hash);
  }

  private byNode(set: DaemonSet): PodsByNode {
    const owned = claim(set, this.pods, this.client, (pod) => selects(set.spec.selector, pod.metadata.labels));
    const byNode: PodsByNode = new Map();
    for (const pod of owned) {
      if (pod.metadata.deletionTimestamp && isFinished(pod)) continue;
      const node = targetNodeOf(pod) ?? '';
      byNode.set(node, [...(byNode.get(node) ?? []), pod]);
    }
    return byNode;
  }

  /** Makes pods where they are missing, and takes away what shouldn't be there. Returns when to look at a failed pod again. */
  // kubernetes: pkg/controller/daemon/daemon_controller.go manage
  private manage(set: DaemonSet, hash: string): number | undefined {
    const byNode = this.byNode(set);
    const missing: string[] = [];
    const doomed: Pod[] = [];
    let requeueAfterMs: number | undefined;
    for (const node of this.nodes.all()) {
      const name = node.metadata.name;
      const pods = byNode.get(name) ?? [];
      const { shouldRun, mayStay } = fitness(set, node);
      if (shouldRun && pods.length === 0) missing.push(name);
      else if (!mayStay) doomed.push(...pods.filter((pod) => !pod.metadata.deletionTimestamp));
      else {
        const wait = this.sortOut(set, name, pods, doomed);
        if (wait !== undefined) requeueAfterMs = Math.min(wait, requeueAfterMs ?? wait);
      }
    }
    for (const [name, pods] of byNode) {
      if (!this.nodes.get(name)) doomed.push(...pods.filter((pod) => !pod.spec.nodeName && !pod.metadata.deletionTimestamp));
    }
    this.apply(set, { missing, doomed, hash });
    return requeueAfterMs;
  }

  /** Finds the pods of one node that must go: finished ones, each after its back-off, and all but the oldest of the others. */
  private sortOut(set: DaemonSet, node: string, pods: readonly Pod[], doomed: Pod[]): number | undefined {
    const running: Pod[] = [];
    let waitMs: number | undefined;
    for (const pod of pods) {
      const { namespace, name, deletionTimestamp } = pod.metadata;
      if (deletionTimestamp) continue;
      if (pod.status?.phase === 'Failed') {
        waitMs = this.backOff(`${set.metadata.uid}/${node}`);
        if (waitMs !== undefined) continue;
        const words = `Found failed daemon pod ${namespace}/${name} on node ${node}, will try to kill it`;
        this.events.record(set, 'Warning', 'FailedDaemonPod', words);
        doomed.push(pod);
      } else if (pod.status?.phase === 'Succeeded') {
        const words = `Found succeeded daemon pod ${namespace}/${name} on node ${node}, will try to delete it`;
        this.events.record(set, 'Normal', 'SucceededDaemonPod', words);
        doomed.push(pod);
      } else running.push(pod);
    }
    if (this.surgeOf(set) === 0 && running.length > 1) doomed.push(...running.sort(byCreation).slice(1));
    return waitMs;
  }

  /** Undefined when a failed pod may be replaced now; else in how many milliseconds. */
  private backOff(key: string): number | undefined {
    const failure = this.failures.get(key);
    if (failure && this.clock.now < failure.until) return failure.until - this.clock.now;
    const isForgotten = !failure || this.clock.now - failure.until > 2 * longestReplacementMs;
    const count = isForgotten ? 0 : failure.count;
    const until = this.clock.now + Math.min(longestReplacementMs, firstReplacementMs * 2 ** count);
    this.failures.set(key, { count: count + 1, until });
    return undefined;
  }

  private apply(set: DaemonSet, work: { missing: readonly string[]; doomed: readonly Pod[]; hash: string }): void {
    const { missing, doomed, hash } = work;
    let next = 0;
    const failure = createSlowly(missing.length, () => {
      createPod(this.pods, set, templateFor(set, missing[next++]!, hash));
    });
    for (const pod of doomed) deletePod(this.pods, set, pod);
    if (failure && !isNamespaceEnding(failure)) throw failure;
  }

  /** Replaces pods of old revisions, never leaving more nodes without an available pod than allowed. */
  // kubernetes: pkg/controller/daemon/update.go rollingUpdate
  private update(set: DaemonSet, hash: string): void {
    const byNode = this.byNode(set);
    const wanted = this.nodes
      .all()
      .filter((node) => fitness(set, node).shouldRun)
      .map((node) => node.metadata.name);
    const surge = this.surgeOf(set, wanted.length);
    const rolling = set.spec.updateStrategy?.rollingUpdate;
    const asked = resolve(rolling?.maxUnavailable ?? 1, wanted.length, 'up');
    const maxUnavailable = asked === 0 && surge === 0 ? 1 : asked;
    const state = wanted.map((node) => ({ node, ...this.revisionsOn(byNode.get(node) ?? [], hash) }));
    if (surge > 0) this.surge(set, state, { hash, surge });
    else this.replace(set, state, maxUnavailable);
  }

  private replace(set: DaemonSet, state: readonly NodeState[], maxUnavailable: number): void {
    const gone: Pod[] = [];
    const candidates: Pod[] = [];
    let unavailable = 0;
    for (const { old, fresh } of state) {
      if (fresh) unavailable += this.isAvailable(set, fresh) ? 0 : 1;
      else if (!old || old.metadata.deletionTimestamp) unavailable++;
      else if (!this.isAvailable(set, old)) {
        gone.push(old);
        unavailable++;
      } else candidates.push(old);
    }
    const room = Math.max(0, maxUnavailable - unavailable);
    for (const pod of [...gone, ...candidates.slice(0, room)]) deletePod(this.pods, set, pod);
  }

  /** With a surge, the new pod comes first and the old one goes once it is available. */
  private surge(set: DaemonSet, state: readonly NodeState[], { hash, surge }: { hash: string; surge: number }): void {
    const doomed: Pod[] = [];
    const must: string[] = [];
    const candidates: string[] = [];
    let surging = 0;
    for (const { node, old, fresh } of state) {
      if (!old) continue;
      if (fresh) {
        if (!this.isAvailable(set, fresh)) surging++;
        else if (!old.metadata.deletionTimestamp) doomed.push(old);
      } else if (old.metadata.deletionTimestamp || !this.isAvailable(set, old)) must.push(node);
      else candidates.push(node);
    }
    const room = Math.max(0, surge - surging);
    this.apply(set, { missing: [...must, ...candidates.slice(0, room)], doomed, hash });
  }

  private revisionsOn(pods: readonly Pod[], hash: string): { old: Pod | undefined; fresh: Pod | undefined } {
    const isFresh = (pod: Pod) => pod.metadata.labels?.[hashLabel] === hash;
    return { old: pods.find((pod) => !isFresh(pod)), fresh: pods.find(isFresh) };
  }

  private surgeOf(set: DaemonSet, nodes = this.nodes.all().length): number {
    if (set.spec.updateStrategy?.type === 'OnDelete') return 0;
    return resolve(set.spec.updateStrategy?.rollingUpdate?.maxSurge, nodes, 'up');
  }

  private isAvailable(set: DaemonSet, pod: Pod): boolean {
    return isAvailable(pod, set.spec.minReadySeconds ?? 0, this.clock.now);
  }

  private updateStatus(set: DaemonSet, hash: string): void {
    const status = this.statusOf(set, hash);
    if (!isEqual(status, set.status ?? {}))
      this.modifyStatus(set, (draft) => {
        draft.status = status;
      });
  }

  private statusOf(set: DaemonSet, hash: string): DaemonSetStatus {
    const byNode = this.byNode(set);
    const count = { desired: 0, current: 0, ready: 0, available: 0, updated: 0, misscheduled: 0 };
    for (const node of this.nodes.all()) {
      const pod = byNode.get(node.metadata.name)?.sort(byCreation)[0];
      const { shouldRun } = fitness(set, node);
      if (!shouldRun && pod) count.misscheduled++;
      if (!shouldRun) continue;
      count.desired++;
      if (!pod) continue;
      count.current++;
      if (isReady(pod)) count.ready++;
      if (this.isAvailable(set, pod)) count.available++;
      if (pod.metadata.labels?.[hashLabel] === hash) count.updated++;
    }
    return {
      currentNumberScheduled: count.current,
      numberMisscheduled: count.misscheduled,
      desiredNumberScheduled: count.desired,
      numberReady: count.ready,
      observedGeneration: set.metadata.generation,
      updatedNumberScheduled: count.updated || undefined,
      numberAvailable: count.available || undefined,
      numberUnavailable: count.desired - count.available || undefined,
      collisionCount: set.status?.collisionCount,
      conditions: set.status?.conditions,
    };
  }

  private untilAvailable(set: DaemonSet): number | undefined {
    const minReadySeconds = set.spec.minReadySeconds ?? 0;
    if (minReadySeconds === 0 || set.status?.numberReady === set.status?.numberAvailable) return undefined;
    return minReadySeconds * 1000;
  }

  private modifyStatus(set: DaemonSet, change: (draft: DaemonSet) => void): void {
    const prepared = (draft: DaemonSet) => {
      draft.status ??= { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
      change(draft);
    };
    const written = this.client.modify(set.metadata.namespace!, set.metadata.name, prepared, 'status');
    if (written) this.sets.observe(written);
  }
}

interface NodeState {
  readonly node: string;
  readonly old: Pod | undefined;
  readonly fresh: Pod | undefined;
}

function byCreation(one: Pod, other: Pod): number {
  const left = one.metadata.creationTimestamp ?? '';
  const right = other.metadata.creationTimestamp ?? '';
  return left < right ? -1 : left > right ? 1 : 0;
}
