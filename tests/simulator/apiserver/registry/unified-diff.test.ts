import { expect, test } from 'vitest';
import { unifiedDiff } from '../../../../src/simulator/apiserver/registry/unified-diff.ts';

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);

test('a change stands between three lines before and after', () => {
  const from = lines(20);
  const to = [...from];
  to[9] = 'changed';
  expect(unifiedDiff(from.join('\n'), to.join('\n'))).toBe(
    '@@ -7,7 +7,7 @@\n line 7\n line 8\n line 9\n-line 10\n+changed\n line 11\n line 12\n line 13\n',
  );
});

test('changes far apart are two hunks, close ones are one', () => {
  const from = lines(40);
  const far = from.with(5, 'x').with(30, 'y');
  const close = from.with(5, 'x').with(10, 'y');
  expect(unifiedDiff(from.join('\n'), far.join('\n')).match(/@@ -/g)).toHaveLength(2);
  expect(unifiedDiff(from.join('\n'), close.join('\n')).match(/@@ -/g)).toHaveLength(1);
});

test('a single line has no count, nothing counts from the line before', () => {
  expect(unifiedDiff('a', 'b')).toBe('@@ -1 +1 @@\n-a\n+b\n');
  expect(unifiedDiff('a\nb', 'a\nx\nb')).toBe('@@ -1,2 +1,3 @@\n a\n+x\n b\n');
});

test('equal texts differ in nothing', () => {
  expect(unifiedDiff('a\nb', 'a\nb')).toBe('');
});
