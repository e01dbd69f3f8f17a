// Title and map: worlds, levels, progress, and what the chosen level is about.
import { Box, Text, useInput } from 'ink';
import { useState } from 'react';
import wrapAnsi from 'wrap-ansi';
import type { LevelEntry, SessionView } from '../../game/session-view.ts';
import { HelpLine } from '../components/help-line.tsx';
import { QuestionLine, quitQuestion } from '../components/question-line.tsx';
import { type Direction, neighbour, visibleRows, type WorldRow, worldRows } from '../components/world-rows.ts';
import { formatElapsed } from '../elapsed.ts';
import { keys } from '../keys.ts';
import { colours, levelSigns, proseColumnsMax } from '../theme.ts';

export interface MapScreenProps {
  readonly view: SessionView;
  readonly columns: number;
  readonly rows: number;
  /** The level that was last chosen, by id. */
  readonly chosen: string | undefined;
  /** A level is being played, and the player is asked whether to quit it with the game. */
  readonly asksQuit: boolean;
  readonly onChoose: (id: string) => void;
  readonly onStart: (entry: LevelEntry) => void;
  /** Its debrief once more. */
  readonly onRead: (entry: LevelEntry) => void;
  readonly onQuit: () => void;
  readonly onDismiss: (notice: string) => void;
}

const titleColumns = 26;
const countColumns = 16;
/** A sign and the line that leads to it. */
const signColumns = 3;
/** Fewer signs never stand in a line: the XP make room for them. */
const perRowMin = 5;
/** What the chosen level's card and everything around the worlds take. */
const otherRows = 15;

export function MapScreen({ view, columns, rows, chosen, asksQuit, onChoose, onStart, onRead, onQuit, onDismiss }: MapScreenProps) {
  const [showsSigns, setShowsSigns] = useState(false);
  const entries = view.worlds.flatMap(({ levels }) => levels);
  const current = entries.find(({ id }) => id === chosen) ?? entries.find(({ state }) => state === 'next') ?? entries[0];
  const room = Math.floor((columns - 6 - titleColumns - countColumns) / signColumns);
  const lines = worldRows(view.worlds, Math.max(perRowMin, room));
  const shown = visibleRows(lines, Math.max(2, rows - otherRows), current?.id);
  const signs = Math.max(0, ...lines.map(({ levels }) => levels.length));
  const notice = view.notices[0];
  const isDone = current?.state === 'done';
  useInput(
    (input, key) => {
      const direction = directionOf(key);
      const to = direction && current && neighbour(lines, current.id, direction);
      if (showsSigns && (direction || key.escape)) setShowsSigns(false);
      if (to) onChoose(to.id);
      else if (key.return && current) {
        if (current.state !== 'faulty' && current.state !== 'unavailable') onStart(current);
      } else if (key.escape && notice && !showsSigns) onDismiss(notice.id);
      else if (input === 'd' && isDone) onRead(current!);
      else if (input === '?') setShowsSigns(!showsSigns);
      else if (input === 'q') onQuit();
    },
    { isActive: !asksQuit },
  );
  const isBeingPlayed = view.level !== undefined && view.level.id === current?.id && !view.level.result;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Box justifyContent="space-between" paddingX={1} height={1} flexShrink={0}>
        <Text bold color={colours.accent}>
          K8sQuest
        </Text>
        <Text dimColor>{`${view.player.rank} · ${formatXp(view.player.xp)}`}</Text>
      </Box>
      <Box flexDirection="column" flexGrow={1} paddingX={3} paddingTop={1} overflow="hidden">
        <Box flexDirection="column" flexShrink={0}>
          {shown.map((row) => (
            <Levels
              key={`${row.world.id} ${row.levels[0]?.id}`}
              row={row}
              signs={signs}
              current={current?.id}
              showsXp={room >= perRowMin}
            />
          ))}
          {view.worlds.length === 0 ? (
            <Text dimColor>{view.phase === 'loading' ? 'looking for levels' : 'There are no levels here.'}</Text>
          ) : null}
          <Text> </Text>
          {showsSigns ? <Signs /> : current ? <LevelCard entry={current} columns={columns - 6} isBeingPlayed={isBeingPlayed} /> : null}
        </Box>
      </Box>
      {notice ? (
        <Box paddingX={1} paddingBottom={1} flexShrink={0} width={columns}>
          <Text color={colours.doubt} wrap="wrap">{`! ${notice.text}`}</Text>
        </Box>
      ) : null}
      {asksQuit ? (
        <QuestionLine question={quitQuestion} columns={columns} />
      ) : (
        <HelpLine
          bindings={[
            keys.choose,
            ...(current ? [keys.play] : []),
            ...(isDone ? [keys.reread] : []),
            ...(notice ? [keys.dismiss] : []),
            keys.signs,
            keys.quit,
          ]}
          columns={columns}
        />
      )}
    </Box>
  );
}

function formatXp(xp: number): string {
  return `${xp.toLocaleString('en')} XP`;
}

function directionOf(key: { leftArrow: boolean; rightArrow: boolean; upArrow: boolean; downArrow: boolean }): Direction | undefined {
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.upArrow) return 'up';
  return key.downArrow ? 'down' : undefined;
}

interface LevelsProps {
  readonly row: WorldRow;
  /** How many the longest line has: what follows stands below each other. */
  readonly signs: number;
  readonly current: string | undefined;
  readonly showsXp: boolean;
}

function Levels({ row: { world, isFirst, levels }, signs, current, showsXp }: LevelsProps) {
  const done = world.levels.filter(({ state }) => state === 'done').length;
  const earned = world.levels.reduce((sum, level) => sum + (level.earned ?? 0), 0);
  const count = `${done}/${world.levels.length}`.padStart(6) + (earned > 0 && showsXp ? formatXp(earned).padStart(10) : '');
  return (
    <Box height={1} flexShrink={0}>
      <Box width={titleColumns - 1} flexShrink={0}>
        <Text wrap="truncate-end">{isFirst ? `${String(world.number).padStart(2)} ${world.title}` : ''}</Text>
      </Box>
      <Text wrap="truncate-end">
        {levels.map((level, index) => (
          <Sign key={level.id} level={level} before={index === 0 ? undefined : levels[index - 1]!.id} current={current} />
        ))}
        {levels.at(-1)?.id === current && current !== undefined ? ']' : ' '}
        {isFirst ? <Text dimColor>{' '.repeat((signs - levels.length) * signColumns) + count}</Text> : null}
      </Text>
    </Box>
  );
}

interface SignProps {
  readonly level: LevelEntry;
  /** The level before it in its line. */
  readonly before: string | undefined;
  readonly current: string | undefined;
}

/** A level's sign with the line that leads to it; the chosen one stands in brackets, so that it is seen without colour too. */
function Sign({ level, before, current }: SignProps) {
  const { symbol, colour } = levelSigns[level.state];
  const isCurrent = level.id === current;
  const opening = isCurrent ? '[' : before === undefined ? ' ' : '─';
  return (
    <Text>
      {before === undefined ? null : before === current ? ']' : <Text dimColor>─</Text>}
      {isCurrent ? opening : <Text dimColor>{opening}</Text>}
      <Text bold={isCurrent} {...(colour && { color: colour })}>
        {symbol}
      </Text>
    </Text>
  );
}

function Signs() {
  return (
    <Box flexDirection="column">
      {Object.values(levelSigns).map(({ symbol, word, colour }) => (
        <Text key={word}>
          <Text {...(colour && { color: colour })}>{symbol}</Text>
          {`  ${word}`}
        </Text>
      ))}
    </Box>
  );
}

interface LevelCardProps {
  readonly entry: LevelEntry;
  readonly columns: number;
  readonly isBeingPlayed: boolean;
}

function LevelCard({ entry, columns, isBeingPlayed }: LevelCardProps) {
  const { number, title, xp, difficulty, minutes, teaser, concepts, state, reason } = entry;
  const width = Math.min(proseColumnsMax, columns);
  const signs = levelSigns[state];
  return (
    <Box flexDirection="column" width={columns} flexShrink={0}>
      <Box>
        <Text bold wrap="truncate-end">{`${number}  ${title}`}</Text>
        {state === 'faulty' ? null : (
          <Box flexShrink={0}>
            <Text dimColor>{`   ${xp} XP · ${difficulty} · ${minutes} min`}</Text>
          </Box>
        )}
      </Box>
      {teaser ? <Text>{wrapAnsi(teaser, width, { trim: true })}</Text> : null}
      {concepts.length > 0 ? <Text dimColor>{wrapAnsi(concepts.join(' · '), width, { trim: true })}</Text> : null}
      <Text> </Text>
      <Text wrap="wrap">
        <Text {...(signs.colour && { color: signs.colour })}>{signs.symbol}</Text>
        <Text dimColor>{` ${isBeingPlayed ? 'being played: ⏎ goes on where you left it' : historyOf(entry)}`}</Text>
      </Text>
      {reason ? (
        <Text color={colours.doubt} wrap="wrap">
          {reason}
        </Text>
      ) : null}
    </Box>
  );
}

function historyOf({ state, earned, bestMs }: LevelEntry): string {
  if (bestMs !== undefined) return `done with ${earned} XP · best time ${formatElapsed(bestMs)}`;
  if (state === 'next') return 'next: not played yet';
  return state === 'open' ? 'not played yet' : levelSigns[state].word;
}
