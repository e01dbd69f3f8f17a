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
  /** How many unmet ones show what was expected and observed. */
  readonly detailed: number;
  /** Host time, ms since 1970. */
  readonly now: number;
}

export function ObjectiveList({ objectives, columns, isDense, detailed, now }: ObjectiveListProps) {
  const unmet = objectives.filter(({ outcome }) => outcome === 'unmet' || outcome === 'unknown');
  return (
    <Box flexDirection="column" flexShrink={0} width={columns}>
      {objectives.map((objective) => (
        <Objective key={objective.id} {...{ objective, columns, isDense, now }} hasDetails={unmet.indexOf(objective) < detailed} />
      ))}
    </Box>
  );
}

interface ObjectiveProps {
  readonly objective: ObjectiveView;
  readonly columns: number;
  readonly isDense: boolean;
  readonly hasDetails: boolean;
  readonly now: number;
}

function Objective({ objective, columns, isDense, hasDetails, now }: ObjectiveProps) {
  const { symbol, colour } = outcomeSigns[objective.outcome];
  const lines = objectiveLines(objective, columns, now);
  const { title } = lines;
  const details = hasDetails ? lines.details : [];
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
