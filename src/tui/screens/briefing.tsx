// The briefing: a colleague's message, what will be judged, and what it is worth.
import { Box, Text, useInput } from 'ink';
import { useState } from 'react';
import wrapAnsi from 'wrap-ansi';
import type { LevelEntry } from '../../game/session-view.ts';
import { briefingLines } from '../components/briefing-lines.ts';
import { HelpLine } from '../components/help-line.tsx';
import { lastTop, ScrollText } from '../components/scroll-text.tsx';
import { keys } from '../keys.ts';
import { style } from '../markdown/style.ts';
import { proseColumnsMax } from '../theme.ts';

export interface BriefingScreenProps {
  readonly entry: LevelEntry;
  readonly briefing: string;
  /** Titles of the objectives. */
  readonly objectives: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly onStart: () => void;
  readonly onBack: () => void;
}

export function BriefingScreen({ entry, briefing, objectives, columns, rows, onStart, onBack }: BriefingScreenProps) {
  const [top, setTop] = useState(0);
  const width = Math.min(proseColumnsMax, columns - 6);
  const lines = [
    ...briefingLines(briefing, width),
    '',
    style.dim('You are done when'),
    ...objectives.flatMap((title) =>
      wrap(title, width - 2).map((line, index) => (index === 0 ? `${style.dim('○')} ${line}` : `  ${line}`)),
    ),
  ];
  const height = Math.max(3, rows - 5);
  const scroll = (by: number) => setTop(Math.max(0, Math.min(lastTop(lines, height), top + by)));
  useInput((input, key) => {
    if (key.return) onStart();
    else if (input === 'q' || key.escape) onBack();
    else if (key.downArrow) scroll(1);
    else if (key.upArrow) scroll(-1);
    else if (key.pageDown || input === ' ') scroll(height - 2);
    else if (key.pageUp || input === 'b') scroll(2 - height);
  });
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Box paddingX={1} height={1} justifyContent="space-between" flexShrink={0}>
        <Text bold wrap="truncate-end">{`${entry.number}  ${entry.title}`}</Text>
        <Box flexShrink={0} paddingLeft={2}>
          <Text dimColor>{`${entry.xp} XP · ${entry.difficulty} · ${entry.minutes} min`}</Text>
        </Box>
      </Box>
      <Box flexGrow={1} paddingX={3} paddingTop={1}>
        <ScrollText lines={lines} top={top} columns={Math.min(columns - 4, width + 4)} rows={height} />
      </Box>
      <HelpLine bindings={[keys.start, keys.back, ...(lines.length > height ? [keys.scroll] : [])]} columns={columns} />
    </Box>
  );
}

function wrap(text: string, width: number): string[] {
  return wrapAnsi(text, width, { trim: true }).split('\n');
}
