import { expect, test } from 'vitest';
import { earnedXp, nextHintCost, rankFor } from '../../src/game/scoring.ts';

test('the first hint is free, the second costs a tenth, the third a fifth more, the solution everything', () => {
  expect([0, 1, 2, 3].map((read) => nextHintCost(250, read, false))).toEqual([0, 25, 50, undefined]);
  expect([0, 1, 2, 3].map((read) => nextHintCost(250, read, true))).toEqual([0, 0, 0, undefined]);
  expect([0, 1, 2, 3].map((read) => earnedXp(250, read, false))).toEqual([250, 250, 225, 175]);
  expect(earnedXp(250, 0, true)).toBe(0);
});

test('ranks grow with XP', () => {
  expect([0, 249, 250, 1450, 11_600].map(rankFor)).toEqual(['Newcomer', 'Newcomer', 'Apprentice', 'Operator', 'Keeper of the Cluster']);
});
