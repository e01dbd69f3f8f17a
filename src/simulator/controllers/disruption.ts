// The disruption controller: says in a PodDisruptionBudget's status how many of its pods may be evicted now.
// Wakes it: a budget that came or changed; a pod that is or was chosen by one.
import { isEqual } from '../../apimachinery/clone.ts';
import type { Condition, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../apimachinery/objects.ts';
import type { ResourceClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { timestamp } from '../timestamp.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, type Result, WorkQueue } from './controller.ts';
import type { Informer } from './informer.ts';
import { resolve } from './int-or-percent.ts';
import { controllerOf } from './owner.ts';
import { isFinished, isReady } from './pod-state.ts';
import { selects } from './selection.ts';

// kubernetes: pkg/controller/disruption/disruption.go
const evictionSettlesMs = 120_000;

export function startDisruptionController(context: ControllerContext): void {
  const controller = new DisruptionController(context);
  const queue = new WorkQueue(context.clock, (key) => controller.reconcile(key));
  const { informers } = context;
  const budgets = informers.of('poddisruptionbudgets');
  budgets.onChange(({ object }) => queue.add(keyOf(object)));
  informers.of('pods').onChange(({ object, previous }) => {
    for (const budget of budgets.list(object.metadata.namespace ?? '')) {
      const isMember = selects(budget.spec.selector, object.metadata.labels) || selects(budget.spec.selector, previous?.metadata.labels);
      if (isMember) queue.add(keyOf(budget));
    }
  });
}

class DisruptionController {
  private readonly clock: Clock;
  private readonly events: EventRecorder;
  private readonly context: ControllerContext;
  private readonly budgets: Informer<PodDisruptionBudget>;
  private readonly pods: Informer<Pod>;
  private readonly client: ResourceClient<PodDisruptionBudget>;

  constructor(context: ControllerContext) {
    this.context = context;
    this.clock = context.clock;
    this.events = context.recorder('controllermanager');
    this.budgets = context.informers.of('poddisruptionbudgets');
    this.pods = context.informers.of('pods');
    this.client = context.client.resource('poddisruptionbudgets');
  }

  reconcile(key: string): Result | undefined {
    const budget = this.budgets.get(key);
    if (!budget) return undefined;
    const pods = this.pods.list(budget.metadata.namespace!).filter((pod) => selects(budget.spec.selector, pod.metadata.labels));
    if (pods.length === 0) this.events.record(budget, 'Normal', 'NoPods', 'No matching pods found');
    const { expected, desired } = this.expectations(budget, pods);
    const disrupted = this.stillDisrupted(budget, pods);
    const healthy = pods.filter(
      (pod) => isReady(pod) && !isFinished(pod) && !pod.metadata.deletionTimestamp && !disrupted[pod.metadata.name],
    ).length;
    const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
    this.write(budget, {
      observedGeneration: budget.metadata.generation,
      ...(Object.keys(disrupted).length > 0 && { disruptedPods: disrupted }),
      disruptionsAllowed: allowed,
      currentHealthy: healthy,
      desiredHealthy: desired,
      expectedPods: expected,
      conditions: this.conditions(budget, allowed),
    });
    return Object.keys(disrupted).length > 0 ? { requeueAfterMs: evictionSettlesMs } : undefined;
  }

  /** How many pods there should be, and how many of them must stay healthy. */
  private expectations(budget: PodDisruptionBudget, pods: readonly Pod[]): { expected: number; desired: number } {
    const { minAvailable, maxUnavailable } = budget.spec;
    if (maxUnavailable !== undefined) {
      const expected = this.wantedByOwners(pods);
      return { expected, desired: Math.max(0, expected - resolve(maxUnavailable, expected, 'up')) };
    }
    if (typeof minAvailable === 'string') {
      const expected = this.wantedByOwners(pods);
      return { expected, desired: resolve(minAvailable, expected, 'up') };
    }
    return { expected: pods.length, desired: minAvailable ?? 1 };
  }

  /** The replicas of all workloads behind the pods. */
  private wantedByOwners(pods: readonly Pod[]): number {
    const scales = new Map<string, number>();
    for (const pod of pods) {
      const owner = controllerOf(pod);
      if (!owner || scales.has(owner.uid)) continue;
      const key = `${pod.metadata.namespace}/${owner.name}`;
      if (owner.kind === 'StatefulSet') scales.set(owner.uid, this.context.informers.of('statefulsets').get(key)?.spec.replicas ?? 0);
      if (owner.kind !== 'ReplicaSet') continue;
      const set = this.context.informers.of('replicasets').get(key);
      const deployment = set && controllerOf(set);
      if (deployment?.kind === 'Deployment') {
        const found = this.context.informers.of('deployments').get(`${pod.metadata.namespace}/${deployment.name}`);
        scales.set(deployment.uid, found?.spec.replicas ?? 0);
      } else scales.set(owner.uid, set?.spec.replicas ?? 0);
    }
    return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
  }

  /** Pods that an eviction was allowed for, and that aren't gone yet; after two minutes they count again. */
  private stillDisrupted(budget: PodDisruptionBudget, pods: readonly Pod[]): Record<string, string> {
    const there = new Map(pods.map((pod) => [pod.metadata.name, pod]));
    const left: Record<string, string> = {};
    for (const [name, at] of Object.entries(budget.status?.disruptedPods ?? {})) {
      const pod = there.get(name);
      if (pod && !pod.metadata.deletionTimestamp && Date.parse(at) + evictionSettlesMs > this.clock.now) left[name] = at;
    }
    return left;
  }

  private conditions(budget: PodDisruptionBudget, allowed: number): Condition[] {
    const known = budget.status?.conditions?.find((condition) => condition.type === 'DisruptionAllowed');
    const status = allowed > 0 ? 'True' : 'False';
    const since = known?.status === status ? known.lastTransitionTime : timestamp(this.clock.now);
    const reason = allowed > 0 ? 'SufficientPods' : 'InsufficientPods';
    const next = {
      type: 'DisruptionAllowed',
      status,
      reason,
      message: '',
      lastTransitionTime: since!,
      observedGeneration: budget.metadata.generation,
    };
    return [...(budget.status?.conditions ?? []).filter((condition) => condition.type !== next.type), next];
  }

  private write(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus): void {
    if (isEqual(status, budget.status)) return;
    const written = this.client.modify(
      budget.metadata.namespace!,
      budget.metadata.name,
      (draft) => {
        draft.status = status;
      },
      'status',
    );
    if (written) this.budgets.observe(written);
  }
}
