import { expect, test } from 'vitest';
import { formatGoDuration, humanDuration, parseGoDuration } from '../../src/apimachinery/duration.ts';

test.each([
  [-5000, '<invalid>'],
  [-1500, '0s'],
  [0, '0s'],
  [119_999, '119s'],
  [120_000, '2m'],
  [192_000, '3m12s'],
  [600_000, '10m'],
  [179 * 60_000, '179m'],
  [180 * 60_000, '3h'],
  [(7 * 60 + 5) * 60_000, '7h5m'],
  [47 * 3_600_000, '47h'],
  [51 * 3_600_000, '2d3h'],
  [9 * 86_400_000, '9d'],
  [800 * 86_400_000, '2y70d'],
])('%d ms are printed as %s', (ms, expected) => {
  expect(humanDuration(ms)).toBe(expected);
});

test('Go durations are read and written', () => {
  expect(parseGoDuration('1h2m3.5s')).toBe(3_723_500);
  expect(parseGoDuration('300ms')).toBe(300);
  expect(parseGoDuration('-5s')).toBe(-5000);
  expect(parseGoDuration('5')).toBeUndefined();
  expect(parseGoDuration('')).toBeUndefined();
  expect([90_000, 1500, 250, 0, 3_600_000, 0.5].map(formatGoDuration)).toEqual(['1m30s', '1.5s', '250ms', '0s', '1h0m0s', '500µs']);
});
