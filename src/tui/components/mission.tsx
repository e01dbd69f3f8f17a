// The mission: briefing, objectives, hints, and the keys that belong to it.
import { Box, Text, useInput } from 'ink';
import { useMemo } from 'react';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Action, LevelView, SessionView } from '../../game/session-view.ts';
import { formatElapsed } from '../elapsed.ts';
import { type KeyBinding, keys } from '../keys.ts';
import { colours } from '../theme.ts';
import { HelpLine } from './help-line.tsx';
import { type MissionState, pressMission, type Question } from './mission-state.ts';
import { missionText } from './mission-text.ts';
import { detailedWithin, objectiveRows, restLines } from './objective-lines.ts';
import { ObjectiveList } from './objective-list.tsx';
import { QuestionLine, quitQuestion, yesOrNo } from './question-line.tsx';
import { lastTop, ScrollText } from './scroll-text.tsx';

export interface MissionProps {
  readonly view: SessionView;
  readonly level: LevelView;
  readonly columns: number;
  readonly rows: number;
  /** Host time, ms since 1970. */
  readonly now: number;
  readonly hasFocus: boolean;
  /** Stands at the right of the title. */
  readonly status: string;
  /** The game is about to be quit, if the player says so again. */
  readonly asksQuit: boolean;
  /** The key that leads to the shell, where it isn't on the screen. */
  readonly shellKey?: KeyBinding;
  readonly state: MissionState;
  readonly onState: (state: MissionState) => void;
  readonly act: (action: Action) => void;
  readonly onDebrief: () => void;
}

/** From this height there is room for empty lines. */
const roomyRows = 20;
const textRowsMin = 3;

export function Mission(props: MissionProps) {
  const { view, level, columns, rows, now, hasFocus, asksQuit, state, onState, act, onDebrief } = props;
  const width = columns - 2;
  const { cluster } = view;
  const text = useMemo(() => missionText(level, cluster, width - 2, state.showsKeys), [level, cluster, width, state.showsKeys]);
  const goals = [...level.objectives, ...level.brokenGuards];
  const isDense = rows < roomyRows;
  const question = asksQuit ? quitQuestion : state.asking && questions[state.asking](level);
  const footRows = 1 + (question ? wrapAnsi(question, width).split('\n').length : 1);
  const aroundRows = footRows + (isDense ? 2 : level.result ? 4 : 3);
  // The keys at the foot are always there: details, then text give way.
  const textRowsWanted = state.isReading ? text.lines.length - text.newest : textRowsMin;
  const goalRows = rows - aroundRows - textRowsWanted;
  const isCrowded = isDense || detailedWithin(goalRows, goals, width, false) < goals.length;
  const detailed = detailedWithin(goalRows, goals, width, isCrowded);
  const rest = restLines(goals, detailed, width - 2, now);
  const lines = [...text.lines, ...rest];
  const room = Math.max(1, rows - aroundRows - objectiveRows(goals, width, isCrowded, detailed));
  const textRows = Math.min(room, lines.length);
  const last = lastTop(lines, textRows);
  const top = Math.min(last, state.top === 'newest' ? text.newest : state.top);
  useInput(
    (input, key) => {
      const press = {
        input: key.ctrl ? '' : input,
        isReturn: key.return,
        isEscape: key.escape,
        isUp: key.upArrow,
        isDown: key.downArrow,
        isPageUp: key.pageUp,
        isPageDown: key.pageDown,
      };
      const context = {
        top,
        lastTop: last,
        pageRows: textRows,
        hasPassed: Boolean(level.result),
        nextHintCost: level.hints.nextCost,
        hasSolution: Boolean(level.hints.solution),
      };
      const step = pressMission(state, press, context);
      onState(step.state);
      if (step.action) act(step.action);
      if (step.opensDebrief) onDebrief();
    },
    { isActive: hasFocus && !asksQuit },
  );
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden" flexShrink={0}>
      <Title {...props} />
      <Box paddingX={1} paddingTop={isDense ? 0 : 1} flexShrink={0}>
        <ScrollText lines={lines} top={top} columns={width} rows={textRows} />
      </Box>
      <Box flexDirection="column" paddingX={1} flexShrink={1} overflow="hidden" width={columns}>
        <Text dimColor>{rest.length > 0 && top < last ? '↓ what the others lack' : ' '}</Text>
        <ObjectiveList objectives={goals} columns={width} isDense={isCrowded} detailed={detailed} now={now} />
        {level.result ? <Passed level={level} hasFocus={hasFocus} isDense={isDense} columns={width} /> : null}
      </Box>
      <Box flexDirection="column" flexGrow={1} />
      <Box flexDirection="column" flexShrink={0} width={columns}>
        {level.result ? null : (
          <Box paddingX={1}>
            <Hints level={level} columns={width} />
          </Box>
        )}
        {question ? (
          <QuestionLine question={question} columns={columns} />
        ) : (
          <HelpLine bindings={hasFocus ? bindingsOf(props) : []} columns={columns} />
        )}
      </Box>
    </Box>
  );
}

const questions: Record<Question, (level: LevelView) => string> = {
  restart: () => `Break it anew? ${yesOrNo}`,
  // What it is worth now is what the solution would cost.
  skip: ({ hints }) => `Give up this level${hints.solutionCost > 0 ? ` (${hints.solutionCost} XP)` : ''}? ${yesOrNo}`,
  hint: ({ hints }) => `Read hint ${hints.read.length + 1} for ${hints.nextCost} XP? ${yesOrNo}`,
  solution: ({ hints }) => `Show the solution for ${hints.solutionCost} XP? ${yesOrNo}`,
};

function bindingsOf({ level, shellKey }: MissionProps): KeyBinding[] {
  const shell = shellKey ? [shellKey] : [];
  if (level.result) return [keys.why, ...shell, keys.restart, keys.back, keys.help];
  const { nextCost, solution } = level.hints;
  const hint = nextCost === undefined ? [] : [keys.hint];
  // Where the shell's key takes a place, the solution is offered when there are no hints any more.
  const answer = solution || (shellKey && hint.length > 0) ? [] : [keys.solution];
  return [...hint, ...answer, ...shell, keys.restart, keys.skip, keys.back, keys.help];
}

function Title({ level, columns, hasFocus, status }: MissionProps) {
  return (
    <Box height={1} paddingX={1} justifyContent="space-between" flexShrink={0} width={columns}>
      <Box flexShrink={1}>
        <Text bold wrap="truncate-end" {...(hasFocus && { color: colours.accent })}>{`${level.number}  ${level.title}`}</Text>
      </Box>
      <Box flexShrink={0} paddingLeft={1}>
        <Text dimColor>{status}</Text>
      </Box>
    </Box>
  );
}

/** How many are read, and what the next ones cost; where that doesn't fit, the next hint's price alone. */
function Hints({ level: { hints }, columns }: { readonly level: LevelView; readonly columns: number }) {
  const price = (cost: number) => (cost === 0 ? 'free' : `${cost} XP`);
  const next = hints.nextCost === undefined ? '' : ` · next: ${price(hints.nextCost)}`;
  const solution = hints.solution ? '' : ` · solution: ${price(hints.solutionCost)}`;
  const whole = `hints ${hints.read.length} of ${hints.total} read${next}${solution}`;
  return (
    <Text dimColor wrap="truncate-end">
      {whole.length <= columns ? whole : `hints ${hints.read.length}/${hints.total}${next || solution}`}
    </Text>
  );
}

interface PassedProps {
  readonly level: LevelView;
  readonly hasFocus: boolean;
  readonly isDense: boolean;
  readonly columns: number;
}

function Passed({ level, hasFocus, isDense, columns }: PassedProps) {
  const { xp, elapsedMs, gained, newRank } = level.result!;
  const how = hasFocus ? '⏎ why it broke' : 'F2 ⏎ why it broke';
  const what = `Passed in ${formatElapsed(elapsedMs)} · ${xp} XP`;
  const news = `${gained === xp ? '' : ` (${gained} new)`}${newRank ? ` · now ${newRank}` : ''}`;
  const shortest = hasFocus ? `Passed in ${formatElapsed(elapsedMs)}` : `Passed · ${how}`;
  // Where it doesn't fit, the way on comes before the numbers; with the focus, the foot tells it too.
  const choices = [`${what}${news} · ${how}`, ...(hasFocus && newRank ? [`${what}${news}`] : []), `${what} · ${how}`];
  const line = choices.find((text) => stringWidth(text) <= columns) ?? shortest;
  return (
    <Box marginTop={isDense ? 0 : 1}>
      <Text color={colours.good} bold wrap="truncate-end">
        {line}
      </Text>
    </Box>
  );
}
