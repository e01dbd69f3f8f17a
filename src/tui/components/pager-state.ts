// Where the debrief's reader is, and how the keys move them. Pure.
import { stripVTControlCharacters } from 'node:util';
import type { Section } from '../markdown/markdown.ts';

export interface PagerPlace {
  readonly section: number;
  readonly top: number;
}

/** The sections as they are drawn, `rows` lines at a time. */
export interface Pages {
  readonly sections: readonly Section[];
  readonly rows: number;
}

/** Scrolls within the section. */
export function scrollBy({ sections, rows }: Pages, { section, top }: PagerPlace, by: number): PagerPlace {
  return { section, top: Math.max(0, Math.min(lastTopOf(sections, section, rows), top + by)) };
}

/** The beginning of a section, the nearest there is. */
export function sectionAt({ sections }: Pages, section: number): PagerPlace {
  return { section: Math.max(0, Math.min(sections.length - 1, section)), top: 0 };
}

/** A page on; from a section's end to the next one. */
export function pageOn(pages: Pages, place: PagerPlace): PagerPlace {
  const isAtEnd = place.top >= lastTopOf(pages.sections, place.section, pages.rows);
  if (!isAtEnd) return scrollBy(pages, place, pages.rows - 2);
  return place.section === pages.sections.length - 1 ? place : sectionAt(pages, place.section + 1);
}

/** A page back; from a section's beginning to the end of the one before. */
export function pageBack(pages: Pages, place: PagerPlace): PagerPlace {
  if (place.top > 0) return scrollBy(pages, place, 2 - pages.rows);
  if (place.section === 0) return place;
  return { section: place.section - 1, top: lastTopOf(pages.sections, place.section - 1, pages.rows) };
}

/** A line that holds what was searched for; -1 is the title. */
export interface Hit {
  readonly section: number;
  readonly line: number;
}

/** The next hit behind `after`, round to the beginning; case doesn't matter. */
export function findNext({ sections }: Pages, text: string, after: Hit): Hit | undefined {
  const wanted = text.toLowerCase();
  if (!wanted) return undefined;
  const hits = sections.flatMap(({ title, lines }, section) =>
    [title, ...lines].flatMap((line, index) =>
      stripVTControlCharacters(line).toLowerCase().includes(wanted) ? [{ section, line: index - 1 }] : [],
    ),
  );
  return hits.find(({ section, line }) => section > after.section || (section === after.section && line > after.line)) ?? hits[0];
}

/** The place at which a hit can be seen, a line of what stands before it above. */
export function placeOf({ sections, rows }: Pages, { section, line }: Hit): PagerPlace {
  return { section, top: Math.max(0, Math.min(line - 1, lastTopOf(sections, section, rows))) };
}

function lastTopOf(sections: readonly Section[], section: number, rows: number): number {
  return Math.max(0, (sections[section]?.lines.length ?? 0) - rows);
}
