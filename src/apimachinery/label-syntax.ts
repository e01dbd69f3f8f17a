// What label keys and label values may look like, with Kubernetes' words for what is wrong with them.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go

const qualifiedName = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const dnsLabel = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const dnsSubdomain = `${dnsLabel}(\\.${dnsLabel})*`;
const labelValue = `(${qualifiedName})?`;

/** What is wrong with a label's or annotation's key; nothing if it is fine. */
export function labelKeyErrors(key: string): string[] {
  const parts = key.split('/');
  const errors: string[] = [];
  let name = parts[0]!;
  if (parts.length === 2) {
    const prefix = parts[0]!;
    name = parts[1]!;
    if (prefix === '') errors.push('prefix part must be non-empty');
    else errors.push(...dnsSubdomainErrors(prefix).map((error) => `prefix part ${error}`));
  } else if (parts.length > 2) {
    const words = regexError(
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      qualifiedName,
      ['MyName', 'my.name', '123-abc'],
    );
    return [`${words} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  if (name === '') errors.push('name part must be non-empty');
  else if (name.length > 63) errors.push('name part must be no more than 63 bytes');
  if (!new RegExp(`^${qualifiedName}$`).test(name)) {
    errors.push(
      `name part ${regexError("must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", qualifiedName, ['MyName', 'my.name', '123-abc'])}`,
    );
  }
  return errors;
}

/** What is wrong with a label's value; nothing if it is fine. */
export function labelValueErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 63) errors.push('must be no more than 63 bytes');
  if (!new RegExp(`^${labelValue}$`).test(value)) {
    const words =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
    errors.push(regexError(words, labelValue, ['MyValue', 'my_value', '12345']));
  }
  return errors;
}

/** RFC 1123 subdomain: the names of most objects. */
function dnsSubdomainErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 253) errors.push('must be no more than 253 bytes');
  if (!new RegExp(`^${dnsSubdomain}$`).test(value)) {
    const words =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
    errors.push(regexError(words, dnsSubdomain, ['example.com']));
  }
  return errors;
}

/** `WORDS (e.g. 'a', or 'b', regex used for validation is 'R')`. */
function regexError(words: string, pattern: string, examples: readonly string[]): string {
  if (examples.length === 0) return `${words} (regex used for validation is '${pattern}')`;
  return `${words} (e.g. ${examples.map((example, index) => `${index > 0 ? ' or ' : ''}'${example}', `).join('')}regex used for validation is '${pattern}')`;
}
