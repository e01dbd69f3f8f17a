// A real shell in a pseudo-terminal, and the screen that it draws on.
import unicode11 from '@xterm/addon-unicode11';
import xterm, { type IBufferCell, type Terminal } from '@xterm/headless';
import { serializeRow } from './serialize-row.ts';

type Pty = import('@lydell/node-pty').IPty;

/** Bytes that the screen hasn't taken in yet: above the first the shell is made to wait, below the second it goes on. */
const waitAboveBytes = 256 * 1024;
const goOnBelowBytes = 32 * 1024;
const frameMs = 1000 / 30;
const scrollbackRows = 5000;
/** A shell that ends sooner can't have been used; after so many in a row no further one is started. */
const shortLifeMs = 1000;
const shortLivesMax = 3;

export interface ShellCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export class PtyTerminal {
  /** What is visible, a text with styles for each row. */
  rows: readonly string[] = [];
  /** Where the cursor is; undefined while it is hidden or scrolled away. */
  cursor: { readonly x: number; readonly y: number } | undefined;
  private readonly command: ShellCommand;
  private readonly spawn: typeof import('@lydell/node-pty').spawn;
  private readonly terminal: Terminal;
  private readonly cell: IBufferCell;
  private readonly listeners = new Set<() => void>();
  private pty: Pty | undefined;
  private unread = 0;
  private isWaiting = false;
  private isClosed = false;
  private timer: NodeJS.Timeout | undefined;
  private drawnAt = 0;
  private shortLives = 0;

  /** `spawn` is node-pty's, which may be missing on this machine. */
  constructor(command: ShellCommand, size: Size, spawn: typeof import('@lydell/node-pty').spawn) {
    this.command = command;
    this.spawn = spawn;
    this.terminal = new xterm.Terminal({
      cols: size.columns,
      rows: size.rows,
      scrollback: scrollbackRows,
      allowProposedApi: true,
      logLevel: 'off',
    });
    this.terminal.loadAddon(new unicode11.Unicode11Addon());
    this.terminal.unicode.activeVersion = '11';
    this.cell = this.terminal.buffer.active.getNullCell();
    // Answers to what programs ask the terminal: vim, less and fzf wait for them.
    this.terminal.onData((text) => this.pty?.write(text));
    this.start();
  }

  /** Called after each change of what is visible. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What the player typed. */
  input(text: string): void {
    if (!this.pty) return;
    const { active } = this.terminal.buffer;
    if (active.viewportY !== active.baseY) this.terminal.scrollToBottom();
    const { applicationCursorKeysMode, bracketedPasteMode } = this.terminal.modes;
    let typed = text;
    if (applicationCursorKeysMode) typed = typed.replaceAll(/\u001b\[([ABCDHF])/g, '\u001bO$1');
    if (!bracketedPasteMode) typed = typed.replaceAll(/\u001b\[20[01]~/g, '');
    this.pty.write(typed);
  }

  scroll(rows: number): void {
    this.terminal.scrollLines(rows);
    this.plan();
  }

  resize({ columns, rows }: Size): void {
    if (columns < 2 || rows < 1 || (columns === this.terminal.cols && rows === this.terminal.rows)) return;
    this.terminal.resize(columns, rows);
    try {
      this.pty?.resize(columns, rows);
    } catch {
      // The shell ended in this very moment.
    }
    this.plan();
  }

  /** Forgets what is shown and what was scrolled away, but for the line that the cursor is in. A program that draws the screen keeps it. */
  clear(): void {
    if (this.terminal.buffer.active.type !== 'normal') return;
    this.terminal.clear();
    this.plan();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.pty?.kill('SIGHUP');
    // A bash that waits at its prompt may put the signal off; without its terminal it ends.
    if (this.pty) destroy(this.pty);
    this.terminal.dispose();
  }

  private start(): void {
    const { program, arguments: words, environment, folder } = this.command;
    const pty = this.spawn(program, [...words], {
      name: 'xterm-256color',
      cols: this.terminal.cols,
      rows: this.terminal.rows,
      cwd: folder,
      env: { ...environment },
    });
    this.pty = pty;
    const startedAt = performance.now();
    pty.onData((text) => this.receive(text));
    pty.onExit(() => {
      // exit and Ctrl+D end the shell, never the game.
      this.pty = undefined;
      destroy(pty);
      if (!this.isClosed) this.startAgain(performance.now() - startedAt);
    });
  }

  private startAgain(livedMs: number): void {
    this.shortLives = livedMs < shortLifeMs ? this.shortLives + 1 : 0;
    const hasGivenUp = this.shortLives >= shortLivesMax;
    const what = hasGivenUp
      ? 'The shell ends as soon as it is started. Use a second terminal (? in the mission shows how).'
      : 'The shell ended; here is a fresh one.';
    this.terminal.write(`\r\n\u001b[0m\u001b[2m${what}\u001b[0m\r\n`, () => {
      this.plan();
      if (!hasGivenUp && !this.isClosed) this.start();
    });
  }

  private receive(text: string): void {
    this.unread += text.length;
    if (!this.isWaiting && this.unread > waitAboveBytes) {
      this.isWaiting = true;
      this.pty?.pause();
    }
    this.terminal.write(text, () => {
      if (this.isClosed) return;
      this.unread -= text.length;
      if (this.isWaiting && this.unread < goOnBelowBytes) {
        this.isWaiting = false;
        this.pty?.resume();
      }
      this.plan();
    });
  }

  private plan(): void {
    if (this.timer || this.isClosed) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.drawnAt = performance.now();
        this.draw();
      },
      Math.max(0, this.drawnAt + frameMs - performance.now()),
    );
  }

  private draw(): void {
    const { active } = this.terminal.buffer;
    const rows = Array.from({ length: this.terminal.rows }, (_, y) => serializeRow(this.terminal, active.viewportY + y, this.cell));
    const y = active.baseY + active.cursorY - active.viewportY;
    const isHidden = isCursorHidden(this.terminal) || y < 0 || y >= this.terminal.rows;
    const cursor = isHidden ? undefined : { x: Math.min(active.cursorX, this.terminal.cols - 1), y };
    const isSame = rows.length === this.rows.length && rows.every((row, index) => row === this.rows[index]);
    if (isSame && cursor?.x === this.cursor?.x && cursor?.y === this.cursor?.y) return;
    this.rows = rows;
    this.cursor = cursor;
    for (const listener of this.listeners) listener();
  }
}

/** Closes our side of the pseudo-terminal. node-pty's declarations leave it out. */
function destroy(pty: Pty): void {
  (pty as Pty & { destroy: () => void }).destroy();
}

/** The emulator keeps DECTCEM to itself. */
function isCursorHidden(terminal: Terminal): boolean {
  const { _core: core } = terminal as unknown as { _core?: { coreService?: { isCursorHidden?: boolean } } };
  return core?.coreService?.isCursorHidden === true;
}
