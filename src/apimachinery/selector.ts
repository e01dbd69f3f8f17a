// Label and field selectors: the strings of requests, the objects of specs, and what they match. Messages are Kubernetes'.

import { isQualifiedName, isValidLabelValue } from './label-syntax.ts';
import type { LabelSelector } from './objects.ts';

type Labels = Readonly<Record<string, string>>;
type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** One condition on one label; all of a selector's must hold. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: Operator;
  /** Sorted, without doubles. */
  readonly values: readonly string[];
}

/** One condition on one field: `metadata.name=web`. */
export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** A selector that can't be understood; the message is Kubernetes'. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

type Token = { readonly kind: 'symbol' | 'word' | 'end' | 'error'; readonly text: string };

const symbols = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(']);
const binaryOperators: Readonly<Record<string, Operator>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

/**
 * Reads a label selector as clients send it: `app=web,tier in (a,b),!old`. Throws SelectorError.
 * kubernetes: staging/src/k8s.io/apimachinery/pkg/labels/selector.go
 */
export function parseLabelSelector(text: string): LabelRequirement[] {
  const tokens = new Tokens(text);
  const requirements: LabelRequirement[] = [];
  for (;;) {
    const next = tokens.peek();
    if (next.kind === 'end') break;
    if (next.kind !== 'word' && next.text !== '!')
      throw new SelectorError(`found '${next.text}', expected: !, identifier, or 'end of string'`);
    try {
      requirements.push(parseRequirement(tokens));
    } catch (error) {
      if (error instanceof SelectorError) throw new SelectorError(`unable to parse requirement: ${error.message}`);
      throw error;
    }
    const after = tokens.take();
    if (after.kind === 'end') break;
    if (after.text !== ',') throw new SelectorError(`found '${after.text}', expected: ',' or 'end of string'`);
    const following = tokens.peek();
    if (following.kind !== 'word' && following.text !== '!')
      throw new SelectorError(`found '${following.text}', expected: identifier after ','`);
  }
  return requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function parseRequirement(tokens: Tokens): LabelRequirement {
  let key = tokens.take();
  const negated = key.text === '!' && key.kind === 'symbol';
  if (negated) key = tokens.take();
  if (key.kind !== 'word') throw new SelectorError(`found '${key.text}', expected: identifier`);
  const keyErrors = isQualifiedName(key.text);
  if (keyErrors.length > 0) throw new SelectorError(`<nil>: Invalid value: ${JSON.stringify(key.text)}: ${keyErrors.join('; ')}`);
  const next = tokens.peek();
  if (negated) return { key: key.text, operator: '!', values: [] };
  if (next.kind === 'end' || next.text === ',') return { key: key.text, operator: 'exists', values: [] };
  const found = tokens.take();
  const operator = binaryOperators[found.text];
  if (!operator) throw new SelectorError(`found '${found.text}', expected: in, notin, =, ==, !=, gt, lt`);
  const values = operator === 'in' || operator === 'notin' ? parseValues(tokens) : [parseExactValue(tokens)];
  return checkedRequirement(key.text, operator, [...new Set(values)].sort());
}

function checkedRequirement(key: string, operator: Operator, values: readonly string[]): LabelRequirement {
  const errors: string[] = [];
  values.forEach((value, index) => {
    if ((operator === 'gt' || operator === 'lt') && !/^[-+]?\d+$/.test(value))
      errors.push(`values[${index}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`);
  });
  values.forEach((value, index) => {
    const found = isValidLabelValue(value);
    if (found.length > 0) errors.push(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${found.join('; ')}`);
  });
  if (errors.length > 0) throw new SelectorError(errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`);
  return { key, operator, values };
}

function parseExactValue(tokens: Tokens): string {
  const next = tokens.peek();
  if (next.kind === 'end' || next.text === ',') return '';
  const value = tokens.take();
  if (value.kind === 'word') return value.text;
  throw new SelectorError(`found '${value.text}', expected: identifier`);
}

function parseValues(tokens: Tokens): string[] {
  const open = tokens.take();
  if (open.text !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
  const first = tokens.peek();
  if (first.text === ')') {
    tokens.take();
    return [''];
  }
  if (first.kind !== 'word' && first.text !== ',') throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
  const values: string[] = [];
  for (;;) {
    const token = tokens.take();
    const next = tokens.peek();
    if (token.kind === 'word') {
      values.push(token.text);
      if (next.text !== ',' && next.text !== ')') throw new SelectorError(`found '${next.text}', expected: ',' or ')'`);
    } else if (token.text === ',') {
      if (values.length === 0 || next.text === ')' || next.text === ',') values.push('');
    } else throw new SelectorError(`found '${token.text}', expected: ',', or identifier`);
    if (tokens.peek().text === ')') {
      tokens.take();
      return values;
    }
  }
}

/** The words and symbols of a label selector, one after the other. */
class Tokens {
  private readonly text: string;
  private position = 0;
  private next: Token;

  constructor(text: string) {
    this.text = text;
    this.next = this.read();
  }

  peek(): Token {
    return this.next;
  }

  take(): Token {
    const token = this.next;
    this.next = this.read();
    return token;
  }

  private read(): Token {
    const rest = this.text.slice(this.position);
    const [, blank = '', symbol = '', word = ''] = /^([ \t\r\n]*)(?:([=!(),><]+)|([^=!(),>< \t\r\n]+))?/.exec(rest)!;
    this.position += blank.length;
    if (symbol) {
      const known = symbols.has(symbol.slice(0, 2)) ? symbol.slice(0, 2) : symbol[0]!;
      this.position += known.length;
      return { kind: 'symbol', text: known };
    }
    this.position += word.length;
    return word ? { kind: 'word', text: word } : { kind: 'end', text: '' };
  }
}

/** True if all requirements hold for these labels. */
export function matchesRequirements(requirements: readonly LabelRequirement[], labels: Labels | undefined): boolean {
  for (const requirement of requirements) if (!matchesRequirement(requirement, labels?.[requirement.key])) return false;
  return true;
}

function matchesRequirement({ operator, values }: LabelRequirement, value: string | undefined): boolean {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    default: {
      if (value === undefined || !/^[-+]?\d+$/.test(value)) return false;
      return operator === 'gt' ? BigInt(value) > BigInt(values[0]!) : BigInt(value) < BigInt(values[0]!);
    }
  }
}

/** True if the selector of a spec chooses these labels. No selector chooses nothing, an empty one everything. */
export function matches(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  return selector !== undefined && matchesRequirements(requirementsOf(selector), labels);
}

/** True if labels contain all of the map's entries, as a Service's selector asks; an empty map chooses everything. */
export function matchesLabels(wanted: Labels, labels: Labels | undefined): boolean {
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false;
  return true;
}

/** The requirements that a spec's selector stands for, sorted by key. */
export function requirementsOf(selector: LabelSelector): LabelRequirement[] {
  const operators: Readonly<Record<string, Operator>> = {
    In: 'in',
    NotIn: 'notin',
    Exists: 'exists',
    DoesNotExist: '!',
    Gt: 'gt',
    Lt: 'lt',
  };
  const equalities = Object.entries(selector.matchLabels ?? {}).map(
    ([key, value]): LabelRequirement => ({ key, operator: '=', values: [value] }),
  );
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }): LabelRequirement => {
    const known = operators[operator];
    if (!known) throw new SelectorError(`"${operator}" is not a valid label selector operator`);
    return { key, operator: known, values: [...new Set(values ?? [])].sort() };
  });
  return [...equalities, ...expressions].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** `a=b,c in (d,e),!f`: as kubectl prints a selector and a Scale carries it. */
export function formatRequirements(requirements: readonly LabelRequirement[]): string {
  return requirements.map(formatRequirement).join(',');
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  if (operator === 'exists') return key;
  if (operator === '!') return `!${key}`;
  if (operator === 'in' || operator === 'notin') return `${key} ${operator} (${values.join(',')})`;
  return `${key}${operator === 'gt' ? '>' : operator === 'lt' ? '<' : operator}${values.join(',')}`;
}

/** A spec's selector in words: `<none>` for none at all, else as `formatRequirements`. kubernetes: apimachinery/pkg/apis/meta/v1/helpers.go FormatLabelSelector */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  const text = selector ? formatRequirements(requirementsOf(selector)) : '';
  return text === '' ? '<none>' : text;
}

/** `a=b,c=d` by key, or `<none>`. */
export function formatLabels(labels: Labels | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}

/**
 * Reads a field selector as clients send it: `spec.nodeName=a,status.phase!=Failed`. Throws SelectorError.
 * kubernetes: staging/src/k8s.io/apimachinery/pkg/fields/selector.go
 */
export function parseFieldSelector(text: string): FieldRequirement[] {
  return splitTerms(text)
    .sort()
    .filter((part) => part !== '')
    .map((part) => {
      const found = /^((?:\\.|[^\\=!])*)(!=|==|=)(.*)$/s.exec(part);
      if (!found) throw new SelectorError(`invalid selector: '${text}'; can't understand '${part}'`);
      return { field: found[1]!, equal: found[2] !== '!=', value: unescapeValue(found[3]!) };
    });
}

// A comma or equals sign in a value is written with a backslash before it.
function splitTerms(text: string): string[] {
  return text === '' ? [] : (text.match(/(?:\\.|[^\\,])+/gs) ?? []);
}

function unescapeValue(value: string): string {
  const bad = /\\[^\\,=]|\\$|(?:^|[^\\])=/.exec(value);
  if (bad) throw new SelectorError(`invalid field selector value ${JSON.stringify(value)}`);
  return value.replace(/\\(.)/g, '$1');
}

/** True if an object's selectable fields satisfy all requirements; a field that is not there is the empty string. */
export function matchesFields(requirements: readonly FieldRequirement[], fields: Readonly<Record<string, string>>): boolean {
  return requirements.every(({ field, equal, value }) => ((fields[field] ?? '') === value) === equal);
}
