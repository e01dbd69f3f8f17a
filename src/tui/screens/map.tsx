// Title and map: worlds, levels, progress, and what the chosen level is about.
import { Box, Text, useInput } from 'ink';
import { useState } from 'react';
import wrapAnsi from 'wrap-ansi';
import type { LevelEntry, SessionView, WorldView } from '../../game/session-view.ts';
import { HelpLine } from '../components/help-line.tsx';
import { formatElapsed } from '../elapsed.ts';
import { keys } from '../keys.ts';
import { colours, levelSigns, proseColumnsMax } from '../theme.ts';

export interface MapScreenProps {
  readonly view: SessionView;
  readonly columns: number;
  readonly rows: number;
  /** The level that was last chosen, by id. */
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
  readonly onStart: (entry: LevelEntry) => void;
  readonly onQuit: () => void;
  readonly onDismiss: (notice: string) => void;
}

export function MapScreen({ view, columns, rows, chosen, onChoose, onStart, onQuit, onDismiss }: MapScreenProps) {
  const [note, setNote] = useState('');
  const entries = view.worlds.flatMap(({ levels }) => levels);
  const current = entries.find(({ id }) => id === chosen) ?? entries.find(({ state }) => state === 'next') ?? entries[0];
  useInput((input, key) => {
    const to = current && step(view.worlds, current, key);
    if (to) {
      setNote('');
      onChoose(to.id);
    } else if (key.return && current) {
      if (current.state === 'faulty' || current.state === 'unavailable') setNote(`This level can't be played here: ${current.reason}`);
      else onStart(current);
    } else if (key.escape && view.notices[0]) onDismiss(view.notices[0].id);
    else if (input === 'q') onQuit();
  });
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Box justifyContent="space-between" paddingX={1} height={1} flexShrink={0}>
        <Text bold color={colours.accent}>
          K8sQuest
        </Text>
        <Text dimColor>{`${view.player.rank} · ${view.player.xp.toLocaleString('en')} XP`}</Text>
      </Box>
      <Box flexDirection="column" flexGrow={1} paddingX={3} paddingTop={1} overflow="hidden">
        <Box flexDirection="column" flexShrink={0}>
          {view.worlds.map((world) => (
            <WorldLine key={world.id} world={world} current={current?.id} />
          ))}
          {view.worlds.length === 0 ? (
            <Text dimColor>{view.phase === 'loading' ? 'looking for levels' : 'There are no levels here.'}</Text>
          ) : null}
          <Text> </Text>
          {current ? (
            <LevelCard
              entry={current}
              columns={Math.min(proseColumnsMax, columns - 6)}
              isBeingPlayed={view.level?.id === current.id && !view.level.result}
            />
          ) : null}
        </Box>
      </Box>
      {view.notices[0] ? (
        <Box paddingX={1} flexShrink={0}>
          <Text color={colours.doubt} wrap="wrap">
            {`! ${view.notices[0].text} `}
            <Text dimColor>(esc: read)</Text>
          </Text>
        </Box>
      ) : null}
      {note ? (
        <Box paddingX={1} flexShrink={0}>
          <Text color={colours.doubt} wrap="wrap">{`! ${note}`}</Text>
        </Box>
      ) : null}
      <HelpLine bindings={[keys.choose, keys.start, keys.quit]} columns={columns} />
    </Box>
  );
}

function WorldLine({ world, current }: { world: WorldView; current: string | undefined }) {
  const done = world.levels.filter(({ state }) => state === 'done').length;
  const earned = world.levels.reduce((sum, level) => sum + (level.earned ?? 0), 0);
  return (
    <Box height={1} flexShrink={0}>
      <Box width={28}>
        <Text wrap="truncate-end">{`${world.number} ${world.title}`}</Text>
      </Box>
      <Text wrap="truncate-end">
        {world.levels.map((level, index) => {
          const { symbol, colour } = levelSigns[level.state];
          return (
            <Text key={level.id}>
              {index > 0 ? <Text dimColor>──</Text> : null}
              <Text inverse={level.id === current} {...(colour && { color: colour })}>
                {symbol}
              </Text>
            </Text>
          );
        })}
        <Text dimColor>{`   ${done}/${world.levels.length}${earned > 0 ? `   ${earned.toLocaleString('en')} XP` : ''}`}</Text>
      </Text>
    </Box>
  );
}

function LevelCard({ entry, columns, isBeingPlayed }: { entry: LevelEntry; columns: number; isBeingPlayed: boolean }) {
  const { number, title, xp, difficulty, minutes, teaser, concepts, state, reason, earned, bestMs } = entry;
  const history = bestMs === undefined ? levelSigns[state].word : `done with ${earned} XP · best time ${formatElapsed(bestMs)}`;
  return (
    <Box flexDirection="column" width={columns} flexShrink={0}>
      <Text wrap="wrap">
        <Text bold>{`${number}  ${title}`}</Text>
        {state === 'faulty' ? '' : <Text dimColor>{`   ${xp} XP · ${difficulty} · ${minutes} min`}</Text>}
      </Text>
      {teaser ? <Text>{wrapAnsi(teaser, columns, { trim: true })}</Text> : null}
      {concepts.length > 0 ? <Text dimColor>{wrapAnsi(concepts.join(' · '), columns, { trim: true })}</Text> : null}
      <Text> </Text>
      <Text dimColor wrap="wrap">
        {isBeingPlayed ? 'being played: ⏎ goes on where you left it' : history}
      </Text>
      {reason ? <Text color={colours.doubt} wrap="wrap">{`! ${reason}`}</Text> : null}
    </Box>
  );
}

/** Left and right go through all levels in order, up and down to the world above or below. */
function step(
  worlds: readonly WorldView[],
  current: LevelEntry,
  key: { leftArrow: boolean; rightArrow: boolean; upArrow: boolean; downArrow: boolean },
): LevelEntry | undefined {
  const all = worlds.flatMap(({ levels }) => levels);
  const at = all.findIndex(({ id }) => id === current.id);
  if (key.leftArrow) return all[Math.max(0, at - 1)];
  if (key.rightArrow) return all[Math.min(all.length - 1, at + 1)];
  const world = worlds.findIndex(({ levels }) => levels.some(({ id }) => id === current.id));
  const column = worlds[world]!.levels.findIndex(({ id }) => id === current.id);
  const other = worlds[world + (key.downArrow ? 1 : key.upArrow ? -1 : Number.NaN)];
  return other?.levels[Math.min(column, other.levels.length - 1)];
}
