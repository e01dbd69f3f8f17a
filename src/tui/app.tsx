// From the session's phase to a screen. What outlives a key press lives in the session; here are only cursor, scroll and focus.
import { useApp, useInput, useWindowSize } from 'ink';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Action, DebriefView, LevelEntry, SessionHandle } from '../game/session-view.ts';
import type { PagerPlace } from './components/pager-state.ts';
import { BriefingScreen } from './screens/briefing.tsx';
import type { DebriefScreen } from './screens/debrief.tsx';
import { FailureScreen } from './screens/failure.tsx';
import { MapScreen } from './screens/map.tsx';
import type { PlayScreen } from './screens/play.tsx';
import { StartingScreen } from './screens/starting.tsx';
import { TooSmall } from './screens/too-small.tsx';
import type { PtyTerminal } from './shell-pane/pty-terminal.ts';
import type { StdinMux } from './shell-pane/stdin-mux.ts';
import { smallest } from './theme.ts';
import { UnknownLevelError } from './unknown-level-error.ts';

/** The screens that aren't needed for the first frame: they bring the Markdown renderer along. */
export interface LevelScreens {
  readonly PlayScreen: typeof PlayScreen;
  readonly DebriefScreen: typeof DebriefScreen;
}

export interface AppProps {
  readonly session: SessionHandle;
  readonly mux: StdinMux;
  /** Number or id of the level whose briefing is shown first. */
  readonly level?: string;
  readonly loadLevelScreens: () => Promise<LevelScreens>;
  /** Opens the pane's shell; undefined where that isn't possible. */
  readonly openShell: (environment: Readonly<Record<string, string>>) => Promise<PtyTerminal | undefined>;
  /** Runs the shell on the whole screen. */
  readonly runShell: (environment: Readonly<Record<string, string>>) => Promise<void>;
}

/** 'reading': the debrief of a level that was passed some time. */
type Page = 'map' | 'briefing' | 'level' | 'debrief' | 'reading';

const beginning: PagerPlace = { section: 0, top: 0 };

export function App({ session, mux, level: wanted, loadLevelScreens, openShell, runShell }: AppProps) {
  const view = useSyncExternalStore(
    useCallback((listener) => session.subscribe(listener), [session]),
    () => session.view,
  );
  const { columns, rows } = useWindowSize();
  const { exit, suspendTerminal } = useApp();
  const [page, setPage] = useState<Page>(wanted === undefined ? 'map' : 'briefing');
  const [chosen, setChosen] = useState<string>();
  const [focus, setFocus] = useState<'shell' | 'mission'>('shell');
  const [shell, setShell] = useState<PtyTerminal | 'opening' | 'none'>('opening');
  const [asksQuit, setAsksQuit] = useState(false);
  const [place, setPlace] = useState(beginning);
  const [screens, setScreens] = useState<LevelScreens>();
  const isOpening = useRef(false);
  /** Typed for the shell while a level is being set up. */
  const held = useRef('');
  const [typed, setTyped] = useState('');
  const entries = view.worlds.flatMap(({ levels }) => levels);
  const entry = entries.find(({ id, number }) => (chosen === undefined ? id === wanted || String(number) === wanted : id === chosen));
  const isPlaying = page === 'level' && (view.phase === 'playing' || view.phase === 'passed') && screens !== undefined;
  const isShellAwaited =
    page === 'level' && focus === 'shell' && view.phase !== 'failed' && (shell === 'opening' || (typeof shell !== 'string' && !isPlaying));
  const { kubeconfig, environment } = view.cluster;

  const beingPlayed = view.level?.result ? undefined : view.level;
  /** Where it can be asked, a level is not lost without a question. */
  const quit = () => {
    if (beingPlayed && view.phase !== 'failed' && (page === 'map' || isPlaying)) setAsksQuit(true);
    else exit();
  };
  // Also keeps Ink in raw mode while the shell has the focus and nothing else of ours listens.
  useInput((input, key) => {
    const isInterrupt = key.ctrl && input === 'c';
    if (asksQuit) {
      setAsksQuit(false);
      if (isInterrupt || input === 'y' || key.return) exit();
    } else if (isInterrupt) {
      quit();
    }
  });

  useEffect(() => {
    void loadLevelScreens().then(setScreens, exit);
  }, [loadLevelScreens, exit]);

  const isUnknown = wanted !== undefined && view.phase !== 'loading' && chosen === undefined && !entry;
  useEffect(() => {
    if (isUnknown) exit(new UnknownLevelError(wanted));
  }, [isUnknown, wanted, exit]);

  useEffect(() => {
    if (!isPlaying || isOpening.current || kubeconfig === undefined) return;
    isOpening.current = true;
    const opened = (terminal: PtyTerminal | undefined) => {
      setShell(terminal ?? 'none');
      if (!terminal) setFocus('mission');
    };
    void openShell(environment).then(opened, exit);
  }, [isPlaying, kubeconfig, environment, openShell, exit]);

  const giveShellTheScreen = useCallback(() => {
    mux.suspend();
    void suspendTerminal(() => runShell(environment)).finally(() => mux.resume());
  }, [mux, suspendTerminal, runShell, environment]);

  const forget = useCallback(() => {
    held.current = '';
    setTyped('');
  }, []);
  const hold = useRef((_text: string) => {});
  hold.current = (text) => {
    if (text === '\u0003') exit();
    else if (text === '\u001b' || (text === 'q' && held.current === '')) act({ type: 'leave' });
    else {
      held.current += text;
      setTyped(held.current);
    }
  };

  useEffect(() => {
    mux.onChord = () => {
      const isInDebrief = page === 'debrief';
      if (!(isPlaying || isInDebrief) || shell === 'opening') return false;
      setPage('level');
      if (shell === 'none') giveShellTheScreen();
      else setFocus(isInDebrief || focus === 'mission' ? 'shell' : 'mission');
      return shell !== 'none';
    };
    const hasShellFocus = isPlaying && focus === 'shell' && typeof shell !== 'string';
    if (isShellAwaited) mux.setCapture((text) => hold.current(text), true);
    else mux.setCapture(hasShellFocus ? (text) => typeIntoShell(shell, text, rows) : undefined);
    if (hasShellFocus && held.current) shell.input(held.current);
    if (!isShellAwaited) forget();
  }, [mux, isPlaying, isShellAwaited, page, focus, shell, rows, giveShellTheScreen, forget]);

  const act = (action: Action) => {
    if (action.type === 'leave' || action.type === 'skip') setPage('map');
    // As when a level begins: what is typed next is for the new cluster.
    if (action.type === 'restart' && shell !== 'none') setFocus('shell');
    session.act(action);
  };
  const isBeingPlayed = ({ id }: LevelEntry) => beingPlayed?.id === id;
  const start = (level: LevelEntry) => {
    // What the shell still shows is of another cluster.
    if (typeof shell !== 'string' && !isBeingPlayed(level)) shell.clear();
    setPlace(beginning);
    setChosen(level.id);
    setFocus(shell === 'none' ? 'mission' : 'shell');
    setPage('level');
    session.act({ type: 'start', level: level.id });
  };
  const choose = (level: LevelEntry) => {
    setChosen(level.id);
    if (isBeingPlayed(level)) start(level);
    else setPage('briefing');
  };
  const read = (level: LevelEntry) => {
    setPlace(beginning);
    setChosen(level.id);
    setPage('reading');
    session.act({ type: 'read', level: level.id });
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
  if (page === 'briefing' && entry && entry.state !== 'faulty' && entry.state !== 'unavailable') {
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
  const debriefed: DebriefView | undefined =
    page === 'reading' && view.reading?.id === chosen ? view.reading : page === 'debrief' && view.level?.result ? view.level : undefined;
  if (debriefed && screens) {
    const isReading = page === 'reading';
    const toMap = () => (isReading ? setPage('map') : act({ type: 'leave' }));
    return (
      <screens.DebriefScreen
        level={debriefed}
        {...size}
        place={place}
        onMove={setPlace}
        hasShell={!isReading}
        onNext={isReading ? toMap : goOn}
        onBack={toMap}
      />
    );
  }
  if (page === 'level') {
    if (!isPlaying || !view.level)
      return (
        <StartingScreen
          level={view.level?.id === chosen ? view.level : entry}
          typed={typed}
          {...size}
          onBack={() => act({ type: 'leave' })}
        />
      );
    return (
      <screens.PlayScreen
        key={view.level.id}
        view={view}
        level={view.level}
        shell={shell}
        focus={focus}
        asksQuit={asksQuit}
        {...size}
        act={act}
        onDebrief={() => setPage('debrief')}
      />
    );
  }
  return (
    <MapScreen
      view={view}
      {...size}
      chosen={chosen ?? entry?.id}
      asksQuit={asksQuit}
      onChoose={setChosen}
      onStart={choose}
      onRead={read}
      onQuit={quit}
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
