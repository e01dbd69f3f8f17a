// HorizontalPodAutoscalers, stored as autoscaling/v2. kubernetes: pkg/apis/autoscaling/{v2/defaults.go,validation/validation.go}
import type {
  CrossVersionObjectReference,
  HorizontalPodAutoscaler,
  HPAScalingRules,
  MetricSpec,
  MetricTarget,
} from '../../../apimachinery/objects.ts';
import { compareQuantities } from '../../../apimachinery/quantity.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { autoscalerCells } from '../table/workload.ts';
import { eachInvalid, forbidden, invalid, notSupported, required } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { isDNS1123Label, nameIsDNSSubdomain, nameIsPathSegment } from './name-validation.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validateContainerResourceName } from './resource-validation.ts';

const sources = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
// In the order in which Kubernetes looks at them.
const sourceNames = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;

export const horizontalPodAutoscalerStrategy: Strategy<HorizontalPodAutoscaler> = {
  ...kindFacts('autoscaling/v2', 'HorizontalPodAutoscaler'),
  hasGeneration: false,
  default(autoscaler) {
    const spec = autoscaler.spec;
    if (!spec) return;
    spec.minReplicas ??= 1;
    if (!spec.metrics?.length) {
      spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
    }
    if (spec.behavior) spec.behavior = { scaleUp: scaleUpRules(spec.behavior.scaleUp), scaleDown: scaleDownRules(spec.behavior.scaleDown) };
  },
  prepareForCreate(autoscaler) {
    autoscaler.status = { desiredReplicas: 0, currentMetrics: undefined };
    delete autoscaler.status.currentMetrics;
  },
  validate: (autoscaler) => [...validateObjectMeta(autoscaler.metadata, true, nameIsDNSSubdomain), ...validateSpec(autoscaler, undefined)],
  validateUpdate: (autoscaler, old) => [...validateObjectMetaUpdate(autoscaler.metadata, old.metadata), ...validateSpec(autoscaler, old)],
  validateStatusUpdate: (autoscaler, old) => validateObjectMetaUpdate(autoscaler.metadata, old.metadata),
  cells: autoscalerCells,
};

function scaleUpRules(rules: HPAScalingRules | undefined): HPAScalingRules {
  return {
    stabilizationWindowSeconds: rules?.stabilizationWindowSeconds ?? 0,
    selectPolicy: rules?.selectPolicy ?? 'Max',
    policies: rules?.policies ?? [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  };
}

function scaleDownRules(rules: HPAScalingRules | undefined): HPAScalingRules {
  return {
    ...(rules?.stabilizationWindowSeconds !== undefined && { stabilizationWindowSeconds: rules.stabilizationWindowSeconds }),
    selectPolicy: rules?.selectPolicy ?? 'Max',
    policies: rules?.policies ?? [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  };
}

function validateSpec({ spec }: HorizontalPodAutoscaler, old: HorizontalPodAutoscaler | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const min = spec?.minReplicas;
  const max = spec?.maxReplicas ?? 0;
  if (min !== undefined && min < 1) errors.push(invalid('spec.minReplicas', min, 'must be greater than or equal to 1'));
  if (max < 1) errors.push(invalid('spec.maxReplicas', max, 'must be greater than 0'));
  if (min !== undefined && max < min) errors.push(invalid('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`'));
  errors.push(...validateTargetReference(spec?.scaleTargetRef, old?.spec?.scaleTargetRef));
  (spec?.metrics ?? []).forEach((metric, index) => {
    errors.push(...validateMetric(metric, `spec.metrics[${index}]`));
  });
  if (min === 0 && !spec?.metrics?.some((metric) => metric.type === 'Object' || metric.type === 'External')) {
    errors.push(forbidden('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas'));
  }
  return [
    ...errors,
    ...validateRules(spec?.behavior?.scaleUp, 'spec.behavior.scaleUp'),
    ...validateRules(spec?.behavior?.scaleDown, 'spec.behavior.scaleDown'),
  ];
}

/** What is scaled: its version is looked at when it is new, and only a ReplicationController has none with a group. */
function validateTargetReference(
  target: CrossVersionObjectReference | undefined,
  old: CrossVersionObjectReference | undefined,
): FieldError[] {
  const path = 'spec.scaleTargetRef';
  const errors = validateReference(target, path);
  if (old && old.kind === target?.kind && (old.apiVersion ?? '') === (target?.apiVersion ?? '')) return errors;
  return [...errors, ...validateVersion(target, path, target?.kind !== 'ReplicationController')];
}

function validateReference(reference: CrossVersionObjectReference | undefined, path: string): FieldError[] {
  return (['kind', 'name'] as const).flatMap((name) => {
    const value = reference?.[name];
    return value ? eachInvalid(`${path}.${name}`, value, nameIsPathSegment(value)) : [required(`${path}.${name}`)];
  });
}

function validateVersion(reference: CrossVersionObjectReference | undefined, path: string, needsGroup: boolean): FieldError[] {
  const field = `${path}.apiVersion`;
  const version = reference?.apiVersion ?? '';
  if (version.split('/').length > 2) return [invalid(field, version, `unexpected GroupVersion string: ${version}`)];
  return needsGroup && !version.includes('/') ? [invalid(field, version, 'apiVersion must specify API group')] : [];
}

function validateMetric(metric: MetricSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  // A type that isn't known is complained of where it is read and where it is used.
  const unknown = sources.includes(metric.type ?? '') ? [] : [notSupported(`${path}.type`, metric.type ?? '', sources)];
  if (!metric.type) errors.push(required(`${path}.type`, 'must specify a metric source type'));
  const present = sourceNames.filter((name) => metric[name] !== undefined);
  const expected = sourceNames.find((name) => name.toLowerCase() === metric.type?.toLowerCase());
  errors.push(...unknown);
  if (present[0]) errors.push(...validateMetricSource(metric, present[0], `${path}.${present[0]}`));
  if (expected && !present.includes(expected)) {
    errors.push(required(`${path}.${expected}`, 'must populate information for the given metric source'));
  }
  errors.push(...unknown);
  if (present.length === 1) return errors;
  const others = present.filter((name) => name !== expected);
  return [...errors, ...others.map((name) => forbidden(`${path}.${name}`, 'must populate the given metric source only'))];
}

function validateMetricSource(metric: MetricSpec, name: (typeof sourceNames)[number], path: string): FieldError[] {
  const target = metric[name]!.target;
  const errors: FieldError[] = [];
  if (name === 'object') {
    const { describedObject } = metric.object!;
    const field = `${path}.describedObject`;
    errors.push(...validateReference(describedObject, field), ...validateVersion(describedObject, field, false));
  }
  if (name === 'object' || name === 'external' || name === 'pods') {
    const id = metric[name]!.metric?.name;
    if (id) errors.push(...eachInvalid(`${path}.metric.name`, id, nameIsPathSegment(id)));
    else errors.push(required(`${path}.metric.name`, 'must specify a metric name'));
  } else if (!metric[name]!.name) errors.push(required(`${path}.name`, 'must specify a resource name'));
  else if (name === 'containerResource') errors.push(...validateContainerResourceName(metric[name]!.name, `${path}.name`));
  if (name === 'containerResource') {
    const { container } = metric[name]!;
    if (container) errors.push(...eachInvalid(`${path}.container`, container, isDNS1123Label(container)));
    else errors.push(required(`${path}.container`, 'must specify a container'));
  }
  return [...errors, ...validateTarget(target, `${path}.target`), ...validateAmounts(target, name, `${path}.target`)];
}

function validateTarget(target: MetricTarget | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!target?.type) errors.push(required(`${path}.type`, 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(target?.type ?? '')) {
    errors.push(invalid(`${path}.type`, target?.type ?? '', 'must be either Utilization, Value, or AverageValue'));
  }
  for (const name of ['value', 'averageValue'] as const) {
    const amount = target?.[name];
    if (amount !== undefined && compareQuantities(amount, '0') <= 0) errors.push(invalid(`${path}.${name}`, amount, 'must be positive'));
  }
  const share = target?.averageUtilization;
  if (share !== undefined && share < 1) errors.push(invalid(`${path}.averageUtilization`, share, 'must be greater than 0'));
  return errors;
}

/** Which amounts a target of this source must have, and which not together. */
function validateAmounts(target: MetricTarget | undefined, name: (typeof sourceNames)[number], path: string): FieldError[] {
  const { value, averageValue, averageUtilization } = target ?? {};
  if (name === 'resource' || name === 'containerResource') {
    if (averageUtilization === undefined && averageValue === undefined) {
      return [required(`${path}.averageUtilization`, 'must set either a target raw value or a target utilization')];
    }
    if (averageUtilization === undefined || averageValue === undefined) return [];
    return [forbidden(`${path}.averageValue`, 'may not set both a target raw value and a target utilization')];
  }
  if (name === 'pods') {
    return averageValue === undefined ? [required(`${path}.averageValue`, 'must specify a positive target averageValue')] : [];
  }
  if (value === undefined && averageValue === undefined) {
    const text = name === 'object' ? 'value or averageValue' : 'value for metric or a per-pod target';
    return [required(`${path}.averageValue`, `must set either a target ${text}`)];
  }
  if (name === 'object' || value === undefined || averageValue === undefined) return [];
  return [forbidden(`${path}.value`, 'may not set both a target value for metric and a per-pod target')];
}

function validateRules(rules: HPAScalingRules | undefined, path: string): FieldError[] {
  if (!rules) return [];
  const errors: FieldError[] = [];
  const window = rules.stabilizationWindowSeconds;
  if (window !== undefined && window < 0)
    errors.push(invalid(`${path}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'));
  if (window !== undefined && window > 3600)
    errors.push(invalid(`${path}.stabilizationWindowSeconds`, window, 'must be less than or equal to 3600'));
  const choices = ['Disabled', 'Max', 'Min'];
  if (rules.selectPolicy !== undefined && !choices.includes(rules.selectPolicy)) {
    errors.push(notSupported(`${path}.selectPolicy`, rules.selectPolicy, choices));
  }
  if (!rules.policies?.length) errors.push(required(`${path}.policies`, 'must specify at least one Policy'));
  (rules.policies ?? []).forEach(({ type, value, periodSeconds }, index) => {
    const at = `${path}.policies[${index}]`;
    if (type !== 'Pods' && type !== 'Percent') errors.push(notSupported(`${at}.type`, type, ['Percent', 'Pods']));
    if (value <= 0) errors.push(invalid(`${at}.value`, value, 'must be greater than zero'));
    if (periodSeconds <= 0) errors.push(invalid(`${at}.periodSeconds`, periodSeconds, 'must be greater than zero'));
    if (periodSeconds > 1800) errors.push(invalid(`${at}.periodSeconds`, periodSeconds, 'must be less than or equal to 1800'));
  });
  return errors;
}
