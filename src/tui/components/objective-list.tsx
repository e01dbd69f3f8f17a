// Objectives as they stand: a sign and a word; an unmet one says what was expected and what was seen, and how long ago.
import { Box, Text } from 'ink';
import type { ObjectiveView } from '../../game/session-view.ts';
import { outcomeSigns } from '../theme.ts';
import { isFresh, objectiveLines } from './objective-lines.ts';

export interface ObjectiveListProps {
  readonly objectives: readonly ObjectiveView[];
  readonly columns: number;
  /** No empty lines, where rows are few. */
  readonly isDense: boolean;
  /** Host time, ms since 1970. */
  readonly now: number;
}

export function ObjectiveList({ objectives, columns, isDense, now }: ObjectiveListProps) {
  return (
    <Box flexDirection="column" flexShrink={0} width={columns}>
      {objectives.map((objective) => (
        <Objective key={objective.id} {...{ objective, columns, isDense, now }} />
      ))}
    </Box>
  );
}

interface ObjectiveProps {
  readonly objective: ObjectiveView;
  readonly columns: number;
  readonly isDense: boolean;
  readonly now: number;
}

function Objective({ objective, columns, isDense, now }: ObjectiveProps) {
  const { symbol, colour } = outcomeSigns[objective.outcome];
  const { title, details } = objectiveLines(objective, columns, now);
  return (
    <Box flexDirection="column" flexShrink={0} marginBottom={details.length > 0 && !isDense ? 1 : 0}>
      <Box width={columns}>
        <Text {...(colour && { color: colour })}>{`${symbol} `}</Text>
        <Text bold={isFresh(objective, now)}>{title.join('\n')}</Text>
      </Box>
      {details.length > 0 ? <Text dimColor>{details.join('\n')}</Text> : null}
    </Box>
  );
}
