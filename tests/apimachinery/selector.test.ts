import { expect, test } from 'vitest';
import {
  formatLabelSelector,
  formatRequirements,
  matches,
  matchesFields,
  matchesRequirements,
  parseFieldSelector,
  parseLabelSelector,
  SelectorError,
} from '../../src/apimachinery/selector.ts';

test.each([
  ['app=web', { app: 'web' }, true],
  ['app==web', { app: 'api' }, false],
  ['app!=web', {}, true],
  ['app in (web, api),tier', { app: 'api', tier: 'x' }, true],
  ['app notin (web)', { app: 'web' }, false],
  ['!app', { app: '' }, false],
  ['app=', { app: '' }, true],
  ['in in (in)', { in: 'in' }, true],
  ['size>5,size<10', { size: '7' }, true],
  ['size>5', { size: 'large' }, false],
  ['x in (a,,b)', { x: '' }, true],
  ['', { any: 'thing' }, true],
])('the selector %s on %o is %s', (text, labels, expected) => {
  expect(matchesRequirements(parseLabelSelector(text), labels as Record<string, string>)).toBe(expected);
});

test.each([
  ['app in (web', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['app in web', "unable to parse requirement: found 'web' expected: '('"],
  ['app web', "unable to parse requirement: found 'web', expected: in, notin, =, ==, !=, gt, lt"],
  ['=web', "found '=', expected: !, identifier, or 'end of string'"],
  ['app=web,', "found '', expected: identifier after ','"],
  ['app=web tier', "found 'tier', expected: ',' or 'end of string'"],
  [
    'app=-web',
    "unable to parse requirement: values[0][app]: Invalid value: \"-web\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
])('the selector %s is refused', (text, message) => {
  expect(() => parseLabelSelector(text)).toThrow(new SelectorError(message));
});

test('a selector is printed by key, with its values sorted', () => {
  expect(formatRequirements(parseLabelSelector('z,b notin (y,x),a=1,!c'))).toBe('a=1,b notin (x,y),!c,z');
  expect(formatLabelSelector({ matchLabels: { app: 'a' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['b', 'a'] }] })).toBe(
    'app=a,tier in (a,b)',
  );
  expect(formatLabelSelector({})).toBe('<none>');
});

test('no selector chooses nothing, an empty one everything', () => {
  expect(matches(undefined, { a: 'b' })).toBe(false);
  expect(matches({}, { a: 'b' })).toBe(true);
});

test('field selectors compare text, with escaped commas and a field that is not there as empty', () => {
  const requirements = parseFieldSelector('spec.nodeName=,metadata.name!=a\\,b');
  expect(matchesFields(requirements, { 'metadata.name': 'a' })).toBe(true);
  expect(matchesFields(requirements, { 'metadata.name': 'a,b' })).toBe(false);
  expect(() => parseFieldSelector('status.phase')).toThrow("invalid selector: 'status.phase'; can't understand 'status.phase'");
});
