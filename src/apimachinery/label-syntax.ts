// What label keys, label values and DNS subdomains may look like, with Kubernetes' words for what is wrong with them.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go

const dnsLabelFormat = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
export const subdomainFormat = `${dnsLabelFormat}(\\.${dnsLabelFormat})*`;
const qualifiedNameFormat = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValueFormat = `(${qualifiedNameFormat})?`;

const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const qualifiedNameText = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const labelValueText =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

const patterns = new Map<string, RegExp>();

/** The whole value is of this format. */
export function matches(format: string, value: string): boolean {
  let pattern = patterns.get(format);
  if (!pattern) {
    pattern = new RegExp(`^${format}$`);
    patterns.set(format, pattern);
  }
  return pattern.test(value);
}

/** `TEXT (e.g. 'a',  or 'b', regex used for validation is 'FORMAT')`. */
export function formatError(text: string, format: string, ...examples: string[]): string {
  const list = examples.map((example) => `'${example}', `).join(' or ');
  return `${text} (${list && `e.g. ${list}`}regex used for validation is '${format}')`;
}

/** Characters are said, bytes are meant. */
export function lengthErrors(value: string, max: number): string[] {
  return Buffer.byteLength(value) > max ? [`must be no more than ${max} characters`] : [];
}

export function isDNS1123Subdomain(value: string): string[] {
  const errors = lengthErrors(value, 253);
  if (!matches(subdomainFormat, value)) errors.push(formatError(subdomainText, subdomainFormat, 'example.com'));
  return errors;
}

/** Keys of labels, annotations and taints: a name with an optional DNS prefix. */
export function isQualifiedName(value: string): string[] {
  const errors: string[] = [];
  const parts = value.split('/');
  let name = parts[0]!;
  if (parts.length === 2) {
    const prefix = parts[0]!;
    name = parts[1]!;
    if (prefix === '') errors.push('prefix part must be non-empty');
    else errors.push(...isDNS1123Subdomain(prefix).map((text) => `prefix part ${text}`));
  } else if (parts.length > 2) {
    const text = formatError(qualifiedNameText, qualifiedNameFormat, 'MyName', 'my.name', '123-abc');
    return [`a qualified name ${text} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  if (name === '') errors.push('name part must be non-empty');
  else errors.push(...lengthErrors(name, 63).map((text) => `name part ${text}`));
  if (!matches(qualifiedNameFormat, name)) {
    errors.push(`name part ${formatError(qualifiedNameText, qualifiedNameFormat, 'MyName', 'my.name', '123-abc')}`);
  }
  return errors;
}

export function isValidLabelValue(value: string): string[] {
  const errors = lengthErrors(value, 63);
  if (!matches(labelValueFormat, value)) errors.push(formatError(labelValueText, labelValueFormat, 'MyValue', 'my_value', '12345'));
  return errors;
}
