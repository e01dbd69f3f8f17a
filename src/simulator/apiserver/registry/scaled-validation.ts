// What Deployments, ReplicaSets, DaemonSets and StatefulSets have in common: a selector, and a template that it chooses.
// kubernetes: pkg/apis/apps/validation/validation.go
import type { LabelSelector, PodTemplateSpec } from '../../../apimachinery/objects.ts';
import { matches } from '../../../apimachinery/selector.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { eachInvalid, forbidden, invalid, mapValue, notSupported, required } from './field-error.ts';
import { isEmptySelector, selectorValue, validateLabelSelector } from './label-validation.ts';
import { isValidPercent } from './name-validation.ts';
import { validateNonNegative } from './object-meta-validation.ts';
import { validatePodTemplate } from './pod-spec-validation.ts';

export const mismatchText = '`selector` does not match template `labels`';

/** `emptyText` is what is said of one that chooses everything. */
export function validateSelector(selector: LabelSelector | undefined, emptyText: string): FieldError[] {
  if (!selector) return [required('spec.selector')];
  const errors = validateLabelSelector(selector, 'spec.selector');
  if (isEmptySelector(selector)) errors.push(invalid('spec.selector', selectorValue(selector), emptyText));
  return errors;
}

/** Whether it can be asked what it chooses. */
export function isReadable(selector: LabelSelector | undefined): boolean {
  return validateLabelSelector(selector, '').length === 0;
}

/** The labels of a template, when the selector can be read. No selector at all chooses nothing. */
export function validateSelectorMatches(selector: LabelSelector | undefined, template: PodTemplateSpec | undefined): FieldError[] {
  const labels = template?.metadata?.labels;
  if (selector && isEmptySelector(selector)) return [];
  return matches(selector, labels) ? [] : [invalid('spec.template.metadata.labels', mapValue(labels), mismatchText)];
}

/** A ReplicaSet's template, its own or its Deployment's: nothing is said of it while the selector can't be read. */
export function validateSelectedTemplate(selector: LabelSelector | undefined, template: PodTemplateSpec | undefined): FieldError[] {
  if (!isReadable(selector)) return [invalid('spec.selector', selectorValue(selector), 'invalid label selector')];
  return [...validateSelectorMatches(selector, template), ...validateEndlessTemplate(template, 'ReplicaSet')];
}

/** A template whose pods run for ever. `owner` is how the message names what owns it. */
export function validateEndlessTemplate(template: PodTemplateSpec | undefined, owner: string): FieldError[] {
  const errors = validatePodTemplate(template, 'spec.template');
  const policy = template?.spec?.restartPolicy ?? '';
  if (policy !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', policy, ['Always']));
  if (template?.spec?.activeDeadlineSeconds !== undefined) {
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${owner} is not Supported`));
  }
  return errors;
}

/** A number of pods, or a share of them. */
export function validateIntOrPercent(value: number | string | undefined, field: string): FieldError[] {
  if (typeof value === 'string') return eachInvalid(field, value, isValidPercent(value));
  return validateNonNegative(value, field);
}

export function validateAtMost100Percent(value: number | string | undefined, field: string): FieldError[] {
  if (typeof value !== 'string' || isValidPercent(value).length > 0 || Number.parseInt(value, 10) <= 100) return [];
  return [invalid(field, value, 'must not be greater than 100%')];
}

/** The number before a percent sign, or the number itself; 0 for what is neither. */
export function amountOf(value: number | string | undefined): number {
  if (typeof value === 'string') return isValidPercent(value).length > 0 ? 0 : Number.parseInt(value, 10);
  return value ?? 0;
}

/** Counts in a status: not negative, and none above the number of replicas. */
export function validateCounts(status: object | undefined, names: readonly string[], parts: readonly string[]): FieldError[] {
  const counts = (status ?? {}) as Record<string, number | undefined>;
  const errors = names.flatMap((name) => validateNonNegative(counts[name], `status.${name}`));
  for (const name of parts) {
    if ((counts[name] ?? 0) > (counts['replicas'] ?? 0)) {
      errors.push(invalid(`status.${name}`, counts[name] ?? 0, 'cannot be greater than status.replicas'));
    }
  }
  if (
    parts.includes('availableReplicas') &&
    parts.includes('readyReplicas') &&
    (counts['availableReplicas'] ?? 0) > (counts['readyReplicas'] ?? 0)
  ) {
    errors.push(invalid('status.availableReplicas', counts['availableReplicas'] ?? 0, 'cannot be greater than readyReplicas'));
  }
  return errors;
}

/** A rolling update's limits as Go prints them. */
export function goRollingUpdate(
  limits: { maxUnavailable?: number | string | undefined; maxSurge?: number | string | undefined } | undefined,
): unknown {
  return limits ? { MaxUnavailable: limits.maxUnavailable ?? 0, MaxSurge: limits.maxSurge ?? 0 } : null;
}
