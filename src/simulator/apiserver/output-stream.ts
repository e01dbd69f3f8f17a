// A stream that only the server writes to: watches and logs. What is written before somebody listens, or while they pause, is kept.
import type { Stream } from './request.ts';

const encoder = new TextEncoder();

export class OutputStream implements Stream {
  private listener: ((channel: number, bytes: Uint8Array) => void) | undefined;
  private endListener: (() => void) | undefined;
  private waiting: Uint8Array[] = [];
  private paused = false;
  private ended = false;
  private gone = false;
  /** Called once, when the client hangs up. */
  onHangUp: (() => void) | undefined;

  /** Sends text; nothing after the end or when the client is gone. */
  send(text: string): void {
    if (this.ended || this.gone) return;
    const bytes = encoder.encode(text);
    if (this.paused || !this.listener) this.waiting.push(bytes);
    else this.listener(1, bytes);
  }

  /** No more will come. */
  finish(): void {
    if (this.ended) return;
    this.ended = true;
    this.flush();
  }

  onData(listener: (channel: number, bytes: Uint8Array) => void): void {
    this.listener = listener;
    this.flush();
  }

  onEnd(listener: () => void): void {
    this.endListener = listener;
    this.flush();
  }

  write(): void {}

  end(): void {}

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.flush();
  }

  hangUp(): void {
    if (this.gone) return;
    this.gone = true;
    this.waiting = [];
    this.onHangUp?.();
  }

  private flush(): void {
    while (this.listener && !this.paused && this.waiting.length > 0) this.listener(1, this.waiting.shift()!);
    if (!this.ended || this.waiting.length > 0 || this.gone || !this.endListener) return;
    const tell = this.endListener;
    this.endListener = undefined;
    tell();
  }
}
