// Amounts of CPU, memory and the like: 100m, 1.5Gi, 1e3. Parsed, compared, added and printed exactly as Kubernetes does.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go

type Format = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** An amount in billionths, and how it wants to be written. */
export interface Quantity {
  readonly nano: bigint;
  readonly format: Format;
  /** Kept when what was parsed is as good as canonical; lost by arithmetic. */
  readonly text?: string;
}

/** What is no quantity; the message is Kubernetes'. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const pattern = '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$';
const decimalExponents: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binaryExponents: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const nanoPerOne = 1_000_000_000n;
const largest = ((1n << 63n) - 1n) * nanoPerOne;

/** Reads a quantity. Throws QuantityError. */
export function parseQuantity(input: string | number): Quantity {
  const text = String(input).trim();
  const parts = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/.exec(text);
  if (text === '' || !parts) throw new QuantityError(`quantities must match the regular expression '${pattern}'`);
  const [, sign, whole = '', fraction = '', suffix = ''] = parts;
  const { base, exponent, format } = interpretSuffix(suffix);
  const digits = (whole === '' ? '0' : whole) + fraction;
  const scale = base === 2 ? 0 : exponent;
  const numerator = BigInt(digits) * (base === 2 ? 1n << BigInt(exponent) : 1n);
  let nano = scaleUp(numerator, scale - fraction.length + 9);
  if (format === 'BinarySI' && nano > largest) nano = largest;
  const tiny = format === 'BinarySI' && fraction !== '' && nano > 0n && nano < nanoPerOne;
  const asWritten = isAsWritten(format, digits, scale - fraction.length, fraction);
  return { nano: sign === '-' ? -nano : nano, format: tiny ? 'DecimalSI' : format, ...((asWritten || text === '0') && { text }) };
}

function interpretSuffix(suffix: string): { base: 2 | 10; exponent: number; format: Format } {
  const decimal = decimalExponents[suffix];
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' };
  const binary = binaryExponents[suffix];
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'BinarySI' };
  const exponent = /^[eE]([-+]?[0-9]+)$/.exec(suffix);
  if (!exponent) throw new QuantityError("unable to parse quantity's suffix");
  return { base: 10, exponent: Number(exponent[1]), format: 'DecimalExponent' };
}

// Kubernetes keeps the written form of what its fast path takes for canonical, although "1.500" or "01" are not.
function isAsWritten(format: Format, digits: string, scale: number, fraction: string): boolean {
  if (digits.length > 18) return false;
  if (format === 'BinarySI') return fraction === '' && (BigInt(digits) & 7n) !== 0n;
  return scale >= -9 && scale % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0';
}

/** value * 10^exponent, rounded away from zero. */
function scaleUp(value: bigint, exponent: number): bigint {
  if (exponent >= 0) return value * 10n ** BigInt(Math.min(exponent, 400));
  return divideUp(value, 10n ** BigInt(Math.min(-exponent, 400)));
}

function divideUp(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  if (value % divisor === 0n) return quotient;
  return value > 0n ? quotient + 1n : quotient - 1n;
}

/** How Kubernetes prints it: 1500m, 512Mi, 100k. */
export function formatQuantity({ nano, format, text }: Quantity): string {
  if (text !== undefined) return text;
  if (nano === 0n) return '0';
  if (format === 'BinarySI' && nano % nanoPerOne === 0n && (nano <= -1024n * nanoPerOne || nano >= 1024n * nanoPerOne)) {
    return formatBinary(nano / nanoPerOne);
  }
  return formatDecimal(nano, format === 'BinarySI' ? 'DecimalSI' : format);
}

function formatBinary(value: bigint): string {
  let exponent = 0;
  while (value % 1024n === 0n) {
    value /= 1024n;
    exponent += 10;
  }
  return `${value}${Object.entries(binaryExponents).find(([, power]) => power === exponent)?.[0] ?? ''}`;
}

function formatDecimal(nano: bigint, format: Format): string {
  let exponent = -9;
  while (nano % 10n === 0n) {
    nano /= 10n;
    exponent++;
  }
  while (exponent % 3 !== 0) {
    nano *= 10n;
    exponent--;
  }
  if (format === 'DecimalExponent') return exponent === 0 ? String(nano) : `${nano}e${exponent}`;
  return `${nano}${Object.entries(decimalExponents).find(([, power]) => power === exponent)?.[0] ?? ''}`;
}

/** The canonical form of a quantity's text. Throws QuantityError. */
export function canonicalQuantity(input: string | number): string {
  return formatQuantity(parseQuantity(input));
}

/** Negative, zero or positive, as a is less than, equal to or more than b. */
export function compareQuantities(a: Quantity | string, b: Quantity | string): number {
  const [one, other] = [asQuantity(a).nano, asQuantity(b).nano];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The sum, written as the first is (as the second, if the first is zero). */
export function addQuantities(a: Quantity | string, b: Quantity | string): Quantity {
  const [one, other] = [asQuantity(a), asQuantity(b)];
  return { nano: one.nano + other.nano, format: one.nano === 0n ? other.format : one.format };
}

/** The difference, written as the first is (as the second, if the first is zero). */
export function subtractQuantities(a: Quantity | string, b: Quantity | string): Quantity {
  const [one, other] = [asQuantity(a), asQuantity(b)];
  return { nano: one.nano - other.nano, format: one.nano === 0n ? other.format : one.format };
}

/** In whole units (bytes, pods), rounded up. */
export function quantityValue(quantity: Quantity | string): number {
  return Number(divideUp(asQuantity(quantity).nano, nanoPerOne));
}

/** In thousandths (millicores), rounded up. */
export function quantityMilliValue(quantity: Quantity | string): number {
  return Number(divideUp(asQuantity(quantity).nano, 1_000_000n));
}

/** A quantity of so many whole units, printed in binary (memory) or decimal (CPU, counts) units. */
export function quantityOf(value: number, format: Format = 'DecimalSI'): Quantity {
  return { nano: BigInt(Math.round(value)) * nanoPerOne, format };
}

function asQuantity(quantity: Quantity | string | number): Quantity {
  return typeof quantity === 'object' ? quantity : parseQuantity(quantity);
}
