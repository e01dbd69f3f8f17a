// PodDisruptionBudgets. kubernetes: pkg/apis/policy/validation/validation.go
import { ageOf } from '../../../apimachinery/duration.ts';
import type { PodDisruptionBudget } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import type { Strategy } from '../strategy.ts';
import { invalid, notSupported } from './field-error.ts';
import { kindFacts } from './kind-facts.ts';
import { selectorValue, validateLabelSelector } from './label-validation.ts';
import { nameIsPathSegment } from './name-validation.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta-validation.ts';
import { validateAtMost100Percent, validateIntOrPercent } from './scaled-validation.ts';

export const podDisruptionBudgetStrategy: Strategy<PodDisruptionBudget> = {
  ...kindFacts('policy/v1', 'PodDisruptionBudget'),
  hasGeneration: true,
  default(budget) {
    budget.spec ??= {};
  },
  prepareForCreate(budget) {
    budget.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  },
  validate(budget) {
    // Kubernetes looks at the metadata of this kind only as at any kind's, and only when all else is well.
    const errors = validateSpec(budget);
    return errors.length > 0 ? errors : validateObjectMeta(budget.metadata, true, nameIsPathSegment);
  },
  validateUpdate: (budget, old) => [...validateObjectMetaUpdate(budget.metadata, old.metadata), ...validateSpec(budget)],
  validateStatusUpdate: (budget, old) => validateObjectMetaUpdate(budget.metadata, old.metadata),
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name,
    String(spec?.minAvailable ?? 'N/A'),
    String(spec?.maxUnavailable ?? 'N/A'),
    status?.disruptionsAllowed ?? 0,
    ageOf(metadata.creationTimestamp, nowMs),
  ],
};

function validateSpec({ spec }: PodDisruptionBudget): FieldError[] {
  const errors: FieldError[] = [];
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.push(
      invalid(
        'spec',
        {
          MinAvailable: minAvailable,
          Selector: selectorValue(spec?.selector),
          MaxUnavailable: maxUnavailable,
          UnhealthyPodEvictionPolicy: spec?.unhealthyPodEvictionPolicy ?? null,
        },
        'minAvailable and maxUnavailable cannot be both set',
      ),
    );
  }
  for (const name of ['minAvailable', 'maxUnavailable'] as const) {
    const value = spec?.[name];
    if (value === undefined) continue;
    errors.push(...validateIntOrPercent(value, `spec.${name}`), ...validateAtMost100Percent(value, `spec.${name}`));
  }
  errors.push(...validateLabelSelector(spec?.selector, 'spec.selector'));
  const policies = ['AlwaysAllow', 'IfHealthyBudget'];
  const policy = spec?.unhealthyPodEvictionPolicy;
  if (policy !== undefined && !policies.includes(policy)) errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, policies));
  return errors;
}
