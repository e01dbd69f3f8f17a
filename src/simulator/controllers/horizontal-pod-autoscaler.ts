// The autoscaler's controller, on a cluster without a metrics API: it finds its target, keeps it within its limits, and says that it can't measure.
// Wakes it: an autoscaler that came or changed; every fifteen seconds.
import { isEqual } from '../../apimachinery/clone.ts';
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerCondition, MetricStatus } from '../../apimachinery/objects.ts';
import type { KubernetesObject, ResourceClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { timestamp } from '../timestamp.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, type Result, WorkQueue } from './controller.ts';
import type { Informer } from './informer.ts';

// kubernetes: pkg/controller/podautoscaler/horizontal.go
const periodMs = 15_000;
const noMetricsApi =
  'unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';
const scalable: Readonly<Record<string, 'deployments' | 'replicasets' | 'statefulsets'>> = {
  Deployment: 'deployments',
  ReplicaSet: 'replicasets',
  StatefulSet: 'statefulsets',
};

export function startHorizontalPodAutoscalerController(context: ControllerContext): void {
  const controller = new AutoscalerController(context);
  const queue = new WorkQueue(context.clock, (key) => controller.reconcile(key));
  context.informers.of('horizontalpodautoscalers').onChange(({ type, object }) => {
    if (type === 'ADDED') queue.addAfter(keyOf(object), periodMs);
  });
}

type Scalable = KubernetesObject & { spec: { replicas?: number | undefined } };

class AutoscalerController {
  private readonly context: ControllerContext;
  private readonly clock: Clock;
  private readonly events: EventRecorder;
  private readonly autoscalers: Informer<HorizontalPodAutoscaler>;
  private readonly client: ResourceClient<HorizontalPodAutoscaler>;

  constructor(context: ControllerContext) {
    this.context = context;
    this.clock = context.clock;
    this.events = context.recorder('horizontal-pod-autoscaler');
    this.autoscalers = context.informers.of('horizontalpodautoscalers');
    this.client = context.client.resource('horizontalpodautoscalers');
  }

  reconcile(key: string): Result | undefined {
    const autoscaler = this.autoscalers.get(key);
    if (!autoscaler) return undefined;
    this.look(autoscaler);
    return { requeueAfterMs: periodMs };
  }

  private look(autoscaler: HorizontalPodAutoscaler): void {
    const { kind, name } = autoscaler.spec.scaleTargetRef;
    const namespace = autoscaler.metadata.namespace!;
    const resource = scalable[kind];
    const target = resource && this.context.client.resource(resource).get(namespace, name);
    if (!target) {
      const words = `${resource ?? kind.toLowerCase()}.apps "${name}" not found`;
      this.events.record(autoscaler, 'Warning', 'FailedGetScale', words);
      const why = `the HPA controller was unable to get the target's current scale: ${words}`;
      const unable = this.condition(autoscaler, 'AbleToScale', 'False', 'FailedGetScale', why);
      const { currentReplicas, currentMetrics } = autoscaler.status ?? {};
      this.write(autoscaler, { current: currentReplicas, desired: 0 }, [unable], currentMetrics);
      return;
    }
    const current = target.spec.replicas ?? 1;
    const found = "the HPA controller was able to get the target's current scale";
    const able = this.condition(autoscaler, 'AbleToScale', 'True', 'SucceededGetScale', found);
    if (current === 0) {
      const words = 'scaling is disabled since the replica count of the target is zero';
      this.write(autoscaler, { current, desired: 0 }, [
        able,
        this.condition(autoscaler, 'ScalingActive', 'False', 'ScalingDisabled', words),
      ]);
      return;
    }
    const { maxReplicas, minReplicas = 1 } = autoscaler.spec;
    if (current > maxReplicas) this.rescale(autoscaler, maxReplicas, 'Current number of replicas above Spec.MaxReplicas');
    else if (current < minReplicas) this.rescale(autoscaler, minReplicas, 'Current number of replicas below Spec.MinReplicas');
    else this.sayThatItCannotMeasure(autoscaler, current, able);
  }

  private rescale(autoscaler: HorizontalPodAutoscaler, replicas: number, why: string): void {
    const { kind, name } = autoscaler.spec.scaleTargetRef;
    const target: ResourceClient<Scalable> = this.context.client.resource(scalable[kind]!) as unknown as ResourceClient<Scalable>;
    target.modify(autoscaler.metadata.namespace!, name, (draft) => {
      draft.spec.replicas = replicas;
    });
    this.events.record(autoscaler, 'Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${why}`);
    const words = `the HPA controller was able to update the target scale to ${replicas}`;
    const able = this.condition(autoscaler, 'AbleToScale', 'True', 'SucceededRescale', words);
    this.write(autoscaler, { current: replicas, desired: replicas }, [able]);
  }

  private sayThatItCannotMeasure(autoscaler: HorizontalPodAutoscaler, current: number, able: HorizontalPodAutoscalerCondition): void {
    const metrics = autoscaler.spec.metrics ?? [];
    const metric = metrics.find(({ type }) => type === 'Resource');
    const resource = metric?.resource?.name ?? 'cpu';
    const isUtilization = metric?.resource?.target.averageUtilization !== undefined;
    const cause = `unable to get metrics for resource ${resource}: ${noMetricsApi}`;
    const failure = isUtilization ? `failed to get ${resource} utilization: ${cause}` : cause;
    this.events.record(autoscaler, 'Warning', 'FailedGetResourceMetric', failure);
    const summary = `invalid metrics (${metrics.length} invalid out of ${metrics.length}), first error is: failed to get ${resource} resource metric value: ${failure}`;
    this.events.record(autoscaler, 'Warning', 'FailedComputeMetricsReplicas', summary);
    const words = `the HPA was unable to compute the replica count: ${failure}`;
    const active = this.condition(autoscaler, 'ScalingActive', 'False', 'FailedGetResourceMetric', words);
    // An empty entry stands for each metric that couldn't be read.
    this.write(
      autoscaler,
      { current, desired: 0 },
      [able, active],
      metrics.map(() => ({ type: '' })),
    );
  }

  private condition(
    autoscaler: HorizontalPodAutoscaler,
    type: string,
    status: string,
    reason: string,
    message: string,
  ): HorizontalPodAutoscalerCondition {
    const known = autoscaler.status?.conditions?.find((condition) => condition.type === type);
    const lastTransitionTime = known?.status === status ? known.lastTransitionTime : timestamp(this.clock.now);
    return { type, status, reason, message, lastTransitionTime };
  }

  private write(
    autoscaler: HorizontalPodAutoscaler,
    replicas: { current: number | undefined; desired: number },
    conditions: HorizontalPodAutoscalerCondition[],
    currentMetrics?: MetricStatus[],
  ): void {
    const status = {
      ...autoscaler.status,
      currentReplicas: replicas.current,
      desiredReplicas: replicas.desired,
      currentMetrics,
      conditions,
    };
    if (isEqual(status, autoscaler.status)) return;
    const written = this.client.modify(
      autoscaler.metadata.namespace!,
      autoscaler.metadata.name,
      (draft) => {
        draft.status = status;
      },
      'status',
    );
    if (written) this.autoscalers.observe(written);
  }
}
