// The client's side of exec and attach: channels of bytes in and out, as apiserver/request.ts describes a Stream.
import { channels, type Stream } from '../apiserver/request.ts';
import type { Clock } from '../clock.ts';
import { type Blocking, Waiters } from './blocking.ts';
import { encode } from './text.ts';

/** What the client does, handed to the one who made the stream. */
export interface ClientEvents {
  onStdin(bytes: Uint8Array): void;
  onStdinEnd(): void;
  onResize?(columns: number, rows: number): void;
  onHangUp(): void;
}

/** A stream that a container writes to. It hands on only from the simulator's own work, never from inside the client's calls. */
export class ContainerStream implements Stream {
  private readonly clock: Clock;
  private readonly client: ClientEvents;
  private queue: { channel: number; bytes: Uint8Array }[] = [];
  private dataListener: ((channel: number, bytes: Uint8Array) => void) | undefined;
  private endListener: (() => void) | undefined;
  private isEnding = false;
  private isEnded = false;
  private isPaused = false;
  private isScheduled = false;
  private isGone = false;
  private readonly resumed = new Waiters();

  constructor(clock: Clock, client: ClientEvents) {
    this.clock = clock;
    this.client = client;
  }

  onData(listener: (channel: number, bytes: Uint8Array) => void): void {
    this.dataListener = listener;
    this.schedule();
  }

  onEnd(listener: () => void): void {
    this.endListener = listener;
    this.schedule();
  }

  write(channel: number, bytes: Uint8Array): void {
    if (this.isEnding) return;
    if (channel === channels.stdin) this.client.onStdin(bytes);
    else if (channel === channels.resize) this.resize(bytes);
  }

  end(channel: number): void {
    if (channel === channels.stdin && !this.isEnding) this.client.onStdinEnd();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.resumed.wakeAll();
    this.schedule();
  }

  hangUp(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.queue = [];
    this.isPaused = false;
    this.resumed.wakeAll();
    if (!this.isEnding) this.client.onHangUp();
  }

  /** Bytes for the client. */
  send(channel: number, bytes: Uint8Array): void {
    if (this.isGone || this.isEnding || bytes.length === 0) return;
    this.queue.push({ channel, bytes });
    this.schedule();
  }

  /** Waits while the client can't take more. */
  *mayShow(): Blocking {
    while (this.isPaused) yield* this.resumed.next();
  }

  /** All is said: for exec and attach with how it ended. */
  finish(status?: object): void {
    if (status) this.send(channels.error, encode(JSON.stringify(status)));
    this.isEnding = true;
    this.schedule();
  }

  private resize(bytes: Uint8Array): void {
    const size: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof size !== 'object' || size === null || !('Width' in size) || !('Height' in size)) return;
    this.client.onResize?.(Number(size.Width), Number(size.Height));
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.clock.soon(() => this.flush());
  }

  private flush(): void {
    this.isScheduled = false;
    while (this.dataListener && this.queue.length > 0 && !this.isPaused) {
      const { channel, bytes } = this.queue.shift()!;
      this.dataListener(channel, bytes);
    }
    if (!this.isEnding || this.isEnded || this.queue.length > 0 || !this.endListener) return;
    this.isEnded = true;
    this.endListener();
  }
}

/** The Status that ends an exec: kubernetes: staging/src/k8s.io/kubelet/pkg/cri/streaming/remotecommand/exec.go. */
export function execStatus(exitCode: number): object {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}
