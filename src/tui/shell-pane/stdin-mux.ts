// The real stdin, shared: while the shell has the focus its raw bytes go there untouched, else Ink gets them. Only the focus chord is looked for.
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';

/** What Ink takes for a terminal's input. */
class InkInput extends PassThrough {
  readonly isTTY = true;
  private readonly real: ReadStream;
  private isDetached = false;

  constructor(real: ReadStream) {
    super();
    this.real = real;
  }

  /** From now on the real one is left alone: Ink may still tidy up. */
  detach(): void {
    this.isDetached = true;
  }

  setRawMode(isRaw: boolean): this {
    if (this.real.isTTY && !this.isDetached) this.real.setRawMode(isRaw);
    return this;
  }

  ref(): this {
    if (!this.isDetached) this.real.ref();
    return this;
  }

  unref(): this {
    if (!this.isDetached) this.real.unref();
    return this;
  }
}

/** A chord may come in two pieces; a lone Esc must still get through soon. */
const chordWaitMs = 15;
/** Longest time that what was typed waits for the focus to move. */
const switchMsMax = 250;

/** Escape sequences whole (CSI, SS3, Alt with a key), everything else a character at a time. */
const singleKeys = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O[ -~]|[^\u001b[O])?|[^\u001b]/gu;

export class StdinMux {
  readonly ink: InkInput;
  /** Called for each chord. True: the focus moves, and what follows waits for the next setCapture. */
  onChord: () => boolean = () => false;
  private readonly real: ReadStream;
  private readonly chords: readonly string[];
  private readonly write: (text: string) => void;
  private capture: ((text: string) => void) | undefined;
  private held = '';
  private timer: NodeJS.Timeout | undefined;
  /** Typed after a chord, while the screen moves the focus. */
  private waiting: string | undefined;
  private switching: NodeJS.Timeout | undefined;
  private readonly keys: string[] = [];
  private isPressing = false;
  private readonly take = (chunk: Buffer | string) => this.receive(String(chunk));

  /** `write` reaches the real terminal. */
  constructor(real: ReadStream, chords: readonly string[], write: (text: string) => void) {
    this.real = real;
    this.chords = chords;
    this.write = write;
    this.ink = new InkInput(real);
    // Before the first frame, or what is typed at once is echoed and its Enter is another key.
    this.ink.setRawMode(true);
    real.setEncoding('utf8');
    real.on('data', this.take);
    real.on('end', () => this.ink.end());
  }

  /** Sends what is typed to `capture` instead of Ink; undefined gives it back to Ink. `takesQueued`: what Ink has still to be handed as well. */
  setCapture(capture: ((text: string) => void) | undefined, takesQueued = false): void {
    // The shell can tell what was pasted from what was typed; Ink takes both as typed.
    if (Boolean(capture) !== Boolean(this.capture)) this.write(capture ? '\u001b[?2004h' : '\u001b[?2004l');
    this.capture = capture;
    if (capture && takesQueued && this.keys.length > 0) capture(this.keys.splice(0).join(''));
    this.goOn();
  }

  /** Lets the process end. */
  close(): void {
    clearTimeout(this.timer);
    clearTimeout(this.switching);
    this.suspend();
    this.ink.setRawMode(false);
    this.ink.unref();
    this.ink.detach();
  }

  /** Lets a child process have stdin for itself. */
  suspend(): void {
    this.real.off('data', this.take);
    this.real.pause();
  }

  resume(): void {
    this.real.on('data', this.take);
    this.real.resume();
  }

  private receive(chunk: string): void {
    clearTimeout(this.timer);
    let text = this.held + chunk;
    this.held = '';
    if (this.waiting !== undefined) {
      this.waiting += text;
      return;
    }
    for (let found = this.firstChord(text); found; found = this.firstChord(text)) {
      this.route(text.slice(0, found.index));
      text = text.slice(found.index + found.chord.length);
      if (!this.onChord()) continue;
      this.waiting = text;
      this.switching = setTimeout(() => this.goOn(), switchMsMax);
      return;
    }
    const partial = this.partialChord(text);
    this.route(text.slice(0, text.length - partial));
    if (partial === 0) return;
    this.held = text.slice(-partial);
    this.timer = setTimeout(() => {
      const rest = this.held;
      this.held = '';
      this.route(rest);
    }, chordWaitMs);
  }

  /** The focus has moved: what was typed since goes where it is now. */
  private goOn(): void {
    clearTimeout(this.switching);
    const text = this.waiting;
    this.waiting = undefined;
    if (text) this.receive(text);
  }

  private firstChord(text: string): { index: number; chord: string } | undefined {
    return this.chords
      .map((chord) => ({ index: text.indexOf(chord), chord }))
      .filter(({ index }) => index >= 0)
      .sort((one, other) => one.index - other.index)[0];
  }

  /** How many characters at the end could be the beginning of a chord. */
  private partialChord(text: string): number {
    for (let length = Math.max(...this.chords.map((chord) => chord.length)) - 1; length > 0; length--) {
      const end = text.slice(-length);
      if (end.length === length && this.chords.some((chord) => chord.length > length && chord.startsWith(end))) return length;
    }
    return 0;
  }

  private route(text: string): void {
    if (text === '') return;
    if (this.capture) this.capture(text);
    else {
      this.keys.push(...(text.match(singleKeys) ?? []));
      this.pressNext();
    }
  }

  /** Ink takes what comes at once for a paste; each key is handed on after the screen has answered the one before. */
  private pressNext(): void {
    if (this.isPressing) return;
    const key = this.keys.shift();
    if (key === undefined) return;
    this.isPressing = true;
    this.ink.write(key);
    setImmediate(() => {
      this.isPressing = false;
      this.pressNext();
    });
  }
}
