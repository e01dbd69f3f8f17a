// Puts the game on the screen: Ink first, the session's thread after the first frame, and everything back as it was at the end.
import { setFlagsFromString } from 'node:v8';
import { render } from 'ink';
import { firstView } from '../game/first-view.ts';
import type { SessionStart } from '../game/session-messages.ts';
import { SessionThread } from '../game/session-thread.ts';
import { App, type LevelScreens } from './app.tsx';
import { focusChords } from './keys.ts';
import { LateSession } from './late-session.ts';
import type { PtyTerminal } from './shell-pane/pty-terminal.ts';
import { StdinMux } from './shell-pane/stdin-mux.ts';
import { signalExitCodes } from './signal-exit-codes.ts';

export interface ScreenOptions {
  readonly start: SessionStart;
  readonly level?: string;
}

/**
 * Lines end at the screen's edge: in a terminal that gets narrower Ink draws once more as wide as before, and counts on
 * each line to take one row.
 */
const wrapOff = '\u001b[?7l';
const wrapOn = '\u001b[?7h';
/** Bracketed paste off, cursor shown, styles off: what we or the shell may have switched on. */
const restoreModes = `\u001b[?2004l\u001b[?25h\u001b[0m${wrapOn}`;

/** Plays until the player quits or a signal ends it. Resolves to the exit code; what keeps the session from beginning rejects. */
export async function runScreen({ start, level }: ScreenOptions): Promise<number> {
  const mux = new StdinMux(process.stdin, focusChords, (text) => process.stdout.write(text));
  const session = new LateSession(firstView());
  const shell = new LateShell();
  process.stdout.write(wrapOff);
  const app = render(
    <App
      session={session}
      mux={mux}
      loadLevelScreens={loadLevelScreens}
      openShell={(environment) => shell.open(environment)}
      runShell={runShell}
      {...(level !== undefined && { level })}
    />,
    {
      stdin: mux.ink as unknown as NodeJS.ReadStream,
      alternateScreen: true,
      incrementalRendering: true,
      interactive: true,
      exitOnCtrlC: false,
      maxFps: 30,
    },
  );
  let exitCode = 0;
  const endWith = (code: number) => {
    exitCode ||= code;
    app.unmount();
  };
  // Not once: a terminal that closes sends several, and the second must not cut the tidying short.
  for (const [signal, code] of Object.entries(signalExitCodes)) process.on(signal, () => endWith(code));
  // The terminal was closed: writing to it fails, and nothing more is read from it. For whoever listened before that was the end.
  for (const stream of [process.stdout, process.stderr, process.stdin]) {
    stream.removeAllListeners('error');
    stream.on('error', () => endWith(signalExitCodes.SIGHUP));
  }
  process.stdin.once('end', () => endWith(signalExitCodes.SIGHUP));
  process.once('exit', () => shell.close());
  try {
    await app.waitUntilRenderFlush();
    // Heaps grow in small steps, or a flood of output in the shell takes forty megabytes that never come back.
    setFlagsFromString('--heap-growing-percent=20');
    const thread = new SessionThread(start, session.view);
    session.attach(thread);
    await Promise.race([app.waitUntilExit(), thread.failure]);
    return exitCode;
  } finally {
    app.unmount();
    shell.close();
    process.stdout.write(restoreModes);
    mux.close();
    await session.close();
  }
}

async function loadLevelScreens(): Promise<LevelScreens> {
  const [{ PlayScreen }, { DebriefScreen }] = await Promise.all([import('./screens/play.tsx'), import('./screens/debrief.tsx')]);
  return { PlayScreen, DebriefScreen };
}

async function runShell(environment: Readonly<Record<string, string>>): Promise<void> {
  const { runWholeScreenShell } = await import('./shell-pane/whole-screen-shell.ts');
  process.stdout.write(wrapOn);
  await runWholeScreenShell(environment).finally(() => process.stdout.write(wrapOff));
}

/** The pane's shell, loaded when it is needed; one that opens after the game has ended is closed at once. */
class LateShell {
  private terminal: PtyTerminal | undefined;
  private isClosed = false;

  async open(environment: Readonly<Record<string, string>>): Promise<PtyTerminal | undefined> {
    const { openShell } = await import('./shell-pane/open-shell.ts');
    if (this.isClosed) return undefined;
    this.terminal = await openShell(environment, { columns: 80, rows: 24 });
    if (this.isClosed) this.terminal?.close();
    return this.terminal;
  }

  close(): void {
    this.isClosed = true;
    this.terminal?.close();
    this.terminal = undefined;
  }
}
