// Sends requests to an ApiServer as kubectl would, without sockets.
import type { ApiServer } from '../../../src/simulator/apiserver/api-server.ts';
import type { ApiAnswer, ApiStream } from '../../../src/simulator/apiserver/request.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  readonly json: any;
}

export const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';
export const mediaTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

export class ApiClient {
  private readonly server: ApiServer;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(
    server: ApiServer,
    headers: Readonly<Record<string, string>> = { authorization: 'Bearer admin', 'user-agent': 'kubectl/v1.34.4' },
  ) {
    this.server = server;
    this.headers = headers;
  }

  /** The same client with more headers. */
  with(headers: Readonly<Record<string, string>>): ApiClient {
    return new ApiClient(this.server, { ...this.headers, ...headers });
  }

  answer(method: string, url: string, body?: unknown, contentType = 'application/json'): ApiAnswer {
    const [path = '', query = ''] = url.split('?');
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const headers = body === undefined ? this.headers : { ...this.headers, 'content-type': contentType };
    return this.server.handle({ method, path, query: new URLSearchParams(query), headers, body: new TextEncoder().encode(text) });
  }

  send(method: string, url: string, body?: unknown, contentType?: string): Answer {
    const answer = this.answer(method, url, body, contentType);
    if (answer.kind !== 'response') throw new Error(`${method} ${url} was answered by a stream`);
    const text = new TextDecoder().decode(answer.body);
    const isJson = String(answer.headers['content-type']).startsWith('application/json');
    return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }

  get(url: string): Answer {
    return this.send('GET', url);
  }

  /** Opens a watch; what comes is in `events`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  watch(url: string): { readonly events: any[]; readonly stream: ApiStream['stream']; ended: boolean } {
    const answer = this.answer('GET', url);
    if (answer.kind !== 'stream') throw new Error(`GET ${url} was answered at once`);
    // biome-ignore lint/suspicious/noExplicitAny: see above
    const seen = { events: [] as any[], stream: answer.stream, ended: false };
    answer.stream.onData((_, bytes) => {
      for (const line of new TextDecoder().decode(bytes).split('\n')) if (line) seen.events.push(JSON.parse(line));
    });
    answer.stream.onEnd(() => {
      seen.ended = true;
    });
    return seen;
  }
}
