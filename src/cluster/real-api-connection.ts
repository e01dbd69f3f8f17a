// HTTP and WebSocket to a real cluster by @kubernetes/client-node, which is loaded when the first one is asked for.
// One request in, one answer or failure out: what the answers mean is real-api.ts' matter.
import { Writable } from 'node:stream';
import type * as ClientNode from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { execEnding, statusError } from './api-paths.ts';
import { ClusterError } from './cluster.ts';
import type { ExecResult } from './kubernetes-api.ts';
import { unreachable } from './real-api-failures.ts';

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** How long the answer may take to begin; left out: half a minute. */
  readonly answerMs?: number;
}

const answerMsUsual = 30_000;
/** How often a request that the server is too busy for is sent again, and how long it waits at most before that. */
const busyTries = 6;
const busyMsMax = 10_000;

export class Connection {
  /** The server's clock less ours, in milliseconds; 0 while it is less than two seconds. */
  skewMs = 0;
  private readonly context: string;
  private readonly kubeconfig: string;
  private loaded: Promise<{ client: typeof ClientNode; config: ClientNode.KubeConfig }> | undefined;
  /** client-node makes a new pool of connections for each request; one is kept until it fails. */
  private dispatcher: Dispatcher | undefined;

  /** `kubeconfig` is the text of one with a single context. */
  constructor(context: string, kubeconfig: string) {
    this.context = context;
    this.kubeconfig = kubeconfig;
  }

  /** The answer's text. Throws StatusErrors for the server's failures, ClusterErrors where it can't be asked. */
  async text(request: Request): Promise<string> {
    for (let left = busyTries; ; left--) {
      const response = await this.send(request);
      const text = await this.reached(() => response.body.text());
      if (response.httpStatusCode < 400) return text;
      const isBusy = response.httpStatusCode === 429 || (response.httpStatusCode === 503 && response.headers['retry-after'] !== undefined);
      if (!isBusy || left === 0) throw this.refused(response.httpStatusCode, text);
      const seconds = Number(response.headers['retry-after'] ?? 1);
      await new Promise((resolve) => setTimeout(resolve, Math.min(busyMsMax, (Number.isFinite(seconds) ? seconds : 1) * 1000)));
    }
  }

  async json<T>(request: Request): Promise<T> {
    return JSON.parse(await this.text(request)) as T;
  }

  /** The answer line by line, as long as it goes on. */
  async lines(request: Request, onLine: (line: string) => void): Promise<void> {
    const response = await this.send(request);
    if (response.httpStatusCode >= 400) throw this.refused(response.httpStatusCode, await this.reached(() => response.body.text()));
    const body = response.body.stream();
    if (!body) return;
    const decoder = new TextDecoder();
    let rest = '';
    await this.reached(async () => {
      for await (const bytes of body) {
        const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
        rest = lines.pop()!;
        for (const line of lines) if (line) onLine(line);
      }
    });
  }

  /** Runs a command in a container. */
  async exec(
    { namespace, pod, container, command }: { namespace: string; pod: string; container?: string; command: readonly string[] },
    timeoutMs: number,
  ): Promise<ExecResult> {
    const { client, config } = await this.load();
    const stdout = new Collector();
    const stderr = new Collector();
    let socket: Awaited<ReturnType<ClientNode.Exec['exec']>> | undefined;
    let timer: NodeJS.Timeout | undefined;
    const ended = new Promise<Pick<ExecResult, 'exitCode' | 'failure' | 'timedOut'>>((resolve) => {
      // A server that never opened the connection tells nothing about the command.
      const late = () =>
        socket ? { timedOut: true, failure: `no end within ${timeoutMs / 1000} s` } : { failure: "the cluster doesn't answer" };
      timer = setTimeout(() => resolve(late()), timeoutMs);
      const exec = new client.Exec(config);
      const opened = exec.exec(namespace, pod, container ?? '', [...command], stdout, stderr, null, false, (status) =>
        resolve(execEnding(JSON.stringify(status))),
      );
      opened.then(
        (opened) => {
          socket = opened;
          // The status comes before the end; an end without one is a connection that broke.
          opened.onclose = () => setImmediate(() => resolve({ failure: 'the connection ended without a status' }));
        },
        (error: unknown) => resolve({ failure: messageOf(error) }),
      );
    });
    const ending = await ended;
    clearTimeout(timer);
    socket?.terminate();
    return { stdout: stdout.text(), stderr: stderr.text(), ...ending };
  }

  private async send(request: Request): Promise<ClientNode.ResponseContext> {
    const { method = 'GET', path, query = {}, body, contentType, signal, answerMs = answerMsUsual } = request;
    const { client, config } = await this.load();
    const parameters = new URLSearchParams(query).toString();
    const server = config.getCurrentCluster()!.server.replace(/\/+$/, '');
    const sent = new client.RequestContext(`${server}${path}${parameters && `?${parameters}`}`, client.HttpMethod[method]);
    sent.setHeaderParam('Accept', 'application/json');
    sent.setHeaderParam('User-Agent', 'k8squest');
    if (body !== undefined) {
      sent.setHeaderParam('Content-Type', contentType ?? 'application/json');
      sent.setBody(JSON.stringify(body));
    }
    const slow = new AbortController();
    sent.setSignal(signal ? AbortSignal.any([signal, slow.signal]) : slow.signal);
    return this.reached(async () => {
      await config.applySecurityAuthentication(sent);
      this.dispatcher ??= await overHttp1(sent.getDispatcher());
      sent.setDispatcher(this.dispatcher);
      const timer = setTimeout(() => slow.abort(new Error(`no answer within ${answerMs / 1000} s`)), answerMs);
      try {
        const response = await new client.IsomorphicFetchHttpLibrary().send(sent).toPromise();
        this.compareClocks(response.headers['date']);
        return response;
      } finally {
        clearTimeout(timer);
      }
    });
  }

  private compareClocks(date: string | undefined): void {
    const skew = date ? Date.parse(date) - Date.now() : Number.NaN;
    if (!Number.isNaN(skew)) this.skewMs = Math.abs(skew) < 2000 ? 0 : skew;
  }

  private async reached<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.dispatcher = undefined;
      throw unreachable(error, this.context);
    }
  }

  private refused(code: number, text: string): Error {
    if (code !== 401) return statusError(code, text);
    this.dispatcher = undefined;
    return new ClusterError(
      `the cluster of context "${this.context}" doesn't accept its credentials (401 Unauthorized): they are wrong or have expired.`,
      'Sign in again, as you do for kubectl with this context, then try again.',
    );
  }

  private load() {
    this.loaded ??= import('@kubernetes/client-node').then((client) => {
      const config = new client.KubeConfig();
      config.loadFromString(this.kubeconfig);
      return { client, config };
    });
    return this.loaded;
  }
}

/**
 * The same connections without HTTP/2: undici 8.13.1 ends an HTTP/2 session that was idle for some seconds, and where a cancelled watch's stream is not
 * quite closed by then, that stream's error has no listener and ends the process.
 */
async function overHttp1(dispatcher: Dispatcher | undefined): Promise<Dispatcher> {
  const { Agent } = await import('undici');
  const http1 = { allowH2: false }; // known to undici's agents, not to its types
  return (dispatcher ?? new Agent()).compose((dispatch) => (options, handler) => dispatch({ ...options, ...http1 }, handler));
}

/** Keeps what is written. */
class Collector extends Writable {
  private readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  text(): string {
    return new TextDecoder().decode(Buffer.concat(this.chunks));
  }
}

function messageOf(error: unknown): string {
  return (error as { message?: string }).message || String(error);
}
