// Addresses and ranges in forms that are still taken, though they shouldn't be.
// kubernetes: apimachinery/pkg/util/validation/ip.go GetWarningsForIP, GetWarningsForCIDR
import { formatIPv4, isIPv6, parseIPv4, parseIPv4Range } from './ip-address.ts';

const future = 'will be considered invalid in a future Kubernetes release';

export function addressWarnings(field: string, text: string): string[] {
  const bits = parseIPv4(text);
  if (bits !== undefined) return hasLeadingZero(text) ? [nonStandard(field, 'IP address', text, formatIPv4(bits))] : [];
  if (!isIPv6(text)) return [];
  const mapped = mappedIPv4(text);
  if (mapped) return [nonStandard(field, 'IP address', text, mapped)];
  const canonical = canonicalIPv6(text);
  if (canonical === text) return [];
  return [`${field}: IPv6 address ${quoted(text)} should be in RFC 5952 canonical format (${quoted(canonical)})`];
}

export function rangeWarnings(field: string, text: string): string[] {
  const range = parseIPv4Range(text);
  if (!range) return [];
  const [address = '', prefix = ''] = text.split('/');
  const network = `${formatIPv4(range.base)}/${range.prefix}`;
  const single = formatIPv4(parseIPv4(address)!);
  const warnings: string[] = [];
  if (single !== formatIPv4(range.base)) {
    const choice = `(should be ${quoted(network)} or ${quoted(`${single}/32`)}?)`;
    warnings.push(`${field}: CIDR value ${quoted(text)} is ambiguous in this context ${choice}`);
  }
  if (hasLeadingZero(address) || /^0\d/.test(prefix)) warnings.push(nonStandard(field, 'CIDR value', text, network));
  return warnings;
}

function nonStandard(field: string, what: string, text: string, better: string): string {
  return `${field}: non-standard ${what} ${quoted(text)} ${future}: use ${quoted(better)}`;
}

function hasLeadingZero(address: string): boolean {
  return address.split('.').some((part) => /^0\d/.test(part));
}

/** The IPv4 address in one like ::ffff:10.0.0.1. */
function mappedIPv4(text: string): string | undefined {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonicalIPv6(text)) ?? [];
  return high && low ? formatIPv4(Number.parseInt(high, 16) * 65536 + Number.parseInt(low, 16)) : undefined;
}

function canonicalIPv6(text: string): string {
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
