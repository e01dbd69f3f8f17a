// IP addresses and ranges in text, as validation and allocation need them.
import type { FieldError } from '../../../apimachinery/status-error.ts';
import { invalid } from './field-error.ts';

const dot = 0x2e;
const zero = 0x30;

/** The 32 bits of an IPv4 address; undefined when it isn't one. Leading zeros pass, as in Kubernetes' older fields. */
export function parseIPv4(text: string): number | undefined {
  let bits = 0;
  let parts = 1;
  let part = 0;
  let digits = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === dot) {
      if (digits === 0 || parts === 4) return undefined;
      bits = bits * 256 + part;
      parts++;
      part = 0;
      digits = 0;
    } else if (code >= zero && code <= zero + 9) {
      part = part * 10 + code - zero;
      digits++;
      if (digits > 3 || part > 255) return undefined;
    } else return undefined;
  }
  return parts === 4 && digits > 0 ? bits * 256 + part : undefined;
}

export function formatIPv4(bits: number): string {
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

/** Whether the text could be an IPv6 address. */
export function isIPv6(text: string): boolean {
  const halves = text.split('::');
  if (!text.includes(':') || halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const hasIPv4Tail = last?.includes('.') && parseIPv4(last) !== undefined;
  const count = groups.length + (hasIPv4Tail ? 1 : 0);
  const plain = hasIPv4Tail ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? count < 8 : count === 8;
}

export function isIP(text: string): boolean {
  return parseIPv4(text) !== undefined || isIPv6(text);
}

/** An IPv4 range: its first address and how many bits are fixed. */
interface Range {
  readonly base: number;
  readonly prefix: number;
}

export function parseIPv4Range(text: string): Range | undefined {
  const [address, prefix, more] = text.split('/');
  const bits = parseIPv4(address ?? '');
  if (bits === undefined || more !== undefined || !prefix || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32) return undefined;
  const size = 2 ** (32 - Number(prefix));
  return { base: Math.floor(bits / size) * size, prefix: Number(prefix) };
}

function isRange(text: string): boolean {
  if (parseIPv4Range(text)) return true;
  const [address, prefix, more] = text.split('/');
  return more === undefined && !!prefix && /^\d{1,3}$/.test(prefix) && Number(prefix) <= 128 && isIPv6(address ?? '');
}

/** Whether `inner` lies in `outer`. */
export function contains(outer: Range, inner: Range): boolean {
  const size = 2 ** (32 - outer.prefix);
  return inner.prefix >= outer.prefix && Math.floor(inner.base / size) * size === outer.base;
}

export function validateIP(field: string, text: string): FieldError[] {
  return isIP(text) ? [] : [invalid(field, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
}

export function validateRange(field: string, text: string): FieldError[] {
  return isRange(text) ? [] : [invalid(field, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}

const loopback = parseIPv4Range('127.0.0.0/8')!;
const linkLocal = parseIPv4Range('169.254.0.0/16')!;
const linkLocalMulticast = parseIPv4Range('224.0.0.0/24')!;

/** Addresses that nobody can be reached at. kubernetes: ValidateNonSpecialIP in pkg/apis/core/validation/validation.go */
export function validateNonSpecialIP(field: string, text: string): FieldError[] {
  if (!isIP(text)) return [invalid(field, text, 'must be a valid IP address')];
  const bits = parseIPv4(text);
  const inRange = (range: Range) => bits !== undefined && contains(range, { base: bits, prefix: 32 });
  const low = text.toLowerCase();
  if (bits === 0 || low === '::') return [invalid(field, text, `may not be unspecified (${text})`)];
  if (inRange(loopback) || low === '::1') {
    return [invalid(field, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')];
  }
  if (inRange(linkLocal) || /^fe[89ab]/.test(low)) {
    return [invalid(field, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')];
  }
  if (inRange(linkLocalMulticast) || low.startsWith('ff02:')) {
    return [invalid(field, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')];
  }
  return [];
}
