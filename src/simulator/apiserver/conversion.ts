// Objects that are served in two versions: from the stored version to the served one and back.
// kubernetes: pkg/apis/autoscaling/v1/conversion.go, pkg/apis/events
import type { ResourceDefinition } from '../../apimachinery/kinds.ts';
import { apiVersionOf } from '../../apimachinery/kinds.ts';
import { storedKind } from './storage-version.ts';
import type { StoredObject } from './stored-object.ts';

type Fields = Record<string, unknown>;

/** What a client of this version sees of a stored object. The stored one itself where versions are the same. */
export function toServed(definition: ResourceDefinition, stored: StoredObject): StoredObject {
  if (storedKind(definition) === definition) return stored;
  const converted = definition.resource === 'events' ? eventFromCore(stored) : autoscalerToV1(stored);
  return { ...converted, apiVersion: apiVersionOf(definition), kind: definition.kind };
}

/** What is stored of a client's object. */
export function toStored(definition: ResourceDefinition, served: StoredObject): StoredObject {
  const stored = storedKind(definition);
  if (stored === definition) return served;
  const converted = definition.resource === 'events' ? eventToCore(served) : autoscalerFromV1(served);
  return { ...converted, apiVersion: apiVersionOf(stored), kind: stored.kind };
}

/** [name in events.k8s.io/v1, name in v1] */
const eventFields: readonly [string, string][] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

function eventFromCore(event: StoredObject): StoredObject {
  const result = { ...event } as unknown as Fields;
  for (const [served, core] of eventFields) rename(result, core, served);
  result['deprecatedSource'] ??= {};
  result['eventTime'] ??= null;
  return result as unknown as StoredObject;
}

function eventToCore(event: StoredObject): StoredObject {
  const result = { ...event } as unknown as Fields;
  for (const [served, core] of eventFields) rename(result, served, core);
  return result as unknown as StoredObject;
}

function rename(fields: Fields, from: string, to: string): void {
  if (!(from in fields)) return;
  fields[to] = fields[from];
  delete fields[from];
}

interface Metric {
  readonly type?: string;
  readonly resource?: {
    readonly name?: string;
    readonly target?: { readonly averageUtilization?: number };
    readonly current?: { readonly averageUtilization?: number };
  };
}

const metricsAnnotation = 'autoscaling.alpha.kubernetes.io/metrics';
const conditionsAnnotation = 'autoscaling.alpha.kubernetes.io/conditions';
const currentMetricsAnnotation = 'autoscaling.alpha.kubernetes.io/current-metrics';
const behaviorAnnotation = 'autoscaling.alpha.kubernetes.io/behavior';

function isCpu(metric: Metric): boolean {
  return metric.type === 'Resource' && metric.resource?.name === 'cpu';
}

/** v1 knows only the CPU; what else v2 says travels in annotations. */
function autoscalerToV1(stored: StoredObject): StoredObject {
  const spec = { ...(stored.spec as Fields) };
  const status = { ...(stored.status as Fields) };
  const annotations: Record<string, string> = { ...stored.metadata.annotations };
  const metrics = (spec['metrics'] as Metric[] | undefined) ?? [];
  const cpu = metrics.find((metric) => isCpu(metric) && metric.resource?.target?.averageUtilization !== undefined);
  if (cpu) spec['targetCPUUtilizationPercentage'] = cpu.resource?.target?.averageUtilization;
  annotate(
    annotations,
    metricsAnnotation,
    metrics.filter((metric) => metric !== cpu),
  );
  annotate(annotations, behaviorAnnotation, spec['behavior']);
  delete spec['metrics'];
  delete spec['behavior'];
  const current = ((status['currentMetrics'] as Metric[] | undefined) ?? []).find(isCpu)?.resource?.current?.averageUtilization;
  if (current !== undefined) status['currentCPUUtilizationPercentage'] = current;
  annotate(annotations, conditionsAnnotation, status['conditions']);
  annotate(annotations, currentMetricsAnnotation, status['currentMetrics']);
  delete status['conditions'];
  delete status['currentMetrics'];
  status['currentReplicas'] ??= 0;
  status['desiredReplicas'] ??= 0;
  const metadata = { ...stored.metadata };
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  return { ...stored, metadata, spec, status };
}

function annotate(annotations: Record<string, string>, key: string, value: unknown): void {
  const isEmpty = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
  if (!isEmpty) annotations[key] = JSON.stringify(value);
}

function autoscalerFromV1(served: StoredObject): StoredObject {
  const spec = { ...(served.spec as Fields) };
  const annotations: Record<string, string> = { ...served.metadata.annotations };
  const others = takeAnnotation(annotations, metricsAnnotation) as Metric[] | undefined;
  const utilization = spec['targetCPUUtilizationPercentage'];
  delete spec['targetCPUUtilizationPercentage'];
  const metrics: unknown[] = [...(others ?? [])];
  if (utilization !== undefined) {
    metrics.unshift({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: utilization } } });
  }
  if (metrics.length > 0) spec['metrics'] = metrics;
  const behavior = takeAnnotation(annotations, behaviorAnnotation);
  if (behavior) spec['behavior'] = behavior;
  const status = { ...(served.status as Fields) };
  delete status['currentCPUUtilizationPercentage'];
  const conditions = takeAnnotation(annotations, conditionsAnnotation);
  if (conditions) status['conditions'] = conditions;
  const current = takeAnnotation(annotations, currentMetricsAnnotation);
  if (current) status['currentMetrics'] = current;
  const metadata = { ...served.metadata };
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  else delete metadata.annotations;
  return { ...served, metadata, spec, ...(served.status !== undefined && { status }) };
}

function takeAnnotation(annotations: Record<string, string>, key: string): unknown {
  const text = annotations[key];
  delete annotations[key];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
