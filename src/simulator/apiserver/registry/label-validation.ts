// Labels, annotations and label selectors.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go
import type { LabelSelector } from '../../../apimachinery/objects.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { eachInvalid, forbidden, invalid, mapValue, required, tooLong } from './field-error.ts';
import { isQualifiedName, isValidLabelValue } from './name-validation.ts';

const maxAnnotationBytes = 256 * 1024;

type StringMap = Readonly<Record<string, string>> | undefined;

export function validateLabelName(name: string, field: string): FieldError[] {
  return eachInvalid(field, name, isQualifiedName(name));
}

export function validateLabels(labels: StringMap, field: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...validateLabelName(key, field),
    ...eachInvalid(field, value, isValidLabelValue(value)),
  ]);
}

export function validateAnnotations(annotations: StringMap, field: string): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const errors = entries.flatMap(([key]) => eachInvalid(field, key, isQualifiedName(key.toLowerCase())));
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (size > maxAnnotationBytes) errors.push(tooLong(field, maxAnnotationBytes));
  return errors;
}

export function validateLabelSelector(selector: LabelSelector | undefined, field: string): FieldError[] {
  if (!selector) return [];
  const errors = validateLabels(selector.matchLabels, `${field}.matchLabels`);
  (selector.matchExpressions ?? []).forEach((requirement, index) => {
    const path = `${field}.matchExpressions[${index}]`;
    const values = requirement.values ?? [];
    switch (requirement.operator) {
      case 'In':
      case 'NotIn':
        if (values.length === 0) errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
        break;
      case 'Exists':
      case 'DoesNotExist':
        if (values.length > 0) {
          errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
        }
        break;
      default:
        errors.push(invalid(`${path}.operator`, requirement.operator ?? '', 'not a valid selector operator'));
    }
    errors.push(...validateLabelName(requirement.key ?? '', `${path}.key`));
    values.forEach((value, at) => {
      errors.push(...eachInvalid(`${path}.values[${at}]`, value, isValidLabelValue(value)));
    });
  });
  return errors;
}

/** A selector as messages print it. */
export function selectorValue(selector: LabelSelector | undefined): unknown {
  if (!selector) return null;
  return {
    ...(selector.matchLabels && Object.keys(selector.matchLabels).length > 0 && { matchLabels: mapValue(selector.matchLabels) }),
    ...(selector.matchExpressions?.length && {
      matchExpressions: selector.matchExpressions.map(({ key, operator, values }) => ({
        key,
        operator,
        ...(values?.length && { values }),
      })),
    }),
  };
}

export function isEmptySelector(selector: LabelSelector | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions?.length ?? 0) === 0;
}
