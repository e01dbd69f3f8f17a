import { expect, test } from 'vitest';
import { goJson, sortedKeys } from '../../src/apimachinery/go-json.ts';

test('what could end a script in HTML is escaped, in keys too', () => {
  expect(goJson({ '<a>': 'b && c\u2028\u2029' })).toBe('{"\\u003ca\\u003e":"b \\u0026\\u0026 c\\u2028\\u2029"}');
});

test('keys are ordered in lists too', () => {
  expect(JSON.stringify(sortedKeys({ b: [{ d: 1, c: null }], a: 'x' }))).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
});
