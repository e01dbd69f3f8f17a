// Keys of labels whose values a pod's own labels give. kubernetes: pkg/apis/core/validation/validation.go ValidateMatchLabelKeysAndMismatchLabelKeys
import type { LabelSelector } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { forbidden, invalid } from './field-error.ts';
import { validateLabelName } from './label-validation.ts';

interface Term {
  readonly labelSelector?: LabelSelector | undefined;
  readonly matchLabelKeys?: readonly string[] | undefined;
  readonly mismatchLabelKeys?: readonly string[] | undefined;
}

export function validateMatchKeys(term: Term, path: string): FieldError[] {
  const errors = (['matchLabelKeys', 'mismatchLabelKeys'] as const).flatMap((name) => {
    const keys = term[name] ?? [];
    if (keys.length === 0) return [];
    if (!term.labelSelector) return [forbidden(`${path}.${name}`, 'must not be specified when labelSelector is not set')];
    return keys.flatMap((key, index) => validateLabelName(key, `${path}.${name}[${index}]`));
  });
  (term.matchLabelKeys ?? []).forEach((key, index) => {
    if (!term.mismatchLabelKeys?.includes(key)) return;
    errors.push(invalid(`${path}.matchLabelKeys[${index}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  });
  return errors;
}
