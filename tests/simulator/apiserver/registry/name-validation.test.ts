import { expect, test } from 'vitest';
import {
  isConfigMapKey,
  isDNS1123Label,
  isEnvVarName,
  isQualifiedName,
  isValidLabelValue,
  isValidPortName,
  nameIsDNS1035Label,
  nameIsDNSSubdomain,
} from '../../../../src/simulator/apiserver/registry/name-validation.ts';

test.each(['web', 'a-1', '0'])('%s is a label', (name) => {
  expect(isDNS1123Label(name)).toEqual([]);
});

test('a dot in a label has a text of its own', () => {
  expect(isDNS1123Label('a.b')).toEqual(['must not contain dots']);
});

test('a name may be too long and wrong at once', () => {
  expect(isDNS1123Label(`${'a'.repeat(64)}-`)).toHaveLength(2);
});

test('a prefix to be completed may end with a dash', () => {
  expect(nameIsDNSSubdomain('web-', true)).toEqual([]);
  expect(nameIsDNSSubdomain('web-')).toHaveLength(1);
});

test('a service may not begin with a digit', () => {
  expect(nameIsDNS1035Label('1a')).toEqual([
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
  ]);
});

test('an empty key is complained of twice', () => {
  expect(isQualifiedName('').map((text) => text.slice(0, 27))).toEqual(['name part must be non-empty', 'name part must consist of a']);
});

test('a prefix must be a DNS name, and there is one slash at most', () => {
  expect(isQualifiedName('example.com/name')).toEqual([]);
  expect(isQualifiedName('/name')).toEqual(['prefix part must be non-empty']);
  expect(isQualifiedName('a/b/c')[0]).toContain("with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
});

test('a label value may be empty, but has no spaces', () => {
  expect(isValidLabelValue('')).toEqual([]);
  expect(isValidLabelValue('two words')).toHaveLength(1);
});

test.each([
  ['http', []],
  ['8080', ['must contain at least one letter (a-z)']],
  ['a--b', ['must not contain consecutive hyphens']],
  ['-a', ['must not begin or end with a hyphen']],
  ['averylongportname', ['must be no more than 15 characters']],
  ['HTTP', ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)', 'must contain at least one letter (a-z)']],
])('port name %s', (name, texts) => {
  expect(isValidPortName(name)).toEqual(texts);
});

test('keys of config maps may not look like the way up', () => {
  expect(isConfigMapKey('..')).toEqual(["must not be '..'"]);
  expect(isConfigMapKey('..data')).toEqual(["must not start with '..'"]);
});

test('names of environment variables may hold almost anything since 1.32', () => {
  expect(isEnvVarName('my.name with-all')).toEqual([]);
  expect(isEnvVarName('a=b')).toHaveLength(1);
});
