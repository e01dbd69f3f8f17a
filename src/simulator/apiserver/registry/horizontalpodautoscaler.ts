// HorizontalPodAutoscalers, stored as autoscaling/v2. kubernetes: pkg/apis/autoscaling/{v2/defaults.go,validation/validation.go}
import type { HorizontalPodAutoscaler, HPAScalingRules, MetricSpec, MetricTarget } from '../../../apimachinery/objects.ts';
import { compareQuantities } from '../../../apimachinery/quantity.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { autoscalerCells } from '../table/workload.ts';
import { eachInvalid, forbidden, invalid, notSupported, required } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { nameIsDNSSubdomain, nameIsPathSegment } from './name-validation.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';

const sources = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

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
  validate: (autoscaler) => [...validateObjectMeta(autoscaler.metadata, true, nameIsDNSSubdomain), ...validateSpec(autoscaler)],
  validateUpdate: (autoscaler, old) => [...validateObjectMetaUpdate(autoscaler.metadata, old.metadata), ...validateSpec(autoscaler)],
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

function validateSpec({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const errors: FieldError[] = [];
  const min = spec?.minReplicas;
  const max = spec?.maxReplicas ?? 0;
  if (min !== undefined && min < 1) errors.push(invalid('spec.minReplicas', min, 'must be greater than or equal to 1'));
  if (max < 1) errors.push(invalid('spec.maxReplicas', max, 'must be greater than 0'));
  if (min !== undefined && max < min) errors.push(invalid('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`'));
  const target = spec?.scaleTargetRef;
  for (const name of ['kind', 'name'] as const) {
    const value = target?.[name];
    if (!value) errors.push(required(`spec.scaleTargetRef.${name}`));
    else errors.push(...eachInvalid(`spec.scaleTargetRef.${name}`, value, nameIsPathSegment(value)));
  }
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

function validateMetric(metric: MetricSpec, path: string): FieldError[] {
  if (!metric.type) return [required(`${path}.type`, 'must specify a metric source type')];
  if (!sources.includes(metric.type)) return [notSupported(`${path}.type`, metric.type, sources)];
  const name = (metric.type[0]!.toLowerCase() + metric.type.slice(1)) as 'resource' | 'containerResource' | 'external' | 'object' | 'pods';
  const source = metric[name];
  if (!source) return [required(`${path}.${name}`, 'must populate information for the given metric source')];
  const errors: FieldError[] = [];
  if ('name' in source || name === 'resource') {
    if (!(source as { name?: string }).name) errors.push(required(`${path}.${name}.name`, 'must specify a resource name'));
  }
  return [...errors, ...validateTarget(source.target, `${path}.${name}.target`, name === 'resource' || name === 'containerResource')];
}

function validateTarget(target: MetricTarget | undefined, path: string, isResource: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (!target?.type) errors.push(required(`${path}.type`, 'must specify a metric target type'));
  else if (!['Utilization', 'Value', 'AverageValue'].includes(target.type)) {
    errors.push(invalid(`${path}.type`, target.type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const name of ['value', 'averageValue'] as const) {
    const amount = target?.[name];
    if (amount !== undefined && compareQuantities(amount, '0') <= 0) errors.push(invalid(`${path}.${name}`, amount, 'must be positive'));
  }
  const share = target?.averageUtilization;
  if (share !== undefined && share < 1) errors.push(invalid(`${path}.averageUtilization`, share, 'must be greater than 0'));
  if (isResource && share === undefined && target?.averageValue === undefined) {
    errors.push(required(`${path}.averageUtilization`, 'must set either a target raw value or a target utilization'));
  }
  if (isResource && share !== undefined && target?.averageValue !== undefined) {
    errors.push(forbidden(`${path}.averageValue`, 'may not set both a target raw value and a target utilization'));
  }
  return errors;
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
