// What names, keys, ports and addresses may look like, and the sentences that say so. Each check returns what is wrong, nothing when all is well.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go

import { formatError, isDNS1123Subdomain, lengthErrors, matches, subdomainFormat } from '../../../apimachinery/label-syntax.ts';

export { isDNS1123Subdomain, isQualifiedName, isValidLabelValue } from '../../../apimachinery/label-syntax.ts';

export type NameCheck = (name: string, isPrefix?: boolean) => string[];

const labelFormat = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const label1035Format = '[a-z]([-a-z0-9]*[a-z0-9])?';
const wildcardFormat = `\\*\\.${subdomainFormat}`;
const configMapKeyFormat = '[-._a-zA-Z0-9]+';
const underscoreLabelFormat = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const underscoreSubdomainFormat = `${underscoreLabelFormat}(\\.${underscoreLabelFormat})*`;

const labelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const label1035Text =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";

/** A range of numbers that a value must be in. */
export function inclusiveRange(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

/** What holds for one part of a DNS name. */
export function isDNS1123Label(value: string): string[] {
  const errors = lengthErrors(value, 63);
  if (!matches(labelFormat, value)) {
    errors.push(matches(subdomainFormat, value) ? 'must not contain dots' : formatError(labelText, labelFormat, 'my-name', '123-abc'));
  }
  return errors;
}

export function isDNS1123SubdomainWithUnderscore(value: string): string[] {
  const text =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
  const errors = lengthErrors(value, 253);
  if (!matches(underscoreSubdomainFormat, value)) errors.push(formatError(text, underscoreSubdomainFormat, 'example.com'));
  return errors;
}

function isDNS1035Label(value: string): string[] {
  const errors = lengthErrors(value, 63);
  if (!matches(label1035Format, value)) errors.push(formatError(label1035Text, label1035Format, 'my-name', 'abc-123'));
  return errors;
}

export function isWildcardDNS1123Subdomain(value: string): string[] {
  const text =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
  const errors = lengthErrors(value, 253);
  if (!matches(wildcardFormat, value)) errors.push(formatError(text, wildcardFormat, '*.example.com'));
  return errors;
}

/** Keys of config maps and secrets. */
export function isConfigMapKey(value: string): string[] {
  const errors = lengthErrors(value, 253);
  if (!matches(configMapKeyFormat, value)) {
    const text = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    errors.push(formatError(text, configMapKeyFormat, 'key.name', 'KEY_NAME', 'key-name'));
  }
  if (value === '.') errors.push("must not be '.'");
  else if (value === '..') errors.push("must not be '..'");
  else if (value.startsWith('..')) errors.push("must not start with '..'");
  return errors;
}

/** Names of environment variables, as loosely as 1.34 reads them. */
export function isEnvVarName(value: string): string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  return /^[ -<>-~]+$/.test(value)
    ? []
    : [`a valid environment variable name must consist only of printable ASCII characters other than '='`];
}

export function isHTTPHeaderName(value: string): string[] {
  const text = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return matches('[-A-Za-z0-9]+', value) ? [] : [formatError(text, '[-A-Za-z0-9]+', 'X-Header-Name')];
}

export function isValidPortNumber(value: number): string[] {
  return value >= 1 && value <= 65535 ? [] : [inclusiveRange(1, 65535)];
}

export function isValidPortName(value: string): string[] {
  const errors = lengthErrors(value, 15);
  if (!/^[-a-z0-9]+$/.test(value)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)');
  if (value.includes('--')) errors.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

export function isValidPercent(value: string): string[] {
  const text = "a valid percent string must be a numeric string followed by an ending '%'";
  return matches('[0-9]+%', value) ? [] : [formatError(text, '[0-9]+%', '1%', '93%')];
}

export function isValidUserId(value: number): string[] {
  return value >= 0 && value <= 2147483647 ? [] : [inclusiveRange(0, 2147483647)];
}

function masked(check: (name: string) => string[]): NameCheck {
  // A prefix that is going to be completed may end with a dash.
  return (name, isPrefix) => check(isPrefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name);
}

/** Name rules of most kinds, of namespaces, of services. */
export const nameIsDNSSubdomain: NameCheck = masked(isDNS1123Subdomain);
export const nameIsDNSLabel: NameCheck = masked(isDNS1123Label);
export const nameIsDNS1035Label: NameCheck = masked(isDNS1035Label);
/** kubernetes: staging/src/k8s.io/apimachinery/pkg/api/validation/path/name.go */
export const nameIsPathSegment: NameCheck = (name) => {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((letter) => name.includes(letter)).map((letter) => `may not contain '${letter}'`);
};
