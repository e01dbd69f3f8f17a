// Rows of what runs pods: Deployments, ReplicaSets, DaemonSets, StatefulSets, Jobs, CronJobs, autoscalers.
// kubernetes: pkg/printers/internalversion/printers.go
import { ageOf, humanDuration } from '../../../apimachinery/duration.ts';
import type {
  CronJob,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
  ReplicaSet,
  StatefulSet,
} from '../../../apimachinery/objects.ts';
import { formatLabelSelector, formatLabels } from '../../../apimachinery/selector.ts';
import type { Cell } from '../strategy.ts';
import { booleanCell, containerCells } from './cell-text.ts';

export function deploymentCells({ metadata, spec, status }: Deployment, nowMs: number): Cell[] {
  return [
    metadata.name,
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    status?.updatedReplicas ?? 0,
    status?.availableReplicas ?? 0,
    ageOf(metadata.creationTimestamp, nowMs),
    ...containerCells(spec?.template),
    formatLabelSelector(spec?.selector),
  ];
}

export function replicaSetCells({ metadata, spec, status }: ReplicaSet, nowMs: number): Cell[] {
  return [
    metadata.name,
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    ageOf(metadata.creationTimestamp, nowMs),
    ...containerCells(spec?.template),
    formatLabelSelector(spec?.selector),
  ];
}

export function daemonSetCells({ metadata, spec, status }: DaemonSet, nowMs: number): Cell[] {
  return [
    metadata.name,
    status?.desiredNumberScheduled ?? 0,
    status?.currentNumberScheduled ?? 0,
    status?.numberReady ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
    formatLabels(spec?.template.spec?.nodeSelector),
    ageOf(metadata.creationTimestamp, nowMs),
    ...containerCells(spec?.template),
    formatLabelSelector(spec?.selector),
  ];
}

export function statefulSetCells({ metadata, spec, status }: StatefulSet, nowMs: number): Cell[] {
  return [
    metadata.name,
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    ageOf(metadata.creationTimestamp, nowMs),
    ...containerCells(spec?.template),
  ];
}

export function jobCells(job: Job, nowMs: number): Cell[] {
  return [
    job.metadata.name,
    jobStatus(job),
    completionsText(job),
    durationText(job, nowMs),
    ageOf(job.metadata.creationTimestamp, nowMs),
    ...containerCells(job.spec?.template),
    formatLabelSelector(job.spec?.selector),
  ];
}

function jobStatus(job: Job): string {
  const has = (type: string) => job.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

function completionsText(job: Job): string {
  const succeeded = job.status?.succeeded ?? 0;
  if (job.spec?.completions !== undefined) return `${succeeded}/${job.spec.completions}`;
  const parallelism = job.spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText(job: Job, nowMs: number): string {
  const { startTime, completionTime } = job.status ?? {};
  if (!startTime) return '';
  return humanDuration((completionTime ? Date.parse(completionTime) : nowMs) - Date.parse(startTime));
}

export function cronJobCells({ metadata, spec, status }: CronJob, nowMs: number): Cell[] {
  return [
    metadata.name,
    spec?.schedule ?? '',
    spec?.timeZone ?? '<none>',
    booleanCell(spec?.suspend),
    status?.active?.length ?? 0,
    status?.lastScheduleTime ? ageOf(status.lastScheduleTime, nowMs) : '<none>',
    ageOf(metadata.creationTimestamp, nowMs),
    ...containerCells(spec?.jobTemplate.spec?.template),
    formatLabelSelector(spec?.jobTemplate.spec?.selector),
  ];
}

export function autoscalerCells({ metadata, spec, status }: HorizontalPodAutoscaler, nowMs: number): Cell[] {
  return [
    metadata.name,
    `${spec?.scaleTargetRef.kind}/${spec?.scaleTargetRef.name}`,
    metricsText(spec?.metrics ?? [], status?.currentMetrics ?? []),
    spec?.minReplicas === undefined ? '<unset>' : String(spec.minReplicas),
    spec?.maxReplicas ?? 0,
    status?.currentReplicas ?? 0,
    ageOf(metadata.creationTimestamp, nowMs),
  ];
}

function metricsText(specs: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (specs.length === 0) return '<none>';
  const texts = specs.map((spec, index) => metricText(spec, statuses[index]));
  const most = 2;
  return texts.length > most ? `${texts.slice(0, most).join(', ')} + ${texts.length - most} more...` : texts.join(', ');
}

function metricText(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'External':
      return plainMetric(spec.external?.target, status?.external?.current, true);
    case 'Object':
      return plainMetric(spec.object?.target, status?.object?.current, true);
    case 'Pods':
      return plainMetric(spec.pods?.target, status?.pods?.current, false);
    case 'Resource':
      return `${spec.resource?.name}: ${resourceMetric(spec.resource?.target, status?.resource?.current)}`;
    case 'ContainerResource':
      return `${spec.containerResource?.name}: ${resourceMetric(spec.containerResource?.target, status?.containerResource?.current)}`;
    default:
      return '<unknown type>';
  }
}

function plainMetric(target: MetricTarget | undefined, current: MetricValueStatus | undefined, marksAverage: boolean): string {
  if (target?.averageValue !== undefined) {
    return `${current?.averageValue ?? '<unknown>'}/${target.averageValue}${marksAverage ? ' (avg)' : ''}`;
  }
  return `${current?.value ?? '<unknown>'}/${target?.value ?? '0'}`;
}

function resourceMetric(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? '<unknown>'}/${target.averageValue}`;
  const now = current?.averageUtilization === undefined ? '<unknown>' : `${current.averageUtilization}%`;
  return `${now}/${target?.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`;
}
