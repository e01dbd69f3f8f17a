// While a level is being set up: what is waited for, and the way out.
import { Box, Text, useAnimation, useInput } from 'ink';
import type { LevelEntry, LevelView } from '../../game/session-view.ts';
import { HelpLine } from '../components/help-line.tsx';
import { formatElapsed } from '../elapsed.ts';
import { keys } from '../keys.ts';

export interface StartingScreenProps {
  /** As the map knows it, until the session does. */
  readonly level: (Pick<LevelEntry, 'number' | 'title'> & Pick<LevelView, 'progress'>) | undefined;
  readonly columns: number;
  readonly rows: number;
  readonly onBack: () => void;
}

export function StartingScreen({ level, columns, rows, onBack }: StartingScreenProps) {
  const { time } = useAnimation({ interval: 250 });
  useInput((input, key) => {
    if (input === 'q' || key.escape) onBack();
  });
  return (
    <Box width={columns} height={rows} flexDirection="column">
      <Box flexGrow={1} alignItems="center" justifyContent="center" flexDirection="column">
        <Text bold>{level ? `${level.number}  ${level.title}` : 'K8sQuest'}</Text>
        <Text dimColor>{`${level?.progress ?? 'breaking a cluster for you'}${time > 1000 ? ` · ${formatElapsed(time)}` : ''}`}</Text>
      </Box>
      <HelpLine bindings={[keys.back]} columns={columns} />
    </Box>
  );
}
