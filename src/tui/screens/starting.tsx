// While a level is being set up: what is waited for.
import { Box, Text, useAnimation } from 'ink';
import type { LevelView } from '../../game/session-view.ts';
import { formatElapsed } from '../elapsed.ts';

export interface StartingScreenProps {
  readonly level: LevelView | undefined;
  readonly columns: number;
  readonly rows: number;
}

export function StartingScreen({ level, columns, rows }: StartingScreenProps) {
  const { time } = useAnimation({ interval: 250 });
  return (
    <Box width={columns} height={rows} alignItems="center" justifyContent="center" flexDirection="column">
      <Text bold>{level ? `${level.number}  ${level.title}` : 'K8sQuest'}</Text>
      <Text dimColor>{`${level?.progress ?? 'breaking a cluster for you'}${time > 1000 ? ` · ${formatElapsed(time)}` : ''}`}</Text>
    </Box>
  );
}
