// The line editor of an interactive shell, as busybox has it: cursor keys, history, completion with Tab.
import type { Blocking } from '../blocking.ts';
import type { Process } from '../process.ts';
import type { Terminal } from '../terminal.ts';
import { decode } from '../text.ts';

/** What came of reading a line. */
export type EditedLine = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'interrupted' } | { readonly kind: 'end' };

export interface LineEditorOptions {
  readonly prompt: string;
  readonly history: readonly string[];
  /** Whole words that the last word before the cursor could become. */
  readonly complete: (beforeCursor: string) => readonly string[];
}

/** Reads and edits one line. */
export function* editLine(process: Process, terminal: Terminal, options: LineEditorOptions): Blocking<EditedLine> {
  terminal.setRaw(true);
  const editor = new LineEditor(terminal, options);
  terminal.echo(options.prompt);
  try {
    for (;;) {
      const bytes = yield* process.read(0, 4096);
      if (!bytes) return { kind: 'end' };
      const keys = decode(bytes);
      for (let index = 0; index < keys.length; index++) {
        const result = editor.press(keys[index]!);
        if (!result) continue;
        terminal.pushBack(keys.slice(index + 1));
        return result;
      }
    }
  } finally {
    terminal.setRaw(false);
  }
}

class LineEditor {
  private readonly terminal: Terminal;
  private readonly options: LineEditorOptions;
  private text = '';
  private cursor = 0;
  private historyAt: number;
  private draft = '';
  private escape = '';

  constructor(terminal: Terminal, options: LineEditorOptions) {
    this.terminal = terminal;
    this.options = options;
    this.historyAt = options.history.length;
  }

  press(key: string): EditedLine | undefined {
    if (this.escape) {
      this.escape += key;
      if (!/^\x1b(\[[\d;]*|O)?$/.test(this.escape)) {
        const sequence = this.escape.slice(2);
        this.escape = '';
        this.move(sequence);
      }
      return undefined;
    }
    switch (key) {
      case '\x1b':
        this.escape = key;
        return undefined;
      case '\r':
      case '\n':
        this.terminal.echo('\r\n');
        return { kind: 'line', text: this.text };
      case '\x03':
        this.terminal.echo('^C\r\n');
        return { kind: 'interrupted' };
      case '\x04':
        if (this.text === '') {
          this.terminal.echo('\r\n');
          return { kind: 'end' };
        }
        this.remove(this.cursor, this.cursor + 1);
        return undefined;
      default:
        this.edit(key);
        return undefined;
    }
  }

  private edit(key: string): void {
    switch (key) {
      case '\x7f':
      case '\b':
        if (this.cursor > 0) this.remove(this.cursor - 1, this.cursor);
        break;
      case '\x01':
        this.goTo(0);
        break;
      case '\x05':
        this.goTo(this.text.length);
        break;
      case '\x02':
        this.goTo(this.cursor - 1);
        break;
      case '\x06':
        this.goTo(this.cursor + 1);
        break;
      case '\x15':
        this.remove(0, this.cursor);
        break;
      case '\x0b':
        this.remove(this.cursor, this.text.length);
        break;
      case '\x17':
        this.remove(this.text.slice(0, this.cursor).replace(/\S*\s*$/, '').length, this.cursor);
        break;
      case '\x0c':
        this.terminal.echo('\x1b[H\x1b[J');
        this.redraw();
        break;
      case '\x10':
        this.move('A');
        break;
      case '\x0e':
        this.move('B');
        break;
      case '\t':
        this.completeWord();
        break;
      default:
        if (key >= ' ') this.insert(key);
    }
  }

  private move(sequence: string): void {
    const { history } = this.options;
    if (sequence === 'A' && this.historyAt > 0) {
      if (this.historyAt === history.length) this.draft = this.text;
      this.replace(history[--this.historyAt]!);
    } else if (sequence === 'B' && this.historyAt < history.length) {
      this.historyAt++;
      this.replace(history[this.historyAt] ?? this.draft);
    } else if (sequence === 'C') this.goTo(this.cursor + 1);
    else if (sequence === 'D') this.goTo(this.cursor - 1);
    else if (sequence === 'H' || sequence === '1~' || sequence === '7~') this.goTo(0);
    else if (sequence === 'F' || sequence === '4~' || sequence === '8~') this.goTo(this.text.length);
    else if (sequence === '3~') this.remove(this.cursor, this.cursor + 1);
  }

  private goTo(position: number): void {
    const target = Math.max(0, Math.min(this.text.length, position));
    const steps = target - this.cursor;
    this.cursor = target;
    if (steps !== 0) this.terminal.echo(`\x1b[${Math.abs(steps)}${steps < 0 ? 'D' : 'C'}`);
  }

  private insert(text: string): void {
    this.text = this.text.slice(0, this.cursor) + text + this.text.slice(this.cursor);
    this.cursor += text.length;
    if (this.cursor === this.text.length) this.terminal.echo(text);
    else this.redraw();
  }

  private remove(from: number, to: number): void {
    if (to <= from || from >= this.text.length) return;
    const isLastCharacter = from === this.text.length - 1 && this.cursor === this.text.length;
    this.text = this.text.slice(0, from) + this.text.slice(to);
    this.cursor = from;
    if (isLastCharacter) this.terminal.echo('\b\x1b[J');
    else this.redraw();
  }

  private replace(text: string): void {
    this.text = text;
    this.cursor = text.length;
    this.redraw();
  }

  private redraw(): void {
    const back = this.text.length - this.cursor;
    this.terminal.echo(`\r${this.options.prompt}${this.text}\x1b[J${back > 0 ? `\x1b[${back}D` : ''}`);
  }

  private completeWord(): void {
    const before = this.text.slice(0, this.cursor);
    const word = /\S*$/.exec(before)![0];
    const matches = this.options.complete(before);
    const [only] = matches;
    if (only === undefined) return;
    if (matches.length === 1) {
      this.insert(only.slice(word.length));
      return;
    }
    let shared = word.length;
    while (matches.every((match) => match[shared] !== undefined && match[shared] === only[shared])) shared++;
    if (shared > word.length) {
      this.insert(only.slice(word.length, shared));
      return;
    }
    this.terminal.echo(`\r\n${matches.map((match) => match.replace(/^.*\/(?=.)/, '').trimEnd()).join('  ')}\r\n`);
    this.redraw();
  }
}
