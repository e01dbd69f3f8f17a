// Markdown as the pagers show it.
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { expect, test, vi } from 'vitest';
import { highlight } from '../../../src/tui/markdown/highlight.ts';
import { renderMarkdown, renderSections } from '../../../src/tui/markdown/markdown.ts';

// The machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const plain = (markdown: string, width = 40) => renderMarkdown(markdown, width).map(stripVTControlCharacters);

test('a text is split at its second headings', () => {
  const sections = renderSections('# Doors\n\n## What you *saw*\n\nA door.\n\n### Closer\n\nWood.\n\n## Why\n\n- a\n- b\n', 40);
  expect(sections.map(({ title, lines }) => [title, lines.map(stripVTControlCharacters)])).toEqual([
    ['Doors', []],
    ['What you saw', ['A door.', '', 'Closer', '', 'Wood.']],
    ['Why', ['• a', '• b']],
  ]);
});

test('prose is wrapped without blanks at the ends of lines', () => {
  expect(plain('one two three four five six seven', 12)).toEqual(['one two', 'three four', 'five six', 'seven']);
});

test('lists hang, in lists too', () => {
  expect(plain('1. one two three four\n   - five six seven eight\n2. nine', 14)).toEqual([
    '1. one two',
    '   three four',
    '   • five six',
    '     seven',
    '     eight',
    '2. nine',
  ]);
});

test('tables fit and keep their cells together', () => {
  const table =
    '| policy | effect on the traffic |\n|---|---|\n| none | everything passes between all pods |\n| one | only what it names |\n';
  expect(plain(table, 32)).toEqual([
    'policy  effect on the traffic',
    '──────  ────────────────────────',
    'none    everything passes',
    '        between all pods',
    'one     only what it names',
  ]);
});

test('diagrams and code keep their blanks; what is too long goes on in the next line', () => {
  expect(plain('```\n+--+   +--+\n|a |-->|b |\n```', 40)).toEqual(['  +--+   +--+', '  |a |-->|b |']);
  expect(plain('```\naaaaaaaaaabbbbbbbbbb\n```', 12)).toEqual(['  aaaaaaaaaa', '  bbbbbbbbbb']);
});

test('signs that HTML would escape are shown as they are', () => {
  expect(plain('`a < b && "c"` and <d> & e', 60)).toEqual(['a < b && "c" and <d> & e']);
  expect(plain('<the pod>\n\n<!-- for authors -->\n\ntext')).toEqual(['<the pod>', '', 'text']);
  expect(highlight('echo "a < b" && true # it\'s', 'sh').map(stripVTControlCharacters)).toEqual(['echo "a < b" && true # it\'s']);
});

test('each line of highlighted code closes its own styles', () => {
  for (const line of highlight('spec:\n  text: |\n    two\n    lines\n  number: 3 # three\n', 'yaml')) {
    const opened = line.match(/\u001b\[(?!39|22)\d+m/g)?.length ?? 0;
    const closed = line.match(/\u001b\[(39|22)m/g)?.length ?? 0;
    expect(closed).toBe(opened);
  }
});

test("level 25's debrief fits into every width", () => {
  const debrief = readFileSync('levels/3-networking/25-networkpolicy-too-restrictive/debrief.md', 'utf8');
  for (const width of [52, 76, 78]) {
    for (const { lines } of renderSections(debrief, width)) {
      for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
    }
  }
});
