// The playing screen: the mission beside the player's own shell; at 80 columns the shell has the full width and the mission two lines on top.
import { Box, Text, useAnimation } from 'ink';
import { useState } from 'react';
import type { Action, LevelView, SessionView } from '../../game/session-view.ts';
import { HelpLine } from '../components/help-line.tsx';
import { Mission } from '../components/mission.tsx';
import { freshMission, type MissionState } from '../components/mission-state.ts';
import { isFresh } from '../components/objective-lines.ts';
import { formatClock, formatElapsed } from '../elapsed.ts';
import { keys } from '../keys.ts';
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
  readonly asksQuit: boolean;
  readonly act: (action: Action) => void;
  readonly onDebrief: () => void;
}

export function PlayScreen(props: PlayScreenProps) {
  const now = useNow(props.level);
  // Here, as the mission isn't there while the shell is in front.
  const [state, onState] = useState(freshMission);
  const all = { ...props, now, state, onState };
  if (props.columns >= wideColumns) return <SideBySide {...all} />;
  return props.focus === 'shell' ? <ShellInFront {...all} /> : <MissionInFront {...all} />;
}

/** Host time: often while something is bright for a moment, else as a clock with seconds needs it. */
function useNow({ objectives, brokenGuards }: LevelView): number {
  const now = Date.now();
  const isMoving = [...objectives, ...brokenGuards].some((objective) => isFresh(objective, now));
  useAnimation({ interval: isMoving ? 200 : 500 });
  return now;
}

type Timed = PlayScreenProps & {
  readonly now: number;
  readonly state: MissionState;
  readonly onState: (state: MissionState) => void;
};

/** From 110 columns: mission left, shell right. */
function SideBySide(props: Timed) {
  const { view, level, shell, focus, columns, rows, now } = props;
  const shellColumns = Math.max(shellColumnsMin, Math.floor(columns * 0.57));
  const missionColumns = columns - shellColumns - 1;
  const isShell = focus === 'shell';
  return (
    <Box width={columns} height={rows}>
      <Mission {...props} columns={missionColumns} rows={rows} hasFocus={!isShell} status={`${level.xp} XP`} />
      <Box flexDirection="column" width={1} flexShrink={0}>
        <Text dimColor={!isShell} {...(isShell && { color: colours.accent })}>
          {Array.from({ length: rows }, () => '│').join('\n')}
        </Text>
      </Box>
      <Box flexDirection="column" width={shellColumns} height={rows}>
        <Box height={1} paddingX={1} justifyContent="space-between" flexShrink={0}>
          <Text wrap="truncate-end" dimColor={!isShell} bold={isShell} {...(isShell && { color: colours.accent })}>
            shell
          </Text>
          <Text dimColor>{`${level.namespace} · ${view.cluster.name} · ${statusOf(level, view, now)}`}</Text>
        </Box>
        <Shell shell={shell} hasFocus={isShell} columns={shellColumns} rows={rows - 2} x={missionColumns + 1} y={1} view={view} />
        <HelpLine bindings={[{ key: 'F2 or ctrl-]', does: isShell ? 'to the mission' : 'to the shell' }]} columns={shellColumns} />
      </Box>
    </Box>
  );
}

/** 80 columns, shell in front: the mission is a line. */
function ShellInFront({ view, level, shell, columns, rows, now }: Timed) {
  const { result } = level;
  const clock = `${formatClock(elapsed(level, now))} · `;
  const title = `${level.number} ${level.title}`;
  // Where F2 doesn't come through nobody could ask for the keys: the other one is named if the title leaves room.
  const room = columns - 3 - title.length - goalsLength(level) - ` · ${clock}`.length;
  const key = room >= bothKeys.length ? bothKeys : 'F2 mission';
  const right = result ? `Passed · ${result.xp} XP · F2 ⏎ why it broke` : `${clock}${key}`;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Box height={1} justifyContent="space-between" paddingX={1} flexShrink={0}>
        <Box flexShrink={1}>
          <Text bold wrap="truncate-end">
            {title}
          </Text>
        </Box>
        <Box flexShrink={0} paddingLeft={1}>
          <Goals level={level} now={now} />
          <Text {...(result ? { color: colours.good, bold: true } : { dimColor: true })}>{` · ${right}`}</Text>
        </Box>
      </Box>
      <Text dimColor>{'─'.repeat(columns)}</Text>
      <Shell shell={shell} hasFocus columns={columns} rows={rows - 2} x={0} y={2} view={view} />
    </Box>
  );
}

const bothKeys = 'ctrl-]/F2 mission';

/** What `Goals` takes while the level isn't passed. */
function goalsLength({ objectives, brokenGuards }: LevelView): number {
  const count = objectives.length + brokenGuards.length;
  return 2 * count - 1 + `  ${count} of ${count} met`.length;
}

/** A sign for each objective, and how many are met. */
function Goals({ level: { objectives, brokenGuards, result }, now }: { readonly level: LevelView; readonly now: number }) {
  const goals = [...objectives, ...brokenGuards];
  const met = goals.filter(({ outcome }) => outcome === 'met').length;
  return (
    <Text>
      {goals.map((goal, index) => {
        const { symbol, colour } = outcomeSigns[goal.outcome];
        return (
          <Text key={goal.id}>
            {index > 0 ? ' ' : ''}
            <Text inverse={isFresh(goal, now)} {...(colour && { color: colour })}>
              {symbol}
            </Text>
          </Text>
        );
      })}
      {result ? null : <Text dimColor>{`  ${met} of ${goals.length} met`}</Text>}
    </Text>
  );
}

/** 80 columns, mission in front. */
function MissionInFront(props: Timed) {
  const { view, level, now } = props;
  const status = `${level.xp} XP · ${statusOf(level, view, now)}`;
  return <Mission {...props} hasFocus status={status} shellKey={keys.toShell} />;
}

interface ShellProps {
  readonly shell: PlayScreenProps['shell'];
  readonly hasFocus: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly x: number;
  readonly y: number;
  readonly view: SessionView;
}

function Shell({ shell, view, ...place }: ShellProps) {
  if (typeof shell !== 'string') return <ShellPane shell={shell} {...place} />;
  const text =
    shell === 'opening' ? 'opening your shell' : 'F2 gives your shell the whole screen; "exit" comes back. Or in another terminal:';
  return (
    <Box flexDirection="column" width={place.columns} height={place.rows} paddingX={1} flexShrink={0}>
      <Text dimColor wrap="wrap">
        {text}
      </Text>
      {shell === 'none' ? <Text wrap="hard">{`export KUBECONFIG=${view.cluster.kubeconfig}`}</Text> : null}
    </Box>
  );
}

function elapsed(level: LevelView, now: number): number {
  return level.result?.elapsedMs ?? (level.startedAt === undefined ? 0 : now - level.startedAt);
}

function statusOf(level: LevelView, { cluster }: SessionView, now: number): string {
  const attempts = level.restarts > 0 ? ` · try ${level.restarts + 1}` : '';
  const behind = cluster.behindMs ? ` · catching up ${formatElapsed(cluster.behindMs)}` : '';
  return `${formatClock(elapsed(level, now))}${attempts}${behind}`;
}
