// A watch of a real cluster: list, watch, and both again when the connection is lost, the revision too old or the server restarted.
import { StatusError } from '../apimachinery/status-error.ts';
import type { KubernetesObject } from '../simulator/client.ts';
import { collectionPath, selectionQuery } from './api-paths.ts';
import type { ApiWatchEvent, Selection } from './kubernetes-api.ts';
import type { Connection } from './real-api-connection.ts';

export interface RealWatchOptions {
  readonly connection: Connection;
  readonly selection: Selection;
  readonly listener: (event: ApiWatchEvent) => void;
  readonly onSynced?: () => void;
  readonly onLost?: (why: string) => void;
}

/** The server ends a watch after this long, and it is taken up again. */
const watchSeconds = 290;
/** Bookmarks come about once a minute: a watch that is silent for longer is dead. */
const silenceMsMax = 100_000;
const retryMsMin = 500;
const retryMsMax = 3000;

export class RealWatch {
  private readonly options: RealWatchOptions;
  private readonly ending = new AbortController();
  private readonly known = new Map<string, KubernetesObject>();
  private isLost = false;

  constructor(options: RealWatchOptions) {
    this.options = options;
  }

  start(): void {
    void this.run();
  }

  stop(): void {
    this.ending.abort();
  }

  private get isStopped(): boolean {
    return this.ending.signal.aborted;
  }

  private async run(): Promise<void> {
    let revision: string | undefined;
    let retryMs = retryMsMin;
    while (!this.isStopped) {
      try {
        revision ??= await this.relist();
        if (this.isStopped) return;
        retryMs = retryMsMin;
        revision = await this.follow(revision);
      } catch (error) {
        if (this.isStopped) return;
        revision = undefined; // what was missed is found by listing
        if (error instanceof StatusError && error.status.code === 410) continue;
        if (!this.isLost) this.options.onLost?.((error as Error).message);
        this.isLost = true;
        await this.pause(retryMs);
        retryMs = Math.min(retryMsMax, retryMs * 2);
      }
    }
  }

  /** Tells the difference between what was known and what is there; resolves to the list's revision. */
  private async relist(): Promise<string> {
    const { connection, selection, listener, onSynced } = this.options;
    const { apiVersion, kind } = selection;
    const list = await connection.json<{ items: KubernetesObject[]; metadata: { resourceVersion: string } }>({
      path: collectionPath(selection),
      query: selectionQuery(selection),
      signal: this.ending.signal,
    });
    if (this.isStopped) return '';
    const gone = new Map(this.known);
    this.known.clear();
    for (const item of list.items) {
      const object = { ...item, apiVersion, kind };
      const before = gone.get(keyOf(object));
      gone.delete(keyOf(object));
      this.known.set(keyOf(object), object);
      listener({ type: before ? 'MODIFIED' : 'ADDED', object });
    }
    for (const object of gone.values()) listener({ type: 'DELETED', object });
    this.isLost = false;
    onSynced?.();
    return list.metadata.resourceVersion;
  }

  /** Resolves to the last revision seen when the server ends the watch as planned. */
  private async follow(revision: string): Promise<string> {
    const { connection, selection } = this.options;
    const silence = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(new Error(`no answer within ${silenceMsMax / 1000} s`)), silenceMsMax);
    };
    let last = revision;
    const query = {
      ...selectionQuery(selection),
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: revision,
      timeoutSeconds: String(watchSeconds),
    };
    const begun = Date.now();
    heard();
    try {
      const signal = AbortSignal.any([this.ending.signal, silence.signal]);
      await connection.lines({ path: collectionPath(selection), query, signal }, (line) => {
        heard();
        last = this.take(line) ?? last;
      });
    } finally {
      clearTimeout(timer);
    }
    // A server that shuts down ends its watches early, but politely.
    if (Date.now() - begun < 1000) await this.pause(retryMsMin);
    return last;
  }

  /** Passes an event on; returns its revision. Throws the StatusError that ends a watch. */
  private take(line: string): string | undefined {
    const { type, object } = JSON.parse(line) as { type: string; object: KubernetesObject };
    if (this.isStopped) return undefined;
    if (type === 'ERROR') {
      const { code, reason, message } = object as unknown as { code?: number; reason?: string; message?: string };
      throw new StatusError(code ?? 500, reason ?? '', message ?? 'the watch failed');
    }
    if (type !== 'BOOKMARK') {
      if (type === 'DELETED') this.known.delete(keyOf(object));
      else this.known.set(keyOf(object), object);
      this.options.listener({ type, object } as ApiWatchEvent);
    }
    return object.metadata.resourceVersion;
  }

  private pause(ms: number): Promise<void> {
    const { signal } = this.ending;
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
    });
  }
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
