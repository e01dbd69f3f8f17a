// Values of awk: numbers, texts, and texts from input, which are numbers where they look like one.
import { formatPrintf } from './printf.ts';

/** Text that came from outside. */
export class InputText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Value = number | string | InputText;

const numeric = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

/** Does it count as a number in a comparison? What was never set does. */
export function looksNumeric(value: Value): boolean {
  if (typeof value === 'number') return true;
  return value instanceof InputText && (value.text === '' || numeric.test(value.text));
}

export function numberOf(value: Value): number {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value : value.text;
  return Number(/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(text)?.[0] ?? 0);
}

export function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof InputText) return value.text;
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  return String(Number(value.toPrecision(6))).replace(/e([-+])(\d)$/, 'e$10$2');
}

export function isTrue(value: Value): boolean {
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string') return value !== '';
  return numeric.test(value.text) ? numberOf(value) !== 0 : value.text !== '';
}

/** The bytes that awk's printf makes: %c shows a number as the character of that code. */
export function awkFormat(format: string, values: readonly Value[]): Uint8Array {
  const words = values.map(textOf);
  let next = 0;
  for (const [, width, precision, letter] of format.matchAll(/%[-+ 0#]*(\*|\d+)?(?:\.(\*|\d+)?)?([A-Za-z%])/g)) {
    if (letter === '%') continue;
    if (width === '*') next++;
    if (precision === '*') next++;
    const value = values[next];
    if (letter === 'c' && typeof value === 'number') words[next] = String.fromCodePoint(Math.max(0, Math.trunc(value)));
    else if (value !== undefined && letter !== 's' && letter !== 'c') words[next] = String(numberOf(value));
    next++;
  }
  return formatPrintf(format, words).bytes;
}
