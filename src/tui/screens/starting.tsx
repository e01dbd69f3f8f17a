// While a level is being set up: what is waited for, and the way out.
import { stripVTControlCharacters } from 'node:util';
import { Box, Text, useAnimation, useInput } from 'ink';
import type { LevelEntry, LevelView } from '../../game/session-view.ts';
import { HelpLine } from '../components/help-line.tsx';
import { formatElapsed } from '../elapsed.ts';
import { keys } from '../keys.ts';

export interface StartingScreenProps {
  /** As the map knows it, until the session does. */
  readonly level: (Pick<LevelEntry, 'number' | 'title'> & Pick<LevelView, 'progress'>) | undefined;
  /** Held for the shell, which gets it when the level is there. */
  readonly typed: string;
  readonly columns: number;
  readonly rows: number;
  readonly onBack: () => void;
}

export function StartingScreen({ level, typed, columns, rows, onBack }: StartingScreenProps) {
  const { time } = useAnimation({ interval: 250 });
  useInput((input, key) => {
    if (input === 'q' || key.escape) onBack();
  });
  return (
    <Box width={columns} height={rows} flexDirection="column">
      <Box flexGrow={1} alignItems="center" justifyContent="center" flexDirection="column">
        <Text bold>{level ? `${level.number}  ${level.title}` : 'K8sQuest'}</Text>
        <Text dimColor>{`${level?.progress ?? 'breaking a cluster for you'}${time > 1000 ? ` · ${formatElapsed(time)}` : ''}`}</Text>
        {typed ? <Text dimColor wrap="truncate-start">{`for the shell: ${shown(typed)}`}</Text> : null}
      </Box>
      <HelpLine bindings={[typed ? { ...keys.back, key: 'esc' } : keys.back]} columns={columns} />
    </Box>
  );
}

/** Enter has its sign, other keys that aren't text have none. */
function shown(typed: string): string {
  return stripVTControlCharacters(typed)
    .replaceAll('\r', ' ⏎ ')
    .replaceAll(/\p{Cc}/gu, '');
}
