// HTTP/1.x as bytes on a socket: heads, bodies, dates. Clients and servers share it.
import type { Blocking } from '../../blocking.ts';
import type { Socket } from './socket.ts';

export type Headers = readonly (readonly [name: string, value: string])[];

export interface Head {
  /** `GET / HTTP/1.1` or `HTTP/1.1 200 OK`. */
  readonly line: string;
  /** In their order, spelled as sent. */
  readonly headers: Headers;
}

/** The value of a header, whatever its case; undefined when it is missing. */
export function header(headers: Headers, name: string): string | undefined {
  return headers.find(([candidate]) => candidate.toLowerCase() === name)?.[1];
}

/** Reads up to the empty line; undefined when the connection ended before the first one. */
export function* readHead(socket: Socket): Blocking<Head | undefined> {
  const line = yield* socket.line();
  if (line === undefined) return undefined;
  return { line, headers: yield* readHeaders(socket) };
}

export function* readHeaders(socket: Socket): Blocking<Headers> {
  const headers: (readonly [string, string])[] = [];
  for (;;) {
    const line = yield* socket.line();
    if (!line) return headers;
    const colon = line.indexOf(':');
    if (colon > 0) headers.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
}

/** Hands a body's bytes over as they come: chunked, by its length, or up to the connection's end. False when it broke off early. */
export function* readBody(socket: Socket, headers: Headers, take: (bytes: Uint8Array) => Blocking): Blocking<boolean> {
  if (/\bchunked\b/i.test(header(headers, 'transfer-encoding') ?? '')) return yield* readChunks(socket, take);
  const length = header(headers, 'content-length');
  let missing = length === undefined ? Number.POSITIVE_INFINITY : Number(length);
  while (missing > 0) {
    const bytes = yield* socket.read(Math.min(missing, 65536));
    if (!bytes) return length === undefined;
    missing -= bytes.length;
    yield* take(bytes);
  }
  return true;
}

function* readChunks(socket: Socket, take: (bytes: Uint8Array) => Blocking): Blocking<boolean> {
  for (;;) {
    const size = yield* socket.line();
    if (size === undefined) return false;
    const count = Number.parseInt(size, 16);
    if (!(count > 0)) {
      yield* readHeaders(socket);
      return true;
    }
    const bytes = yield* socket.take(count);
    yield* take(bytes);
    if (bytes.length < count) return false;
    yield* socket.line();
  }
}

/** The last second that was asked for: servers that answer at the same time say the same. */
const lastDate = { second: Number.NaN, text: '' };

/** `Mon, 23 Nov 2026 02:29:38 GMT` */
export function httpDate(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastDate.second) Object.assign(lastDate, { second, text: new Date(ms).toUTCString() });
  return lastDate.text;
}

/** `23/Nov/2026:02:29:38 +0000`, as access logs have it. */
export function logDate(ms: number): string {
  const [, day, month, year, time] = new Date(ms).toUTCString().match(/, (\d\d) (\w+) (\d+) (\S+)/) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

/** `2026/11/23 02:29:38`, as Go's log and nginx have it. */
export function slashDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}

/** What comes behind the status code. */
export function reasonPhrase(status: number): string {
  return reasons[status] ?? '';
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  410: 'Gone',
  413: 'Request Entity Too Large',
  418: "I'm a teapot",
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Where a URL leads. */
export interface Target {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** True when the URL names the port. */
  readonly hasPort: boolean;
  /** Path and query, beginning with a slash. */
  readonly path: string;
  readonly userInfo?: string;
}

/** Reads `http://user@host:port/path`, the scheme left out or not. A port that is none stands in `badPort`. */
export function parseUrl(url: string): (Target & { readonly badPort?: string }) | undefined {
  const [, scheme = 'http', userInfo, host = '', portText, rest = ''] =
    /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):\/\/)?(?:([^@/?#]*)@)?([^:/?#]*)(?::([^/?#]*))?([^#]*)/.exec(url) ?? [];
  if (!host) return undefined;
  const port = portText ? Number(portText) : scheme.toLowerCase() === 'https' ? 443 : scheme.toLowerCase() === 'ftp' ? 21 : 80;
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  const isBad = !Number.isInteger(port) || port < 0 || port > 65535;
  return {
    scheme: scheme.toLowerCase(),
    host,
    port: isBad ? 0 : port,
    hasPort: portText !== undefined && portText !== '',
    path,
    ...(userInfo !== undefined && { userInfo }),
    ...(isBad && { badPort: portText ?? '' }),
  };
}
