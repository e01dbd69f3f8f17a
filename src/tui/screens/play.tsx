// The playing screen: the mission beside the player's own shell; at 80 columns the shell has the full width and the mission two lines on top.
import { Box, Text, useAnimation, useInput } from 'ink';
import { useState } from 'react';
import wrapAnsi from 'wrap-ansi';
import type { Action, LevelView, SessionView } from '../../game/session-view.ts';
import { HelpLine } from '../components/help-line.tsx';
import { ObjectiveList, objectiveRows } from '../components/objective-list.tsx';
import { lastTop, ScrollText } from '../components/scroll-text.tsx';
import { formatClock, formatElapsed } from '../elapsed.ts';
import { keys } from '../keys.ts';
import { highlight } from '../markdown/highlight.ts';
import { renderMarkdown } from '../markdown/markdown.ts';
import { style } from '../markdown/style.ts';
import type { PtyTerminal } from '../shell-pane/pty-terminal.ts';
import { ShellPane } from '../shell-pane/shell-pane.tsx';
import { colours, outcomeSigns, shellColumnsMin, wideColumns } from '../theme.ts';

export interface PlayScreenProps {
  readonly view: SessionView;
  readonly level: LevelView;
  readonly shell: PtyTerminal | 'opening' | 'none';
  readonly focus: 'shell' | 'mission';
  readonly columns: number;
  readonly rows: number;
  readonly act: (action: Action) => void;
  readonly onFocus: () => void;
  readonly onDebrief: () => void;
}

export function PlayScreen(props: PlayScreenProps) {
  const { level, focus, columns, rows } = props;
  const { now } = useNow();
  return columns >= wideColumns ? (
    <SideBySide {...props} now={now} />
  ) : focus === 'shell' ? (
    <ShellOnTop {...props} now={now} columns={columns} rows={rows} level={level} />
  ) : (
    <MissionOverShell {...props} now={now} />
  );
}

/** Host time, brought up to date four times a second. */
function useNow(): { now: number } {
  useAnimation({ interval: 250 });
  return { now: Date.now() };
}

type Timed = PlayScreenProps & { readonly now: number };

/** From 110 columns: mission left, shell right. */
function SideBySide(props: Timed) {
  const { view, level, shell, focus, columns, rows, now } = props;
  const shellColumns = Math.max(shellColumnsMin, Math.floor(columns * 0.57));
  const missionColumns = columns - shellColumns - 1;
  return (
    <Box width={columns} height={rows}>
      <Mission {...props} columns={missionColumns} rows={rows} hasFocus={focus === 'mission'} />
      <Box flexDirection="column" width={1} flexShrink={0}>
        <Text dimColor={focus === 'mission'} {...(focus === 'shell' && { color: colours.accent })}>
          {Array.from({ length: rows }, () => '│').join('\n')}
        </Text>
      </Box>
      <Box flexDirection="column" width={shellColumns} height={rows}>
        <Box height={1} paddingX={1} justifyContent="space-between" flexShrink={0}>
          <Text dimColor wrap="truncate-end">{`${level.namespace} · ${view.cluster.name}`}</Text>
          <Text dimColor>{statusOf(level, view, now)}</Text>
        </Box>
        <Shell shell={shell} hasFocus={focus === 'shell'} columns={shellColumns} rows={rows - 2} x={missionColumns + 1} y={1} view={view} />
        <HelpLine
          bindings={focus === 'shell' ? [keys.toMission, { ...keys.toShell, does: 'mission' }] : [keys.toShell]}
          columns={shellColumns}
        />
      </Box>
    </Box>
  );
}

/** 80 columns, shell in front: the mission is a line. */
function ShellOnTop({ view, level, shell, columns, rows, now }: Timed) {
  const goals = level.objectives.map(({ title, outcome }) => ({ title, ...outcomeSigns[outcome] }));
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Box height={1} justifyContent="space-between" paddingX={1} flexShrink={0}>
        <Text wrap="truncate-end">
          <Text bold>{`${level.number} ${level.title}`}</Text>
          {'  '}
          {goals.map(({ title, symbol, colour }, index) => (
            <Text key={title}>
              {index > 0 ? ' ' : ''}
              <Text {...(colour && { color: colour })}>{symbol}</Text>
            </Text>
          ))}
          <Text dimColor>{` ${goals.filter(({ word }) => word === 'met').length} of ${goals.length} met`}</Text>
        </Text>
        <Text dimColor>{level.result ? 'F2: why it broke' : `${formatClock(elapsed(level, now))} · F2 mission`}</Text>
      </Box>
      <Text dimColor>{'─'.repeat(columns)}</Text>
      <Shell shell={shell} hasFocus columns={columns} rows={rows - 2} x={0} y={2} view={view} />
    </Box>
  );
}

/** 80 columns, mission in front. */
function MissionOverShell(props: Timed) {
  const { columns, rows, view, level, now } = props;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Box height={1} paddingX={1} justifyContent="flex-end" flexShrink={0}>
        <Text dimColor>{statusOf(level, view, now)}</Text>
      </Box>
      <Mission {...props} columns={columns} rows={rows - 1} hasFocus />
    </Box>
  );
}

function Shell({
  shell,
  hasFocus,
  columns,
  rows,
  x,
  y,
  view,
}: {
  shell: PlayScreenProps['shell'];
  hasFocus: boolean;
  columns: number;
  rows: number;
  x: number;
  y: number;
  view: SessionView;
}) {
  if (typeof shell !== 'string') return <ShellPane shell={shell} hasFocus={hasFocus} columns={columns} rows={rows} x={x} y={y} />;
  const text =
    shell === 'opening' ? 'opening your shell' : 'F2 gives your shell the whole screen; "exit" comes back. Or in another terminal:';
  return (
    <Box flexDirection="column" width={columns} height={rows} paddingX={1} flexShrink={0}>
      <Text dimColor wrap="wrap">
        {text}
      </Text>
      {shell === 'none' ? <Text wrap="wrap">{`export KUBECONFIG=${view.cluster.kubeconfig}`}</Text> : null}
    </Box>
  );
}

type Asking = 'restart' | 'skip' | 'solution' | undefined;

/** The mission: briefing, objectives, hints, and the keys that belong to it. */
function Mission({ view, level, columns, rows, now, hasFocus, act, onDebrief }: Timed & { readonly hasFocus: boolean }) {
  const [asking, setAsking] = useState<Asking>();
  const [top, setTop] = useState(0);
  const [showsKeys, setShowsKeys] = useState(false);
  const width = columns - 2;
  const lines = [...briefingLines(level, width), ...hintLines(level, width), ...(showsKeys ? keyLines(level, view, width) : [])];
  const goals = [...level.objectives, ...level.brokenGuards];
  const textRows = Math.max(3, rows - objectiveRows(goals, width) - 5);
  const last = lastTop(lines, textRows);
  useInput(
    (input, key) => {
      if (asking) {
        if (input === 'y' || key.return) act({ type: asking });
        setAsking(undefined);
        return;
      }
      if (key.return && level.result) onDebrief();
      else if (input === 'h') {
        act({ type: 'hint' });
        setTop(Number.MAX_SAFE_INTEGER);
      } else if (input === 'r') setAsking('restart');
      else if (input === 'x') setAsking('skip');
      else if (input === 'S') {
        if (level.hints.solution) setTop(Number.MAX_SAFE_INTEGER);
        else setAsking('solution');
      } else if (input === 'q') act({ type: 'leave' });
      else if (input === '?') {
        setShowsKeys(!showsKeys);
        setTop(showsKeys ? 0 : Number.MAX_SAFE_INTEGER);
      } else if (key.downArrow) setTop(Math.min(last, Math.min(last, top) + 1));
      else if (key.upArrow) setTop(Math.max(0, Math.min(last, top) - 1));
      else if (key.pageDown || input === ' ') setTop(Math.min(last, Math.min(last, top) + textRows - 2));
      else if (key.pageUp) setTop(Math.max(0, Math.min(last, top) - textRows + 2));
    },
    { isActive: hasFocus },
  );
  const { nextCost } = level.hints;
  const hint = { ...keys.hint, does: nextCost === undefined ? 'hints read' : nextCost === 0 ? 'hint (free)' : `hint (${nextCost} XP)` };
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden" flexShrink={0}>
      <Box height={1} paddingX={1} justifyContent="space-between" flexShrink={0} width={columns}>
        <Text bold wrap="truncate-end" {...(hasFocus && { color: colours.accent })}>{`${level.number}  ${level.title}`}</Text>
        <Text dimColor>{`${level.xp} XP`}</Text>
      </Box>
      <Box paddingX={1} paddingTop={1} flexGrow={1} overflow="hidden">
        <ScrollText lines={lines} top={Math.min(top, last)} columns={width} rows={textRows} />
      </Box>
      <Box flexDirection="column" paddingX={1} flexShrink={0} width={columns}>
        <ObjectiveList objectives={goals} columns={width} now={now} />
        {level.result ? (
          <Passed level={level} />
        ) : (
          <Text dimColor wrap="truncate-end">{`hints ${level.hints.read.length} of ${level.hints.total} read`}</Text>
        )}
      </Box>
      {asking ? (
        <Box height={1} paddingX={1} flexShrink={0}>
          <Text color={colours.doubt}>{`${questions[asking](level)} y: yes, any other key: no`}</Text>
        </Box>
      ) : (
        <HelpLine
          bindings={
            hasFocus
              ? level.result
                ? [keys.why, keys.restart, keys.back, keys.help]
                : [hint, keys.restart, keys.skip, keys.back, keys.help]
              : [{ key: 'F2', does: 'here' }]
          }
          columns={columns}
        />
      )}
    </Box>
  );
}

const questions: Record<NonNullable<Asking>, (level: LevelView) => string> = {
  restart: () => 'Break it anew?',
  skip: () => 'Give this level up?',
  solution: ({ hints }) => `Show the solution for ${hints.solutionCost} XP?`,
};

function Passed({ level }: { level: LevelView }) {
  const { xp, elapsedMs, gained } = level.result!;
  return (
    <Text color={colours.good} bold wrap="truncate-end">
      {`Passed in ${formatElapsed(elapsedMs)} · ${xp} XP${gained === xp ? '' : ` (${gained} new)`} · ⏎ why it broke`}
    </Text>
  );
}

function briefingLines({ briefing }: LevelView, width: number): string[] {
  return briefing
    .trim()
    .split(/\n\s*\n/)
    .flatMap((paragraph, index) => {
      const lines = wrapAnsi(paragraph.replace(/\s+/g, ' '), width - 3, { trim: true }).split('\n');
      return [...(index > 0 ? [''] : []), ...(index === 0 && paragraph.length < 60 ? lines.map(style.dim) : lines)];
    });
}

function hintLines({ hints }: LevelView, width: number): string[] {
  const read = hints.read.flatMap(({ title, text }, index) => [
    '',
    style.bold(`Hint ${index + 1}: ${title}`),
    ...renderMarkdown(text, width - 3),
  ]);
  return hints.solution
    ? [...read, '', style.bold('The solution'), ...highlight(hints.solution.text.trimEnd(), hints.solution.language)]
    : read;
}

function keyLines({ hints }: LevelView, { cluster }: SessionView, width: number): string[] {
  const lines = [
    'F2, ctrl-]   shell and mission',
    `h            next hint${hints.nextCost === undefined ? '' : ` (${hints.nextCost} XP)`}`,
    `S            the solution${hints.solution ? '' : ` (${hints.solutionCost} XP)`}`,
    'r            break it anew',
    'x            give the level up',
    'q            to the map; the level stays as it is',
    '↑ ↓ space    scroll this text',
    'shift-PgUp   scroll the shell back',
    '',
    'In a second terminal:',
    ...wrapAnsi(`export KUBECONFIG=${cluster.kubeconfig}`, width - 3, { hard: true }).split('\n'),
  ];
  return ['', style.bold('Keys'), ...lines];
}

function elapsed(level: LevelView, now: number): number {
  return level.result?.elapsedMs ?? (level.startedAt === undefined ? 0 : now - level.startedAt);
}

function statusOf(level: LevelView, { cluster }: SessionView, now: number): string {
  const attempts = level.restarts > 0 ? ` · ${level.restarts + 1}. try` : '';
  const behind = cluster.behindMs ? ` · catching up ${formatElapsed(cluster.behindMs)}` : '';
  return `${formatClock(elapsed(level, now))}${attempts}${behind}`;
}
