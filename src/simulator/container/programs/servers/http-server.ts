// The part that all simulated HTTP servers share: requests off sockets, answers onto them. Which headers, in which order, each server says itself.
import type { Listener } from '../../../network/connection.ts';
import { type Blocking, tooLate, unless } from '../../blocking.ts';
import type { Process } from '../../process.ts';
import { byteLength, concatenate, encode } from '../../text.ts';
import { type Headers, header, readBody, readHeaders, reasonPhrase } from '../network/http-message.ts';
import { type Socket, serveConnections } from '../network/socket.ts';

export interface HttpRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly version: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly remote: { readonly ip: string; readonly port: number };
  readonly local: { readonly ip: string; readonly port: number };
}

export interface HttpResponse {
  readonly status: number;
  readonly reason?: string;
  /** All that are to be sent, Connection apart. */
  readonly headers: Headers;
  readonly body: Uint8Array | string;
  /** Closes the connection after this answer even if the client would go on. */
  readonly close?: boolean;
}

export interface HttpServerOptions {
  handle(request: HttpRequest): Blocking<HttpResponse>;
  /** What is sent for bytes that are no HTTP request; nothing: the connection is closed. */
  badRequest?(): HttpResponse;
  /** After the answer is out. */
  log?(request: HttpRequest, response: HttpResponse): Blocking;
  /** Answers all by itself what goes on after its head: true when it did, and the connection is then closed. */
  takeOver?(request: HttpRequest, socket: Socket): Blocking<boolean>;
  /** Gives a request up when its client leaves before the answer is there; what stands in the log then. */
  readonly givenUp?: HttpResponse;
  /** Says `Connection: keep-alive` in answers, as nginx does. */
  readonly saysKeepAlive?: boolean;
}

/** Serves HTTP at a listener for ever. */
export function serveHttp(process: Process, listener: Listener, options: HttpServerOptions): Blocking<never> {
  return serveConnections(process, listener, (socket) => serveRequests(process, socket, options));
}

function* serveRequests(process: Process, socket: Socket, options: HttpServerOptions): Blocking {
  for (;;) {
    const line = yield* socket.line();
    if (line === undefined) return;
    if (line === '') continue;
    if (socket.connection.wantsTls && !socket.connection.isTls) {
      yield* socket.write('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n');
      return;
    }
    const [, method, target, version] = /^([A-Za-z]+) (\S+) (HTTP\/1\.[01])$/.exec(line) ?? [];
    if (method === undefined || target === undefined || version === undefined) {
      const answer = options.badRequest?.();
      if (answer) yield* send(socket, answer, { method: 'GET', version: 'HTTP/1.1', stays: false, saysKeepAlive: false });
      return;
    }
    const headers = yield* readHeaders(socket);
    const body = yield* readRequestBody(socket, headers);
    const { remote, local } = socket.connection;
    const request: HttpRequest = { method, target, version, headers, body, remote, local };
    yield* process.work(200);
    if (options.takeOver && (yield* options.takeOver(request, socket))) return;
    const response = yield* handle(socket, request, options);
    if (response === options.givenUp) {
      if (options.log) yield* options.log(request, response);
      return;
    }
    const wish = (header(headers, 'connection') ?? '').toLowerCase();
    const stays = !response.close && (version === 'HTTP/1.1' ? wish !== 'close' : wish === 'keep-alive');
    yield* send(socket, response, { method, version, stays, saysKeepAlive: options.saysKeepAlive ?? false });
    if (options.log) yield* options.log(request, response);
    if (!stays) return;
  }
}

function* handle({ connection }: Socket, request: HttpRequest, { handle: answer, givenUp }: HttpServerOptions): Blocking<HttpResponse> {
  if (!givenUp) return yield* answer(request);
  const clientLeft = (left: () => void): (() => void) => {
    let stop = connection.onReadable(function look() {
      if (connection.hasEnded) left();
      else stop = connection.onReadable(look);
    });
    return () => stop();
  };
  const response = yield* unless(clientLeft, answer(request));
  return response === tooLate ? givenUp : response;
}

const nothing = new Uint8Array(0);

function* readRequestBody(socket: Socket, headers: Headers): Blocking<Uint8Array> {
  const hasBody = header(headers, 'content-length') !== undefined || header(headers, 'transfer-encoding') !== undefined;
  if (!hasBody) return nothing;
  if (/100-continue/i.test(header(headers, 'expect') ?? '')) yield* socket.write('HTTP/1.1 100 Continue\r\n\r\n');
  const pieces: Uint8Array[] = [new Uint8Array(0)];
  yield* readBody(socket, headers, function* (bytes) {
    pieces.push(bytes);
  });
  return concatenate(pieces);
}

function* send(
  socket: Socket,
  response: HttpResponse,
  how: { method: string; version: string; stays: boolean; saysKeepAlive: boolean },
): Blocking {
  const { body } = response;
  const connection = how.stays ? (how.saysKeepAlive || how.version === 'HTTP/1.0' ? 'keep-alive' : undefined) : 'close';
  const lines = [
    `HTTP/1.1 ${response.status} ${response.reason ?? reasonPhrase(response.status)}`,
    ...response.headers.map(([name, value]) => `${name}: ${value}`),
    ...(connection ? [`Connection: ${connection}`] : []),
  ];
  const head = `${lines.join('\r\n')}\r\n\r\n`;
  const hasBody = how.method !== 'HEAD' && response.status !== 204 && response.status !== 304;
  // One piece either way; what probes get is all text, which is cheaper put together before it becomes bytes.
  if (!hasBody) yield* socket.write(head);
  else yield* socket.write(typeof body === 'string' ? head + body : concatenate([encode(head), body]));
}

/** How many bytes a body has. */
export function bodyLength(body: Uint8Array | string): number {
  return typeof body === 'string' ? byteLength(body) : body.length;
}
