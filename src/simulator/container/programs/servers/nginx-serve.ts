// How nginx answers one request: which server, which location, and then a file, a fixed answer, or another server's.
import { isAddress } from '../../../network/address.ts';
import { resolve } from '../../../network/resolver.ts';
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process } from '../../process.ts';
import { concatenate } from '../../text.ts';
import { header, httpDate, readBody, readHead, reasonPhrase } from '../network/http-message.ts';
import { connectTo, type Socket } from '../network/socket.ts';
import { bodyLength, type HttpRequest, type HttpResponse } from './http-server.ts';
import { chooseLocation, type Directive, type NginxConfig, type NginxLocation, type NginxServer } from './nginx-config.ts';
import type { LoadedConfig } from './nginx-upstreams.ts';

export interface NginxFacts {
  readonly version: string;
  readonly process: Process;
  /** Writes to the error log: level, and words after `*1 `. */
  complain(level: string, words: string): Blocking;
  /** Counts up: servers behind one name take turns. */
  turn(): number;
}

/** The server that a request is for: by its Host among those of the port, else the port's default. */
function chooseServer(config: NginxConfig, request: HttpRequest): NginxServer | undefined {
  const candidates = config.servers.filter(({ listens }) => listens.some(({ port }) => port === request.local.port));
  const name = (header(request.headers, 'host') ?? '').replace(/:\d+$/, '').toLowerCase();
  const named = candidates.find(({ names }) => names.some((own) => matchesName(own.toLowerCase(), name)));
  const isDefault = ({ listens }: NginxServer): boolean =>
    listens.some(({ port, isDefault: wanted }) => wanted && port === request.local.port);
  return named ?? candidates.find(isDefault) ?? candidates[0];
}

function matchesName(pattern: string, name: string): boolean {
  if (pattern.startsWith('*.')) return name.endsWith(pattern.slice(1));
  if (pattern.startsWith('~')) return new RegExp(pattern.slice(1)).test(name);
  return pattern === name;
}

/** What a directive says where it counts: in the location, else its server, else http. */
function lookUp(name: string, ...levels: readonly (readonly Directive[])[]): Directive | undefined {
  for (const level of levels) {
    const found = level.findLast((directive) => directive.name === name);
    if (found) return found;
  }
  return undefined;
}

export function* answer(facts: NginxFacts, config: LoadedConfig, request: HttpRequest): Blocking<HttpResponse> {
  const server = chooseServer(config, request);
  if (!server) return errorAnswer(facts, config, 404);
  return yield* new Answer(facts, config, server, request).run(pathOf(request.target), 0);
}

/** `/a%20b?x` → `/a b`, dots resolved. */
function pathOf(target: string): string {
  const raw = target.replace(/[?#].*/, '').replace(/^https?:\/\/[^/]*/, '') || '/';
  let decoded: string;
  try {
    decoded = decodeURIComponent(raw);
  } catch {
    decoded = raw;
  }
  const parts: string[] = [];
  for (const part of decoded.split('/').slice(1)) {
    if (part === '..') parts.pop();
    else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part);
  }
  return `/${parts.join('/')}`.replace(/\/{2,}/g, '/') + (decoded.endsWith('/') && parts.at(-1) !== '' && parts.length > 0 ? '/' : '');
}

class Answer {
  private readonly facts: NginxFacts;
  private readonly config: LoadedConfig;
  private readonly server: NginxServer;
  private readonly request: HttpRequest;

  constructor(facts: NginxFacts, config: LoadedConfig, server: NginxServer, request: HttpRequest) {
    this.facts = facts;
    this.config = config;
    this.server = server;
    this.request = request;
  }

  *run(path: string, depth: number): Blocking<HttpResponse> {
    const location = chooseLocation(this.server.locations, path);
    const own = location?.directives ?? [];
    const fixed =
      lookUp('return', own) ??
      (location ? undefined : lookUp('return', this.server.directives)) ??
      this.server.directives.find(({ name }) => name === 'return');
    if (fixed) return this.fixedAnswer(fixed, own);
    const pass = lookUp('proxy_pass', own);
    if (pass) return yield* this.proxy(pass.args[0] ?? '', location);
    if (lookUp('stub_status', own)) {
      const body = 'Active connections: 1 \nserver accepts handled requests\n 1 1 1 \nReading: 0 Writing: 1 Waiting: 0 \n';
      return this.respond(200, body, 'text/plain', own);
    }
    if (this.request.method !== 'GET' && this.request.method !== 'HEAD') return yield* this.fail(405, own, depth);
    const tries = lookUp('try_files', own, this.server.directives);
    if (tries) return yield* this.tryFiles(tries.args, path, location, depth);
    return yield* this.file(path, location, depth);
  }

  private *tryFiles(args: readonly string[], path: string, location: NginxLocation | undefined, depth: number): Blocking<HttpResponse> {
    const own = location?.directives ?? [];
    for (const candidate of args.slice(0, -1)) {
      const wanted = this.expand(candidate.replace('$uri', path));
      const isFolder = wanted.endsWith('/') && wanted !== '/';
      const inode = this.facts.process.kernel.files.lookUp(this.facts.process, this.fileOf(wanted.replace(/\/$/, '') || '/', location));
      if (inode && (isFolder ? inode.type === 'directory' : inode.type === 'file')) return yield* this.file(wanted, location, depth);
    }
    const last = args.at(-1) ?? '=404';
    if (last.startsWith('=')) return yield* this.fail(Number(last.slice(1)), own, depth);
    return depth > 9 ? errorAnswer(this.facts, this.config, 500) : yield* this.run(this.expand(last).replace(/\?.*/, ''), depth + 1);
  }

  private fileOf(path: string, location: NginxLocation | undefined): string {
    const own = location?.directives ?? [];
    const alias = lookUp('alias', own)?.args[0];
    if (alias !== undefined && location) return alias + path.slice(location.path.length);
    const root = lookUp('root', own, this.server.directives, this.config.http)?.args[0] ?? 'html';
    return `${root.startsWith('/') ? root : `/etc/nginx/${root}`}${path}`;
  }

  private *file(path: string, location: NginxLocation | undefined, depth: number): Blocking<HttpResponse> {
    const { process } = this.facts;
    const own = location?.directives ?? [];
    const file = this.fileOf(path, location);
    try {
      const inode = process.kernel.files.stat(process, file.replace(/(.)\/$/, '$1'));
      if (inode.type === 'directory') {
        if (!path.endsWith('/')) return this.redirect(301, `${path}/`, own);
        return yield* this.folder(path, file, location, depth);
      }
      if (inode.type !== 'file' || path.endsWith('/')) return yield* this.fail(path.endsWith('/') ? 404 : 403, own, depth);
      const bytes = process.readFile(file);
      return this.respondWithFile(bytes, file, inode.modifiedMs, own);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const isDenied = error.code === 'EACCES';
      const number = isDenied ? 13 : error.code === 'ENOTDIR' ? 20 : 2;
      yield* this.complain(`open() "${file}" failed (${number}: ${error.message})`);
      return yield* this.fail(isDenied ? 403 : 404, own, depth);
    }
  }

  private *folder(path: string, file: string, location: NginxLocation | undefined, depth: number): Blocking<HttpResponse> {
    const { process } = this.facts;
    const own = location?.directives ?? [];
    const indexes = lookUp('index', own, this.server.directives, this.config.http)?.args ?? ['index.html'];
    for (const index of indexes) {
      if (process.kernel.files.lookUp(process, `${file}${index}`))
        return depth > 9 ? errorAnswer(this.facts, this.config, 500) : yield* this.run(`${path}${index}`, depth + 1);
    }
    if (lookUp('autoindex', own, this.server.directives, this.config.http)?.args[0] === 'on') {
      const names = process.kernel.files.readDirectory(process, file);
      const rows = names.map((name) => `<a href="${encodeURIComponent(name)}">${name}</a>\r\n`).join('');
      return this.respond(
        200,
        `<html>\r\n<head><title>Index of ${path}</title></head>\r\n<body>\r\n<h1>Index of ${path}</h1><hr><pre><a href="../">../</a>\r\n${rows}</pre><hr></body>\r\n</html>\r\n`,
        'text/html',
        own,
      );
    }
    yield* this.complain(`directory index of "${file}" is forbidden`);
    return yield* this.fail(403, own, depth);
  }

  private *proxy(url: string, location: NginxLocation | undefined): Blocking<HttpResponse> {
    const { process } = this.facts;
    const own = location?.directives ?? [];
    const [, host = '', portText, rest = ''] = /^https?:\/\/([^:/]+)(?::(\d+))?(.*)$/.exec(this.expand(url)) ?? [];
    const target = rest === '' ? this.request.target : rest + this.request.target.slice(location?.path.length ?? 0);
    const upstream = this.config.http
      .find(({ name, args }) => name === 'upstream' && args[0] === host)
      ?.block?.find(({ name }) => name === 'server')?.args[0];
    const [upstreamHost = host, upstreamPort = portText ?? '80'] = upstream?.split(':') ?? [];
    const address = yield* this.upstreamAddress(upstreamHost);
    if (address === undefined) return yield* this.fail(502, own, 0);
    let socket: Socket | undefined;
    try {
      socket = yield* connectTo(process, address, Number(upstreamPort), { timeoutMs: 60_000 });
      const kept = this.request.headers.filter(([name]) => !/^(host|connection)$/i.test(name));
      const set = [...own, ...this.server.directives]
        .filter(({ name }) => name === 'proxy_set_header')
        .map(({ args }) => `${args[0]}: ${this.expand(args[1] ?? '')}`);
      const hostLine = set.some((line) => /^host:/i.test(line)) ? [] : [`Host: ${host}${portText === undefined ? '' : `:${portText}`}`];
      yield* socket.write(
        `${[`${this.request.method} ${target} HTTP/1.0`, ...hostLine, ...set, 'Connection: close', ...kept.map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n`,
      );
      yield* socket.write(this.request.body);
      const head = yield* readHead(socket);
      if (!head) return yield* this.fail(502, own, 0);
      const pieces: Uint8Array[] = [new Uint8Array(0)];
      yield* readBody(socket, head.headers, function* (bytes) {
        pieces.push(bytes);
      });
      const body = concatenate(pieces);
      return this.respond(Number(head.line.split(' ')[1]), body, header(head.headers, 'content-type') ?? 'text/plain', own);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const number = error.code === 'ECONNREFUSED' ? 111 : error.code === 'EHOSTUNREACH' ? 113 : 110;
      const upstreamUrl = `http://${address}:${upstreamPort}${target}`;
      yield* this.complain(
        number === 110
          ? 'upstream timed out (110: Connection timed out) while connecting to upstream'
          : `connect() failed (${number}: ${error.message}) while connecting to upstream`,
        upstreamUrl,
      );
      return yield* this.fail(error.code === 'ETIMEDOUT' ? 504 : 502, own, 0);
    } finally {
      socket?.close();
    }
  }

  /** What the name was when nginx read its configuration; one with variables in it is looked up now, by the resolver that must be named for that. */
  private *upstreamAddress(host: string): Blocking<string | undefined> {
    const known = this.config.upstreams.get(host);
    if (known) return known[this.facts.turn() % known.length];
    if (isAddress(host)) return host;
    if (!lookUp('resolver', this.server.directives, this.config.http)) {
      yield* this.complain(`no resolver defined to resolve ${host}`);
      return undefined;
    }
    const found = yield* resolve(this.facts.process, `${host}.`);
    if (found.kind === 'found') return found.addresses[0];
    yield* this.complain(`${host} could not be resolved (3: Host not found)`);
    return undefined;
  }

  private fixedAnswer({ args }: Directive, own: readonly Directive[]): HttpResponse {
    const [first = '', second] = args;
    if (!/^\d+$/.test(first)) return this.redirect(302, this.expand(first), own);
    const status = Number(first);
    if (status === 444) return { status: 200, headers: [], body: '', close: true };
    if (status >= 300 && status < 400 && second !== undefined) return this.redirect(status, this.expand(second), own);
    if (second === undefined)
      return status >= 400 ? errorAnswer(this.facts, this.config, status) : this.respond(status, '', this.defaultType(own), own);
    return this.respond(status, this.expand(second), this.defaultType(own), own);
  }

  private defaultType(own: readonly Directive[]): string {
    return lookUp('default_type', own, this.server.directives, this.config.http)?.args[0] ?? 'text/plain';
  }

  private redirect(status: number, to: string, own: readonly Directive[]): HttpResponse {
    const host = header(this.request.headers, 'host') ?? '';
    const isRelative = lookUp('absolute_redirect', own, this.server.directives, this.config.http)?.args[0] === 'off';
    const name = host.replace(/:\d+$/, '');
    const port = this.request.local.port === 80 ? '' : `:${this.request.local.port}`;
    const location = to.startsWith('/') && !isRelative ? `http://${name}${port}${to}` : to;
    const { status: code, headers, body } = errorAnswer(this.facts, this.config, status);
    return { status: code, headers: [...headers, ['Location', location]], body };
  }

  private *fail(status: number, own: readonly Directive[], depth: number): Blocking<HttpResponse> {
    const page = [...own, ...this.server.directives, ...this.config.http].find(
      ({ name, args }) => name === 'error_page' && args.slice(0, -1).includes(String(status)),
    );
    const target = page?.args.at(-1) ?? '';
    if (target.startsWith('/') && depth < 5) {
      const { process } = this.facts;
      const location = chooseLocation(this.server.locations, target);
      if (process.kernel.files.lookUp(process, this.fileOf(target, location))?.type === 'file') {
        const answered = yield* this.file(target, location, depth + 5);
        return { ...answered, status: page?.args.at(-2)?.startsWith('=') ? Number(page.args.at(-2)!.slice(1)) || 200 : status };
      }
    }
    return errorAnswer(this.facts, this.config, status);
  }

  private respondWithFile(bytes: Uint8Array, file: string, modifiedMs: number, own: readonly Directive[]): HttpResponse {
    const modified = httpDate(modifiedMs);
    const etag = `"${Math.floor(modifiedMs / 1000).toString(16)}-${bytes.length.toString(16)}"`;
    const base = this.respond(200, bytes, this.typeOf(file, own), own);
    const headers = base.headers.flatMap((entry): (readonly [string, string])[] =>
      entry[0] === 'Content-Length' ? [entry, ['Last-Modified', modified]] : [entry],
    );
    const isSame = header(this.request.headers, 'if-none-match') === etag;
    const all: HttpResponse['headers'] = [...headers, ['ETag', etag], ['Accept-Ranges', 'bytes']];
    return isSame ? { status: 304, headers: all.filter(([name]) => !/^content/i.test(name)), body: '' } : { ...base, headers: all };
  }

  private typeOf(file: string, own: readonly Directive[]): string {
    const extension = /\.([^./]+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
    const types = lookUp('types', own, this.server.directives, this.config.http)?.block ?? [];
    return types.find(({ args }) => args.includes(extension))?.name ?? this.defaultType(own);
  }

  private respond(status: number, body: Uint8Array | string, type: string, own: readonly Directive[]): HttpResponse {
    const levels = [own, this.server.directives, this.config.http];
    const level = levels.find((directives) => directives.some(({ name }) => name === 'add_header')) ?? [];
    const isPlain = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(status);
    const added = level
      .filter(({ name, args }) => name === 'add_header' && (isPlain || args[2] === 'always'))
      .map(({ args }): [string, string] => [args[0] ?? '', this.expand(args[1] ?? '')]);
    const { headers } = baseHeaders(this.facts, this.config, type, bodyLength(body));
    return { status, headers: [...headers, ...added], body };
  }

  /** Variables in texts and URLs. */
  private expand(text: string): string {
    return text.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => variable(this.facts.process, this.request, name) ?? whole);
  }

  private *complain(words: string, upstream?: string): Blocking {
    const { request, server } = this;
    const name = server.names[0] ?? '';
    const host = header(request.headers, 'host') ?? '';
    yield* this.facts.complain(
      'error',
      `${words}, client: ${request.remote.ip}, server: ${name}, request: "${request.method} ${request.target} ${request.version}", ${upstream === undefined ? '' : `upstream: "${upstream}", `}host: "${host}"`,
    );
  }
}

/** A request's variable, for logs and texts. */
export function variable(process: Process, request: HttpRequest, name: string): string | undefined {
  const header_ = /^http_(\w+)$/.exec(name)?.[1];
  if (header_ !== undefined) return header(request.headers, header_.replaceAll('_', '-')) ?? '';
  switch (name) {
    case 'uri':
    case 'document_uri':
      return pathOf(request.target);
    case 'request_uri':
      return request.target;
    case 'args':
    case 'query_string':
      return request.target.split('?')[1] ?? '';
    case 'is_args':
      return request.target.includes('?') ? '?' : '';
    case 'host':
      return (header(request.headers, 'host') ?? '').replace(/:\d+$/, '');
    case 'hostname':
      return process.kernel.hostname;
    case 'remote_addr':
      return request.remote.ip;
    case 'remote_port':
      return String(request.remote.port);
    case 'remote_user':
      return '';
    case 'server_addr':
      return request.local.ip;
    case 'server_port':
      return String(request.local.port);
    case 'server_protocol':
      return request.version;
    case 'request_method':
      return request.method;
    case 'request':
      return `${request.method} ${request.target} ${request.version}`;
    case 'scheme':
      return 'http';
    case 'proxy_add_x_forwarded_for':
      return [header(request.headers, 'x-forwarded-for'), request.remote.ip].filter(Boolean).join(', ');
    case 'msec':
      return (process.clock.now / 1000).toFixed(3);
    default:
      return undefined;
  }
}

function baseHeaders(
  { version, process }: NginxFacts,
  config: NginxConfig,
  type: string,
  length: number,
): { headers: HttpResponse['headers'] } {
  const isHidden = lookUp('server_tokens', config.http)?.args[0] === 'off';
  return {
    headers: [
      ['Server', isHidden ? 'nginx' : `nginx/${version}`],
      ['Date', httpDate(process.clock.now)],
      ['Content-Type', type],
      ['Content-Length', String(length)],
    ],
  };
}

/** nginx's own page for a status. */
function errorAnswer(facts: NginxFacts, config: NginxConfig, status: number): HttpResponse {
  const reason =
    status === 405
      ? 'Not Allowed'
      : status === 503
        ? 'Service Temporarily Unavailable'
        : status === 504
          ? 'Gateway Time-out'
          : reasonPhrase(status);
  const isHidden = lookUp('server_tokens', config.http)?.args[0] === 'off';
  const body = `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n<hr><center>nginx${isHidden ? '' : `/${facts.version}`}</center>\r\n</body>\r\n</html>\r\n`;
  return { status, reason, ...baseHeaders(facts, config, 'text/html', body.length), body };
}
