// The text of objectives.
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import type { ObjectiveView } from '../../../src/game/session-view.ts';
import { detailedWithin, isFresh, objectiveLines, objectiveRows, restLines } from '../../../src/tui/components/objective-lines.ts';

const unmet: ObjectiveView = {
  id: 'door',
  title: 'The door is open for everyone who has a key',
  outcome: 'unmet',
  expected: 'an answer from http://door.k8squest:8080/api',
  observed: 'timed out after 2 s',
  judgedAt: 10_000,
  turnedAt: 10_000,
};

test('an unmet objective says what was expected, what was observed and how long ago', () => {
  expect(objectiveLines(unmet, 80, 17_000)).toEqual({
    title: ['The door is open for everyone who has a key · not yet'],
    details: ['    expected  an answer from http://door.k8squest:8080/api', '    observed  timed out after 2 s · 7s ago'],
  });
});

test('where an object of the level is gone, the key that brings it back is named', () => {
  const gone = { ...unmet, observed: 'there is no such object', lacksObject: true } as const;
  expect(objectiveLines(gone, 80, 17_000).details.at(-1)).toBe('    observed  there is no such object · 7s ago · r: the level anew');
});

test('a met one is its title and a word', () => {
  expect(objectiveLines({ ...unmet, outcome: 'met' }, 80, 17_000)).toEqual({
    title: ['The door is open for everyone who has a key · met'],
    details: [],
  });
});

test('no line is wider than the pane, and rows are counted as they are drawn', () => {
  for (const columns of [27, 39, 40, 58, 78]) {
    const { title, details } = objectiveLines(unmet, columns, 17_000);
    for (const line of title) expect(stringWidth(line)).toBeLessThanOrEqual(columns - 2);
    for (const line of details) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(objectiveRows([unmet], columns, true, 1)).toBe(title.length + details.length);
    expect(objectiveRows([unmet], columns, false, 1)).toBe(title.length + details.length + 1);
  }
});

test('what has just turned is fresh for a moment', () => {
  expect(isFresh(unmet, 10_500)).toBe(true);
  expect(isFresh(unmet, 10_700)).toBe(false);
});

test('where rows are few, the first unmet ones keep their details', () => {
  const goals = [unmet, { ...unmet, id: 'b', outcome: 'met' as const }, { ...unmet, id: 'c' }];
  expect(objectiveRows(goals, 80, true, 2)).toBe(7);
  expect([9, 7, 6, 5, 4].map((rows) => detailedWithin(rows, goals, 80, true))).toEqual([3, 3, 1, 1, 0]);
});

test('those that have no room for their details have them elsewhere', () => {
  const goals = [unmet, { ...unmet, id: 'b', outcome: 'met' as const }, { ...unmet, id: 'c', title: 'The other door' }];
  expect(restLines(goals, 2, 80, 17_000)).toEqual([]);
  expect(restLines(goals, 1, 80, 17_000).slice(0, 2)).toEqual(['', '✘ The other door · not yet']);
  expect(restLines(goals, 1, 80, 17_000)).toHaveLength(4);
});
