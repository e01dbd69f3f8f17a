// Objectives as they stand: a sign and a word; an unmet one says what was expected and what was seen, and how long ago.
import { Box, Text } from 'ink';
import wrapAnsi from 'wrap-ansi';
import type { ObjectiveView } from '../../game/session-view.ts';
import { formatElapsed } from '../elapsed.ts';
import { outcomeSigns } from '../theme.ts';

/** How long what has just turned stays bright. */
const highlightMs = 600;
const labelColumns = 14;

export interface ObjectiveListProps {
  readonly objectives: readonly ObjectiveView[];
  readonly columns: number;
  /** Host time, ms since 1970. */
  readonly now: number;
}

/** How many rows the list takes. */
export function objectiveRows(objectives: readonly ObjectiveView[], columns: number): number {
  return objectives.reduce((sum, objective) => {
    const { title, details } = linesOf(objective, columns, 0);
    return sum + title.length + details.length + (details.length > 0 ? 1 : 0);
  }, 0);
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
  const { symbol, colour } = outcomeSigns[objective.outcome];
  const { title, details } = linesOf(objective, columns, now);
  const isNew = objective.turnedAt !== undefined && now - objective.turnedAt < highlightMs;
  return (
    <Box flexDirection="column" flexShrink={0} marginBottom={details.length > 0 ? 1 : 0}>
      <Box width={columns}>
        <Text {...(colour && { color: colour })}>{`${symbol} `}</Text>
        <Text bold={isNew}>{title.join('\n')}</Text>
      </Box>
      {details.length > 0 ? <Text dimColor>{details.join('\n')}</Text> : null}
    </Box>
  );
}

function linesOf(
  { title, outcome, expected, observed, judgedAt }: ObjectiveView,
  columns: number,
  now: number,
): { title: string[]; details: string[] } {
  const heading = wrap(`${title} · ${outcomeSigns[outcome].word}`, columns - 2);
  if (outcome === 'met' || outcome === 'checking') return { title: heading, details: [] };
  const age = judgedAt === undefined ? '' : ` · ${formatElapsed(now - judgedAt)} ago`;
  return {
    title: heading,
    details: [...detail('expected', expected ?? '', columns), ...detail('observed', `${observed ?? ''}${age}`, columns)],
  };
}

function detail(label: string, text: string, columns: number): string[] {
  return wrap(text, columns - labelColumns).map((line, index) => (index === 0 ? `    ${label}` : '').padEnd(labelColumns) + line);
}

function wrap(text: string, columns: number): string[] {
  return wrapAnsi(text, columns, { trim: true, hard: true }).split('\n');
}
