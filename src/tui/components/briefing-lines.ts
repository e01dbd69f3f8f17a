// A briefing as lines of text.
import wrapAnsi from 'wrap-ansi';
import { style } from '../markdown/style.ts';

/** A message's first line, a sender and a time, is dim. */
export function briefingLines(briefing: string, width: number): string[] {
  return briefing
    .trim()
    .split(/\n\s*\n/)
    .flatMap((paragraph, index) => {
      const lines = wrapAnsi(paragraph.replace(/\s+/g, ' '), width, { trim: true }).split('\n');
      return [...(index > 0 ? [''] : []), ...(index === 0 && paragraph.length < 60 ? lines.map(style.dim) : lines)];
    });
}
