// Findings of validation in the words of Kubernetes: one constructor per kind of finding.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
import { goJson } from '../../../apimachinery/go-json.ts';
import type { FieldError } from '../../../apimachinery/status-error.ts';

export function required(field: string, detail = ''): FieldError {
  return { reason: 'FieldValueRequired', field, message: withDetail('Required value', detail) };
}

/** A value of the wrong content. Objects and lists are printed as JSON in the order of their keys: hand them over as Go would print them. */
export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: withDetail(`Invalid value: ${show(value)}`, detail) };
}

/** A finding about the whole of an object, whose value Kubernetes leaves out. */
export function invalidWhole(field: string, detail: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` };
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((item) => JSON.stringify(item)).join(', ');
  return { reason: 'FieldValueNotSupported', field, message: `Unsupported value: ${show(value)}${list && `: supported values: ${list}`}` };
}

export function duplicate(field: string, value: unknown, detail = ''): FieldError {
  return { reason: 'FieldValueDuplicate', field, message: withDetail(`Duplicate value: ${show(value)}`, detail) };
}

export function notFound(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueNotFound', field, message: `Not found: ${show(value)}` };
}

export function forbidden(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', field, message: withDetail('Forbidden', detail) };
}

export function tooLong(field: string, maxBytes: number): FieldError {
  return { reason: 'FieldValueTooLong', field, message: `Too long: may not be more than ${maxBytes} bytes` };
}

export function tooMany(field: string, actual: number, max: number): FieldError {
  return { reason: 'FieldValueTooMany', field, message: `Too many: ${actual}: must have at most ${max} item${max === 1 ? '' : 's'}` };
}

/** One finding per text, all of them about the same value: how Kubernetes reports what a name check found. */
export function eachInvalid(field: string, value: unknown, details: readonly string[]): FieldError[] {
  return details.length === 0 ? [] : details.map((detail) => invalid(field, value, detail));
}

/** A map as Go prints it: by sorted keys; null when there is none. */
export function mapValue<V>(map: Readonly<Record<string, V>> | undefined): Record<string, V> | null {
  return map ? Object.fromEntries(Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1))) : null;
}

function withDetail(text: string, detail: string): string {
  return detail ? `${text}: ${detail}` : text;
}

function show(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  return goJson(value);
}
