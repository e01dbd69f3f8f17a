// From the session's phase to a screen. What outlives a key press lives in the session; here are only cursor, scroll and focus.
import { Box, Text, useApp, useInput, useWindowSize } from 'ink';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Action, LevelEntry, SessionHandle } from '../game/session-view.ts';
import { BriefingScreen } from './screens/briefing.tsx';
import { DebriefScreen } from './screens/debrief.tsx';
import { FailureScreen } from './screens/failure.tsx';
import { MapScreen } from './screens/map.tsx';
import { PlayScreen } from './screens/play.tsx';
import { StartingScreen } from './screens/starting.tsx';
import { TooSmall } from './screens/too-small.tsx';
import type { PtyTerminal } from './shell-pane/pty-terminal.ts';
import type { StdinMux } from './shell-pane/stdin-mux.ts';
import { smallest } from './theme.ts';

export interface AppProps {
  readonly session: SessionHandle;
  readonly mux: StdinMux;
  /** Number or id of the level whose briefing is shown first. */
  readonly level?: string;
  /** Opens the pane's shell; undefined where that isn't possible. */
  readonly openShell: (environment: Readonly<Record<string, string>>) => Promise<PtyTerminal | undefined>;
  /** Runs the shell on the whole screen. */
  readonly runShell: (environment: Readonly<Record<string, string>>) => Promise<void>;
}

type Page = 'map' | 'briefing' | 'level' | 'debrief';

export function App({ session, mux, level: wanted, openShell, runShell }: AppProps) {
  const view = useSyncExternalStore(
    useCallback((listener) => session.subscribe(listener), [session]),
    () => session.view,
  );
  const { columns, rows } = useWindowSize();
  const { exit, suspendTerminal } = useApp();
  // Ink leaves raw mode when nobody listens, as while the shell has the focus.
  useInput(() => {});
  const [page, setPage] = useState<Page>(wanted === undefined ? 'map' : 'briefing');
  const [chosen, setChosen] = useState<string>();
  const [focus, setFocus] = useState<'shell' | 'mission'>('shell');
  const [shell, setShell] = useState<PtyTerminal | 'opening' | 'none'>('opening');
  const isOpening = useRef(false);
  const entries = view.worlds.flatMap(({ levels }) => levels);
  const entry = entries.find(({ id, number }) => (chosen === undefined ? id === wanted || String(number) === wanted : id === chosen));
  const isPlaying = page === 'level' && (view.phase === 'playing' || view.phase === 'passed');
  const { kubeconfig, environment } = view.cluster;

  useEffect(() => {
    if (!isPlaying || isOpening.current || kubeconfig === undefined) return;
    isOpening.current = true;
    void openShell(environment).then((opened) => {
      setShell(opened ?? 'none');
      if (!opened) setFocus('mission');
    });
  }, [isPlaying, kubeconfig, environment, openShell]);

  const giveShellTheScreen = useCallback(() => {
    mux.suspend();
    void suspendTerminal(() => runShell(environment)).finally(() => mux.resume());
  }, [mux, suspendTerminal, runShell, environment]);

  useEffect(() => {
    mux.onChord = () => {
      if (!isPlaying) return;
      if (shell === 'none') giveShellTheScreen();
      else setFocus((current) => (current === 'shell' ? 'mission' : 'shell'));
    };
    const hasShellFocus = isPlaying && focus === 'shell' && typeof shell !== 'string';
    mux.setCapture(hasShellFocus ? (text) => typeIntoShell(shell, text, rows) : undefined);
  }, [mux, isPlaying, focus, shell, rows, giveShellTheScreen]);

  const act = (action: Action) => {
    if (action.type === 'leave' || action.type === 'skip') setPage('map');
    session.act(action);
  };
  const start = (level: LevelEntry) => {
    setChosen(level.id);
    setFocus('shell');
    setPage('level');
    session.act({ type: 'start', level: level.id });
  };
  const choose = (level: LevelEntry) => {
    setChosen(level.id);
    if (view.level?.id === level.id && !view.level.result) start(level);
    else setPage('briefing');
  };
  const goOn = () => {
    const next = entries.find(({ number }) => number === view.level?.result?.nextLevel);
    session.act({ type: 'leave' });
    if (next) setChosen(next.id);
    setPage(next ? 'briefing' : 'map');
  };

  if (columns < smallest.columns || rows < smallest.rows) return <TooSmall columns={columns} rows={rows} />;
  const size = { columns, rows };
  if (view.phase === 'failed' && view.failure)
    return <FailureScreen failure={view.failure} {...size} onBack={() => act({ type: 'leave' })} onQuit={() => exit()} />;
  if (page === 'briefing' && entry) {
    return (
      <BriefingScreen
        entry={entry}
        briefing={entry.briefing}
        objectives={entry.goals}
        {...size}
        onStart={() => start(entry)}
        onBack={() => setPage('map')}
      />
    );
  }
  if (page === 'debrief' && view.level?.result)
    return <DebriefScreen level={view.level} {...size} onNext={goOn} onBack={() => act({ type: 'leave' })} />;
  if (page === 'level') {
    if (!isPlaying || !view.level) return <StartingScreen level={view.level} {...size} />;
    return (
      <PlayScreen
        view={view}
        level={view.level}
        shell={shell}
        focus={focus}
        {...size}
        act={act}
        onFocus={() => setFocus('shell')}
        onDebrief={() => setPage('debrief')}
      />
    );
  }
  if (wanted !== undefined && page === 'briefing' && view.phase === 'loading') {
    return (
      <Box {...{ width: columns, height: rows }} alignItems="center" justifyContent="center">
        <Text dimColor>looking for the level</Text>
      </Box>
    );
  }
  return (
    <MapScreen
      view={view}
      {...size}
      chosen={chosen}
      onChoose={setChosen}
      onStart={choose}
      onQuit={() => exit()}
      onDismiss={(notice) => session.act({ type: 'dismiss', notice })}
    />
  );
}

/** Shift with page up and down scrolls back; everything else is the shell's. */
function typeIntoShell(shell: PtyTerminal, text: string, rows: number): void {
  if (text === '\u001b[5;2~') shell.scroll(-Math.floor(rows / 2));
  else if (text === '\u001b[6;2~') shell.scroll(Math.floor(rows / 2));
  else shell.input(text);
}
