// Plays the built game in a pseudo-terminal, as a person would: types, looks at the screen, waits for what should appear.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm, { type Terminal } from '@xterm/headless';

export interface DriverOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Another program than the game. */
  readonly program?: string;
}

/** What would make the game another one than a player sees. */
const dropped =
  /^(CI|GITHUB_ACTIONS|CONTINUOUS_INTEGRATION|BUILD_NUMBER|RUN_ID|NO_COLOR|FORCE_COLOR|VITEST.*|NODE_ENV|NODE_OPTIONS|TMUX.*|K8SQUEST.*|KUBE.*)$/;
export const launcher = resolve('bin/k8squest.mjs');

/** The environment of a player who has nothing set, with everything of the game below `home`. */
export function playerEnvironment(home: string, additions: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined && !dropped.test(pair[0]));
  return { ...Object.fromEntries(kept), TERM: 'xterm-256color', LANG: 'C.UTF-8', K8SQUEST_HOME: home, HOME: home, ...additions };
}

/** A folder for one test's player, and how to remove it. */
export function temporaryHome(): { home: string; remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'k8squest-test-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }) };
}

export class TerminalDriver {
  readonly terminal: Terminal;
  /** The exit code and, where one ended it, the signal's number. */
  readonly ended: Promise<{ exitCode: number; signal?: number | undefined }>;
  private readonly pty: IPty;

  constructor(words: readonly string[], home: string, options: DriverOptions = {}) {
    const { columns = 100, rows = 30, environment = {}, program } = options;
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
    this.pty = spawn(program ?? process.execPath, program ? [...words] : [launcher, ...words], {
      cols: columns,
      rows,
      name: environment['TERM'] ?? 'xterm-256color',
      cwd: home,
      env: playerEnvironment(home, environment),
    });
    this.terminal.onData((text) => this.pty.write(text));
    this.pty.onData((text) => this.terminal.write(text));
    this.ended = new Promise((done) => this.pty.onExit(done));
  }

  get pid(): number {
    return this.pty.pid;
  }

  /** What is on the screen, a line for each row. */
  get screen(): string {
    const { active } = this.terminal.buffer;
    const rows = Array.from({ length: this.terminal.rows }, (_, y) => active.getLine(active.viewportY + y)?.translateToString(true) ?? '');
    return rows.join('\n');
  }

  /** Everything that was printed on the main screen, scrolled back too. */
  get transcript(): string {
    const { normal } = this.terminal.buffer;
    return Array.from({ length: normal.length }, (_, y) => normal.getLine(y)?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd();
  }

  get isOnAlternateScreen(): boolean {
    return this.terminal.buffer.active.type === 'alternate';
  }

  get isCursorHidden(): boolean {
    const { _core: core } = this.terminal as unknown as { _core: { coreService: { isCursorHidden: boolean } } };
    return core.coreService.isCursorHidden;
  }

  type(text: string): void {
    this.pty.write(text);
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    this.pty.resize(columns, rows);
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pty.pid, name);
  }

  /** Waits until the screen shows it, and returns the screen. Rejects with what it shows instead. */
  async waitFor(what: string | RegExp, timeoutMs = 20_000): Promise<string> {
    const isThere = (screen: string) => (typeof what === 'string' ? screen.includes(what) : what.test(screen));
    const until = Date.now() + timeoutMs;
    for (;;) {
      const { screen } = this;
      if (isThere(screen)) return screen;
      if (Date.now() > until) throw new Error(`the screen does not show ${what} within ${timeoutMs} ms:\n${screen}`);
      await pause(15);
    }
  }

  /** Ends the game, whatever state it is in, and closes its terminal. */
  close(): void {
    try {
      this.pty.kill('SIGKILL');
    } catch {
      // It has ended already.
    }
    this.hangUp();
    this.terminal.dispose();
  }

  /** Closes the terminal's other side, as its window does. */
  hangUp(): void {
    // node-pty's declarations leave it out.
    (this.pty as IPty & { destroy: () => void }).destroy();
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
