// Objectives as they stand: a sign and a word; an unmet one says what was expected and what was seen, and how long ago.
import { Box, Text } from 'ink';
import type { ObjectiveView } from '../../game/session-view.ts';
import { formatElapsed } from '../elapsed.ts';
import { outcomeSigns } from '../theme.ts';

/** How long what has just turned stays bright. */
const highlightMs = 600;

export interface ObjectiveListProps {
  readonly objectives: readonly ObjectiveView[];
  readonly columns: number;
  /** Host time, ms since 1970. */
  readonly now: number;
}

export function ObjectiveList({ objectives, columns, now }: ObjectiveListProps) {
  return (
    <Box flexDirection="column" flexShrink={0} width={columns}>
      {objectives.map((objective) => (
        <Objective key={objective.id} objective={objective} columns={columns} now={now} />
      ))}
    </Box>
  );
}

function Objective({ objective, columns, now }: { objective: ObjectiveView; columns: number; now: number }) {
  const { title, outcome, expected, observed, judgedAt, turnedAt } = objective;
  const { symbol, word, colour } = outcomeSigns[outcome];
  const isNew = turnedAt !== undefined && now - turnedAt < highlightMs;
  const isOpen = outcome === 'unmet' || outcome === 'unknown';
  return (
    <Box flexDirection="column" flexShrink={0} marginBottom={isOpen ? 1 : 0}>
      <Box width={columns}>
        <Text {...(colour && { color: colour })}>{`${symbol} `}</Text>
        <Text bold={isNew} wrap="wrap">
          {title}
          <Text dimColor>{` · ${word}`}</Text>
        </Text>
      </Box>
      {isOpen ? (
        <Box flexDirection="column" paddingLeft={4} width={columns}>
          <Text dimColor wrap="truncate-end">{`expected  ${expected}`}</Text>
          <Text dimColor wrap="truncate-end">
            {`observed  ${observed}${judgedAt === undefined ? '' : ` · ${formatElapsed(now - judgedAt)} ago`}`}
          </Text>
        </Box>
      ) : null}
    </Box>
  );
}
