// Values as Go prints them, where Kubernetes' messages do so: %v, %#v and %T of what JSON was decoded to.
import { isMap } from './field-types.ts';

/** %v: map[a:1 b:[x y]], keys in order, strings bare. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (!isMap(value)) return goScalar(value);
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${goValue(value[key])}`).join(' ')}]`;
}

/** %#v: map[string]interface {}{"a":1}. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isMap(value)) return goScalar(value);
  const keys = Object.keys(value).sort();
  return `map[string]interface {}{${keys.map((key) => `${JSON.stringify(key)}:${goSyntax(value[key])}`).join(', ')}}`;
}

/** %T. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (isMap(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** The kind behind the type: 'map', 'slice', 'string', 'int64'… */
export function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'slice';
  return isMap(value) ? 'map' : goType(value);
}

function goScalar(value: unknown): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  // Go's %v is %g: an exponent from 21 digits on, and one of two digits at least.
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}
