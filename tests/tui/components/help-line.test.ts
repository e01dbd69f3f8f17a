// The keys at the foot.
import { expect, test } from 'vitest';
import { fitting } from '../../../src/tui/components/help-line.tsx';

const keys = ['a', 'b', 'c', 'd', 'e', 'f', '?'].map((key) => ({ key, does: 'something' }));

test('at most six keys are shown, and the one that tells about the others stays', () => {
  expect(fitting(keys, 200).map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd', 'e', '?']);
  expect(fitting(keys, 40).map(({ key }) => key)).toEqual(['a', 'b', '?']);
  expect(fitting(keys, 5).map(({ key }) => key)).toEqual(['?']);
});
