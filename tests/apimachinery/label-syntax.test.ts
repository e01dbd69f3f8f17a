// What is wrong with label keys and values, in the words that a Kubernetes 1.34.4 has for them in an object and in a selector.
import { expect, test } from 'vitest';
import { isQualifiedName, isValidLabelValue } from '../../src/apimachinery/label-syntax.ts';
import { parseLabelSelector } from '../../src/apimachinery/selector.ts';

const long = 'a'.repeat(64);
const nameFormat = "regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const name = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', ${nameFormat}`;
const prefix =
  "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

test.each([
  [long, ['name part must be no more than 63 characters']],
  [`a/${long}`, ['name part must be no more than 63 characters']],
  [`${'a'.repeat(254)}/a`, ['prefix part must be no more than 253 characters']],
  ['/a', ['prefix part must be non-empty']],
  ['A/b', [prefix]],
  ['a_b/c', [prefix]],
  ['-a', [`name part ${name}`]],
  ['', ['name part must be non-empty', `name part ${name}`]],
  ['a/', ['name part must be non-empty', `name part ${name}`]],
  ['a/b/c', [`a qualified name ${name} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]],
])('key %s', (key, texts) => {
  expect(isQualifiedName(key)).toEqual(texts);
});

test.each([
  [long, ['must be no more than 63 characters']],
  [
    'ä'.repeat(40), // 80 bytes
    [
      'must be no more than 63 characters',
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ],
  ],
])('value %s', (value, texts) => {
  expect(isValidLabelValue(value)).toEqual(texts);
});

test.each([
  [`x=${long}`, `values[0][x]: Invalid value: "${long}": must be no more than 63 characters`],
  [`x in (${long})`, `values[0][x]: Invalid value: "${long}": must be no more than 63 characters`],
  [`${long}=x`, `<nil>: Invalid value: "${long}": name part must be no more than 63 characters`],
  ['/a=x', '<nil>: Invalid value: "/a": prefix part must be non-empty'],
])('selector %s', (selector, text) => {
  expect(() => parseLabelSelector(selector)).toThrow(text);
});
