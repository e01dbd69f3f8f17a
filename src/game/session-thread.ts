// Starts the session's thread and is its handle in the screen's.
import { Worker } from 'node:worker_threads';
import { removeOwnRunFolder } from '../cluster/run-folder.ts';
import { playerFiles } from './player-files.ts';
import type { FromSession, SessionStart, ToSession } from './session-messages.ts';
import type { Action, SessionHandle, SessionView } from './session-view.ts';

/** How long a thread may take to end before it is ended. */
const closeMsMax = 3000;
/** Young objects are few here; without a limit V8 lets them take tens of megabytes. */
const maxYoungGenerationSizeMb = 6;

/** The session could not be opened. */
export class SessionStartError extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.name = 'SessionStartError';
    this.fix = fix;
  }
}

export class SessionThread implements SessionHandle {
  view: SessionView;
  /** Rejects when the session can't be opened or its thread breaks. */
  readonly failure: Promise<never>;
  private readonly worker: Worker;
  private readonly listeners = new Set<() => void>();
  private readonly closed: Promise<void>;

  /** `first` is shown until the session has a view of its own. */
  constructor(start: SessionStart, first: SessionView) {
    this.view = first;
    const entry = import.meta.url.endsWith('.ts')
      ? new URL('./session-worker.ts', import.meta.url)
      : new URL('./session-worker.js', import.meta.url);
    process.once('exit', () => removeOwnRunFolder(playerFiles().state));
    // stdout and stderr are the screen's.
    this.worker = new Worker(entry, { workerData: start, stdout: true, stderr: true, resourceLimits: { maxYoungGenerationSizeMb } });
    let closed = () => {};
    this.closed = new Promise((resolve) => {
      closed = resolve;
    });
    this.failure = new Promise((_resolve, reject) => {
      this.worker.on('error', reject);
      this.worker.on('message', (message: FromSession) => {
        if (message.type === 'view') this.receive(message.view);
        else if (message.type === 'closed') closed();
        else reject(new SessionStartError(message.message, message.fix));
      });
      this.worker.on('exit', closed);
    });
    this.failure.catch(() => {}); // whoever waits for it is told; nobody need wait
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  act(action: Action): void {
    this.send({ type: 'action', action });
  }

  async close(): Promise<void> {
    this.send({ type: 'close' });
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeMsMax);
    });
    await Promise.race([this.closed, limit]);
    clearTimeout(timer);
    await this.worker.terminate();
  }

  private receive(view: SessionView): void {
    this.view = view;
    for (const listener of this.listeners) listener();
  }

  private send(message: ToSession): void {
    this.worker.postMessage(message);
  }
}
