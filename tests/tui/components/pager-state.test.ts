// How the debrief's keys move its reader.
import { expect, test } from 'vitest';
import { findNext, type Pages, pageBack, pageOn, placeOf, scrollBy, sectionAt } from '../../../src/tui/components/pager-state.ts';

const lines = (count: number, word: string) => Array.from({ length: count }, (_, index) => `${word} ${index}`);
const pages: Pages = {
  sections: [
    { title: 'What you saw', lines: lines(10, 'saw') },
    { title: 'Why', lines: ['\u001b[36mwh\u001b[39my it broke', ...lines(3, 'why')] },
    { title: 'Next time', lines: lines(30, 'next') },
  ],
  rows: 5,
};

test('scrolling stays within the section', () => {
  expect(scrollBy(pages, { section: 0, top: 0 }, -1)).toEqual({ section: 0, top: 0 });
  expect(scrollBy(pages, { section: 0, top: 4 }, 5)).toEqual({ section: 0, top: 5 });
  expect(scrollBy(pages, { section: 1, top: 0 }, 1)).toEqual({ section: 1, top: 0 });
});

test('paging goes on into the next section and back to the end of the one before', () => {
  expect(pageOn(pages, { section: 0, top: 0 })).toEqual({ section: 0, top: 3 });
  expect(pageOn(pages, { section: 0, top: 5 })).toEqual({ section: 1, top: 0 });
  expect(pageOn(pages, { section: 2, top: 25 })).toEqual({ section: 2, top: 25 });
  expect(pageBack(pages, { section: 1, top: 0 })).toEqual({ section: 0, top: 5 });
  expect(pageBack(pages, { section: 0, top: 0 })).toEqual({ section: 0, top: 0 });
});

test('there is no section before the first or behind the last', () => {
  expect(sectionAt(pages, -1)).toEqual({ section: 0, top: 0 });
  expect(sectionAt(pages, 9)).toEqual({ section: 2, top: 0 });
});

test('a search finds titles and lines, styles or not, and goes round', () => {
  const first = findNext(pages, 'WHY', { section: 0, line: -1 })!;
  expect(first).toEqual({ section: 1, line: -1 });
  expect(findNext(pages, 'why', first)).toEqual({ section: 1, line: 0 });
  expect(findNext(pages, 'why', { section: 2, line: 0 })).toEqual({ section: 1, line: -1 });
  expect(findNext(pages, 'nowhere', first)).toBeUndefined();
  expect(findNext(pages, '', first)).toBeUndefined();
});

test('what was found is on the screen', () => {
  expect(placeOf(pages, { section: 2, line: 12 })).toEqual({ section: 2, top: 11 });
  expect(placeOf(pages, { section: 2, line: 29 })).toEqual({ section: 2, top: 25 });
  expect(placeOf(pages, { section: 2, line: -1 })).toEqual({ section: 2, top: 0 });
});
