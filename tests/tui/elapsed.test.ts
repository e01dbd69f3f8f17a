// Times as the screen shows them.
import { expect, test } from 'vitest';
import { formatAge, formatClock, formatElapsed } from '../../src/tui/elapsed.ts';

test('times are short and exact', () => {
  expect([0, 999, 58_000, 271_000, 3_720_000].map(formatElapsed)).toEqual(['0s', '0s', '58s', '4m31s', '1h02m']);
  expect([0, 192_000, 3_792_000].map(formatClock)).toEqual(['00:00', '03:12', '1:03:12']);
  expect([0, 1999, 7000].map(formatAge)).toEqual(['just now', 'just now', '7s ago']);
});
