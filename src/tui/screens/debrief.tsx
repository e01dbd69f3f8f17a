// The debrief: a pager with its sections on the left.
import { Box, Text, useInput } from 'ink';
import { useMemo, useState } from 'react';
import wrapAnsi from 'wrap-ansi';
import type { DebriefView } from '../../game/session-view.ts';
import { HelpLine } from '../components/help-line.tsx';
import {
  findNext,
  type Hit,
  type PagerPlace,
  type Pages,
  pageBack,
  pageOn,
  placeOf,
  scrollBy,
  sectionAt,
} from '../components/pager-state.ts';
import { ScrollText } from '../components/scroll-text.tsx';
import { formatElapsed } from '../elapsed.ts';
import { keys } from '../keys.ts';
import { highlight } from '../markdown/highlight.ts';
import { renderSections, type Section } from '../markdown/markdown.ts';
import { colours, textColumnsMax } from '../theme.ts';

export interface DebriefScreenProps {
  readonly level: DebriefView;
  readonly columns: number;
  readonly rows: number;
  /** Where the reader is. */
  readonly place: PagerPlace;
  readonly onMove: (place: PagerPlace) => void;
  /** The level's cluster is still there, and F2 leads to it. */
  readonly hasShell: boolean;
  /** On to the next level, or to the map where there is none. */
  readonly onNext: () => void;
  readonly onBack: () => void;
}

const listColumns = 36;
/** From this width the sections are listed. */
const listFromColumns = 100;

interface Search {
  readonly text: string;
  readonly isTyping: boolean;
  readonly hit?: Hit;
  readonly isMissing?: boolean;
}

export function DebriefScreen({ level, columns, rows, place, onMove, hasShell, onNext, onBack }: DebriefScreenProps) {
  const [showsKeys, setShowsKeys] = useState(false);
  const [search, setSearch] = useState<Search>({ text: '', isTyping: false });
  const hasList = columns >= listFromColumns;
  const width = Math.min(textColumnsMax, columns - 4 - (hasList ? listColumns : 0));
  const { debrief } = level;
  const { solution } = level.hints;
  const sections = useMemo(() => sectionsOf(debrief ?? '', solution, width), [debrief, solution, width]);
  const pages: Pages = { sections, rows: Math.max(3, rows - 5) };
  const hasNext = level.result?.nextLevel !== undefined;
  const section = showsKeys ? keySection(hasNext, hasShell) : (sections[place.section] ?? sections[0]!);
  const look = (text: string, after: Hit) => {
    const hit = findNext(pages, text, after);
    if (hit) onMove(placeOf(pages, hit));
    setSearch({ text, isTyping: false, ...(hit ? { hit } : { isMissing: text !== '' }) });
  };
  useInput((input, key) => {
    if (search.isTyping) {
      if (key.return) look(search.text, { section: place.section, line: place.top - 2 });
      else if (key.escape) setSearch({ text: '', isTyping: false });
      else if (key.backspace || key.delete) setSearch({ text: search.text.slice(0, -1), isTyping: true });
      else if (input && !key.ctrl && !key.meta) setSearch({ text: search.text + input, isTyping: true });
      return;
    }
    setShowsKeys(input === '?' && !showsKeys);
    if (key.return) onNext();
    else if (key.escape && showsKeys) return;
    else if (key.escape && (search.text || search.isMissing)) setSearch({ text: '', isTyping: false });
    else if (input === 'q' || key.escape) onBack();
    else if (input === 'n' && search.hit) look(search.text, search.hit);
    else if (input === 'n' || key.rightArrow) onMove(sectionAt(pages, place.section + 1));
    else if (input === 'p' || key.leftArrow) onMove(sectionAt(pages, place.section - 1));
    else if (input === 'y' && solution) onMove(sectionAt(pages, sections.length - 1));
    else if (input.startsWith('/')) setSearch({ text: input.slice(1), isTyping: true });
    else if (key.downArrow) onMove(scrollBy(pages, place, 1));
    else if (key.upArrow) onMove(scrollBy(pages, place, -1));
    else if (key.pageUp || input === 'b') onMove(pageBack(pages, place));
    else if (key.pageDown || input === ' ') onMove(pageOn(pages, place));
  });
  const { result } = level;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Box paddingX={1} height={1} justifyContent="space-between" flexShrink={0}>
        <Text bold wrap="truncate-end">{`${level.number}  ${level.title}`}</Text>
        <Box flexShrink={0}>
          {result ? <Text color={colours.good}>{toldResult(result)}</Text> : null}
          <Text dimColor>{`   ${place.section + 1}/${sections.length}`}</Text>
        </Box>
      </Box>
      <Box flexGrow={1} paddingTop={1} paddingX={1} overflow="hidden">
        {hasList ? <SectionList sections={sections} current={place.section} /> : null}
        <Box flexDirection="column" flexShrink={0}>
          <Text bold color={colours.accent} wrap="truncate-end">
            {section.title}
          </Text>
          <Text> </Text>
          <ScrollText lines={section.lines} top={showsKeys ? 0 : place.top} columns={width + 2} rows={pages.rows} />
        </Box>
      </Box>
      {search.isTyping || search.text ? (
        <SearchLine search={search} />
      ) : (
        <HelpLine
          bindings={[keys.scroll, ...(hasNext ? [keys.next] : []), keys.back, ...(hasShell ? [keys.toShell] : []), keys.section, keys.help]}
          columns={columns}
        />
      )}
    </Box>
  );
}

function toldResult({ xp, elapsedMs, newRank }: NonNullable<DebriefView['result']>): string {
  return `✔ ${xp} XP in ${formatElapsed(elapsedMs)}${newRank ? ` · now ${newRank}` : ''}`;
}

function SectionList({ sections, current }: { readonly sections: readonly Section[]; readonly current: number }) {
  return (
    <Box flexDirection="column" width={listColumns} flexShrink={0} paddingRight={2}>
      {sections.map(({ title }, index) => {
        const isCurrent = index === current;
        return (
          <Text key={title} wrap="truncate-end" dimColor={!isCurrent} {...(isCurrent && { color: colours.accent })}>
            {`${isCurrent ? '▸' : ' '} ${title}`}
          </Text>
        );
      })}
    </Box>
  );
}

function keySection(hasNext: boolean, hasShell: boolean): Section {
  const lines = [
    '↑ ↓          scroll',
    'space        a page on, and from section to section',
    'n, p         the next section, and the one before',
    '/            search; then n for the next place',
    'y            the reference solution',
    ...(hasShell ? ['F2, ctrl-]   to the shell: the cluster is as you left it'] : []),
    ...(hasNext ? ['⏎            the next level'] : []),
    'q            to the map',
  ];
  return { title: 'Keys', lines };
}

function SearchLine({ search: { text, isTyping, isMissing } }: { readonly search: Search }) {
  return (
    <Box paddingX={1} height={1} flexShrink={0}>
      <Text>{`/${text}${isTyping ? '▏' : ''}`}</Text>
      <Text dimColor>
        {isTyping ? '   ⏎ find   esc leave' : isMissing ? '   is nowhere here   / again   esc leave' : '   n next   esc leave'}
      </Text>
    </Box>
  );
}

/** The debrief's sections, and the reference solution as the last. */
function sectionsOf(debrief: string, solution: DebriefView['hints']['solution'], width: number): Section[] {
  const sections = renderSections(debrief, width).filter(({ lines }) => lines.length > 0);
  if (!solution) return sections.length > 0 ? sections : [{ title: '', lines: ['This level has no debrief.'] }];
  const lines = highlight(solution.text.trimEnd(), solution.language).flatMap((line) =>
    wrapAnsi(line, width, { hard: true, trim: false }).split('\n'),
  );
  return [...sections, { title: 'The reference solution', lines }];
}
