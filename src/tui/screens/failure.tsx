// Something that keeps the game from going on: what happened, what is safe, what to do. Never a stack.
import { Box, Text, useInput } from 'ink';
import type { FailureView } from '../../game/session-view.ts';
import { HelpLine } from '../components/help-line.tsx';
import { colours, proseColumnsMax } from '../theme.ts';

export interface FailureScreenProps {
  readonly failure: FailureView;
  readonly columns: number;
  readonly rows: number;
  readonly onBack: () => void;
  readonly onQuit: () => void;
}

export function FailureScreen({ failure, columns, rows, onBack, onQuit }: FailureScreenProps) {
  useInput((input, key) => {
    if (input === 'q') onQuit();
    else if (key.return || key.escape) onBack();
  });
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Box flexDirection="column" flexGrow={1} paddingX={3} paddingTop={2}>
        <Box flexDirection="column" width={Math.min(proseColumnsMax, columns - 6)}>
          <Text bold color={colours.doubt} wrap="wrap">{`! ${failure.what}`}</Text>
          <Text> </Text>
          <Text wrap="wrap">{failure.safe}</Text>
          <Text wrap="wrap">{failure.fix}</Text>
          <Text> </Text>
          <Text dimColor wrap="hard">{`The log: ${failure.logPath}`}</Text>
        </Box>
      </Box>
      <HelpLine
        bindings={[
          { key: '⏎', does: 'map' },
          { key: 'q', does: 'quit' },
        ]}
        columns={columns}
      />
    </Box>
  );
}
