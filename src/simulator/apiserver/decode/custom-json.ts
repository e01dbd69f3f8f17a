// Types that read their own JSON: quantities, times, "int or string".

import { parseGoDuration } from '../../../apimachinery/duration.ts';
import { canonicalQuantity } from '../../../apimachinery/quantity.ts';
import type { CustomJson } from '../model/schema.ts';
import { jsonTypeName, TypeMismatch } from './type-error.ts';

/** Checks a value that is not null, and gives it as Go prints it. Throws TypeMismatch, or QuantityError with Kubernetes' words. */
export function readCustom(how: CustomJson, value: unknown): unknown {
  switch (how) {
    case 'quantity':
      return canonicalQuantity(typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value));
    case 'intOrString':
      return typeof value === 'string' ? value : wholeNumber(value);
    case 'time':
      return time(value, '2006-01-02T15:04:05Z07:00', 0);
    case 'microtime':
      return time(value, '2006-01-02T15:04:05.000000Z07:00', 6);
    case 'duration': {
      const text = stringOf(value);
      if (parseGoDuration(text) === undefined) throw new TypeMismatch(`time: invalid duration ${JSON.stringify(text)}`);
      return text;
    }
    default:
      return value;
  }
}

// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/intstr/intstr.go
function wholeNumber(value: unknown): number {
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31) return value;
    throw new TypeMismatch(`json: cannot unmarshal number ${value} into Go value of type int32`);
  }
  throw new TypeMismatch(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type int32`);
}

function stringOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeMismatch(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type string`);
}

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})([.,]\d+)?(Z|[-+]\d{2}:\d{2})$/;

/** In UTC, with so many digits of a second. kubernetes: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/time.go */
function time(value: unknown, layout: string, digits: number): string {
  const text = stringOf(value);
  const parts = rfc3339.exec(text);
  const ms = parts ? Date.parse(text.replace(',', '.').replace(/(\.\d{3})\d+/, '$1')) : Number.NaN;
  if (!parts || Number.isNaN(ms)) throw new TypeMismatch(timeError(text, layout));
  const seconds = new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19);
  if (digits === 0) return `${seconds}Z`;
  return `${seconds}.${(parts[7] ?? '').slice(1).padEnd(digits, '0').slice(0, digits)}Z`;
}

/** Go names the first part of the layout that doesn't fit. */
function timeError(text: string, layout: string): string {
  const parts: readonly (readonly [RegExp, string])[] = [
    [/^\d{4}/, '2006'],
    [/^-/, '-'],
    [/^\d{2}/, '01'],
    [/^-/, '-'],
    [/^\d{2}/, '02'],
    [/^T/, 'T'],
    [/^\d{2}/, '15'],
    [/^:/, ':'],
    [/^\d{2}/, '04'],
    [/^:/, ':'],
    [/^\d{2}/, '05'],
    [layout.includes('.000') ? /^[.,]\d{6}/ : /^([.,]\d+)?/, '.000000'],
    [/^(Z|[-+]\d{2}:\d{2})/, 'Z07:00'],
  ];
  let rest = text;
  for (const [pattern, name] of parts) {
    const found = pattern.exec(rest);
    if (!found)
      return `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(name)}`;
    rest = rest.slice(found[0].length);
  }
  if (rest !== '') return `parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`;
  return `parsing time ${JSON.stringify(text)}: ${rangeError(text)} out of range`;
}

function rangeError(text: string): string {
  const [, , month, , hour, minute, second] = rfc3339.exec(text)!;
  if (Number(month) < 1 || Number(month) > 12) return 'month';
  if (Number(hour) > 23) return 'hour';
  if (Number(minute) > 59) return 'minute';
  return Number(second) > 59 ? 'second' : 'day';
}
