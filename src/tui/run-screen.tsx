// Puts the game on the screen: Ink first, the session's thread after the first frame, and everything back as it was at the end.
import { render } from 'ink';
import { firstView } from '../game/first-view.ts';
import type { SessionStart } from '../game/session-messages.ts';
import { SessionThread } from '../game/session-thread.ts';
import type { Action, SessionHandle, SessionView } from '../game/session-view.ts';
import { App } from './app.tsx';
import { focusChords } from './keys.ts';
import type { PtyTerminal } from './shell-pane/pty-terminal.ts';
import { StdinMux } from './shell-pane/stdin-mux.ts';

export interface ScreenOptions {
  readonly start: SessionStart;
  readonly level?: string;
}

/** Bracketed paste off, cursor shown: what we or the shell may have switched on. */
const restoreModes = '\u001b[?2004l\u001b[?25h';

/** Plays until the player quits or a signal ends it. Resolves to the exit code; what keeps the session from beginning rejects. */
export async function runScreen({ start, level }: ScreenOptions): Promise<number> {
  const mux = new StdinMux(process.stdin, focusChords);
  const session = new LateSession(firstView());
  let shell: PtyTerminal | undefined;
  const openShell = async (environment: Readonly<Record<string, string>>) => {
    const { openShell: open } = await import('./shell-pane/open-shell.ts');
    shell = await open(environment, { columns: 80, rows: 24 });
    return shell;
  };
  const runShell = async (environment: Readonly<Record<string, string>>) => {
    const { runWholeScreenShell } = await import('./shell-pane/whole-screen-shell.ts');
    await runWholeScreenShell(environment);
  };
  const isScreenReader = process.env['INK_SCREEN_READER'] === 'true';
  const app = render(
    <App session={session} mux={mux} openShell={openShell} runShell={runShell} {...(level !== undefined && { level })} />,
    {
      stdin: mux.ink as unknown as NodeJS.ReadStream,
      alternateScreen: !isScreenReader,
      incrementalRendering: true,
      interactive: true,
      maxFps: 30,
    },
  );
  const end = () => app.unmount();
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  try {
    await app.waitUntilRenderFlush();
    const thread = new SessionThread(start, session.view);
    session.attach(thread);
    await Promise.race([app.waitUntilExit(), thread.failure]);
    return 0;
  } finally {
    app.unmount();
    shell?.close();
    await session.close();
    process.stdout.write(restoreModes);
    process.stdin.pause();
  }
}

/** The session before its thread is there: the first view, and actions kept for it. */
class LateSession implements SessionHandle {
  view: SessionView;
  private thread: SessionHandle | undefined;
  private readonly kept: Action[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(first: SessionView) {
    this.view = first;
  }

  attach(thread: SessionHandle): void {
    this.thread = thread;
    thread.subscribe(() => {
      this.view = thread.view;
      for (const listener of this.listeners) listener();
    });
    for (const action of this.kept.splice(0)) thread.act(action);
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  act(action: Action): void {
    if (this.thread) this.thread.act(action);
    else this.kept.push(action);
  }

  async close(): Promise<void> {
    await this.thread?.close();
  }
}
