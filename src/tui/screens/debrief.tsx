// The debrief: a pager with its sections on the left.
import { Box, Text, useInput } from 'ink';
import { useMemo, useState } from 'react';
import type { LevelView } from '../../game/session-view.ts';
import { HelpLine } from '../components/help-line.tsx';
import { lastTop, ScrollText } from '../components/scroll-text.tsx';
import { keys } from '../keys.ts';
import { highlight } from '../markdown/highlight.ts';
import { renderSections, type Section } from '../markdown/markdown.ts';
import { colours } from '../theme.ts';

export interface DebriefScreenProps {
  readonly level: LevelView;
  readonly columns: number;
  readonly rows: number;
  /** On to the next level, or to the map where there is none. */
  readonly onNext: () => void;
  readonly onBack: () => void;
}

const textColumnsMax = 78;
const listColumns = 30;

export function DebriefScreen({ level, columns, rows, onNext, onBack }: DebriefScreenProps) {
  const [at, setAt] = useState({ section: 0, top: 0 });
  const [search, setSearch] = useState<{ readonly text: string; readonly isTyping: boolean }>({ text: '', isTyping: false });
  const hasList = columns >= 100;
  const width = Math.min(textColumnsMax, columns - 4 - (hasList ? listColumns : 0));
  const { debrief } = level;
  const { solution } = level.hints;
  const sections = useMemo(() => sectionsOf(debrief ?? '', solution, width), [debrief, solution, width]);
  const section = sections[at.section] ?? sections[0]!;
  const height = Math.max(3, rows - 4);
  const last = lastTop(section.lines, height);
  const scroll = (by: number) => setAt({ ...at, top: Math.max(0, Math.min(last, at.top + by)) });
  const go = (to: number) => setAt({ section: Math.max(0, Math.min(sections.length - 1, to)), top: 0 });
  useInput((input, key) => {
    if (search.isTyping) {
      if (key.return || key.escape) {
        setSearch({ text: key.escape ? '' : search.text, isTyping: false });
        const found = key.escape ? undefined : find(sections, search.text, at, height);
        if (found) setAt(found);
      } else if (key.backspace || key.delete) setSearch({ ...search, text: search.text.slice(0, -1) });
      else if (input && !key.ctrl) setSearch({ ...search, text: search.text + input });
      return;
    }
    if (key.return) onNext();
    else if (input === 'q' || key.escape) onBack();
    else if (input === 'n' || key.rightArrow) go(at.section + 1);
    else if (input === 'p' || key.leftArrow) go(at.section - 1);
    else if (input === 'y') go(sections.length - 1);
    else if (input === '/') setSearch({ text: '', isTyping: true });
    else if (key.downArrow || input === 'j') scroll(1);
    else if (key.upArrow || input === 'k') scroll(-1);
    else if (key.pageUp || input === 'b') scroll(2 - height);
    else if (key.pageDown || input === ' ') {
      if (at.top >= last) go(at.section + 1);
      else scroll(height - 2);
    }
  });
  const next = { ...keys.next, does: level.result?.nextLevel === undefined ? 'map' : 'next level' };
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Box paddingX={1} height={1} justifyContent="space-between" flexShrink={0}>
        <Text bold wrap="truncate-end">{`${level.number}  ${level.title}`}</Text>
        <Text dimColor>{`${at.section + 1}/${sections.length}`}</Text>
      </Box>
      <Box flexGrow={1} paddingTop={1} paddingX={1} overflow="hidden">
        {hasList ? (
          <Box flexDirection="column" width={listColumns} flexShrink={0} paddingRight={2}>
            {sections.map(({ title }, index) => (
              <Text
                key={title}
                wrap="truncate-end"
                dimColor={index !== at.section}
                {...(index === at.section && { color: colours.accent })}
              >
                {`${index === at.section ? '▸' : ' '} ${title}`}
              </Text>
            ))}
          </Box>
        ) : null}
        <Box flexDirection="column">
          <Text bold color={colours.accent} wrap="truncate-end">
            {section.title}
          </Text>
          <ScrollText lines={section.lines} top={at.top} columns={width + 2} rows={height - 1} />
        </Box>
      </Box>
      {search.isTyping ? (
        <Box paddingX={1} height={1} flexShrink={0}>
          <Text>{`/${search.text}▏`}</Text>
        </Box>
      ) : (
        <HelpLine bindings={[keys.scroll, keys.section, keys.search, keys.compare, next, keys.back]} columns={columns} />
      )}
    </Box>
  );
}

/** The debrief's sections, and the reference solution as the last. */
function sectionsOf(debrief: string, solution: LevelView['hints']['solution'], width: number): Section[] {
  const sections = renderSections(debrief, width).filter(({ lines }) => lines.length > 0);
  return solution
    ? [...sections, { title: 'The reference solution', lines: highlight(solution.text.trimEnd(), solution.language) }]
    : sections;
}

/** The next place behind `from` that holds the text, round to the beginning. */
function find(
  sections: readonly Section[],
  text: string,
  from: { section: number; top: number },
  height: number,
): { section: number; top: number } | undefined {
  if (!text) return undefined;
  const places = sections.flatMap(({ title, lines }, section) =>
    [title, ...lines].map((line, index) => ({ section, line: index - 1, text: line })),
  );
  const hits = places.filter((place) => place.text.toLowerCase().includes(text.toLowerCase()));
  const hit = hits.find(({ section, line }) => section > from.section || (section === from.section && line > from.top)) ?? hits[0];
  return hit && { section: hit.section, top: Math.max(0, Math.min(hit.line, lastTop(sections[hit.section]!.lines, height))) };
}
