// Servers of files that people start in a hurry: busybox httpd, python -m http.server, Apache's httpd image; and agnhost's netexec.
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { decode } from '../../text.ts';
import { binaryText, busyboxBanner } from '../network/binary-text.ts';
import { header, httpDate, logDate } from '../network/http-message.ts';
import { hasOption, optionValue, parseOptions } from '../network/options.ts';
import { listenAt } from '../network/socket.ts';
import { bodyLength, type HttpRequest, type HttpResponse, serveHttp } from './http-server.ts';
import { forEver } from './system-daemons.ts';

type Found =
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly path: string; readonly modifiedMs: number }
  | { readonly kind: 'folder'; readonly names: readonly string[] }
  | { readonly kind: 'missing' | 'denied' };

/** What a request's path leads to under a folder; a folder's own index.html stands for it. */
function find(process: Process, root: string, target: string): Found {
  let path = target.replace(/[?#].*/, '');
  try {
    path = decodeURIComponent(path);
  } catch {
    // As it is, then: a server looks for just that name.
  }
  if (path.split('/').includes('..')) return { kind: 'missing' };
  const file = `${root.replace(/\/$/, '')}${path}`;
  try {
    const inode = process.kernel.files.stat(process, file.replace(/(.)\/+$/, '$1') || '/');
    if (inode.type !== 'directory') return { kind: 'file', bytes: process.readFile(file), path: file, modifiedMs: inode.modifiedMs };
    const index = `${file.replace(/\/$/, '')}/index.html`;
    const page = process.kernel.files.lookUp(process, index);
    if (page?.type === 'file') return { kind: 'file', bytes: process.readFile(index), path: index, modifiedMs: page.modifiedMs };
    return { kind: 'folder', names: process.kernel.files.readDirectory(process, file) };
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return { kind: error.code === 'EACCES' ? 'denied' : 'missing' };
  }
}

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  css: 'text/css',
  js: 'text/javascript',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
};

function typeOf(path: string): string {
  return contentTypes[/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

function absolutePath(process: Process, path: string): string {
  return path.startsWith('/') ? path : `${process.workingDirectory.replace(/\/$/, '')}/${path}`.replace(/\/\.$/, '') || '/';
}

export const busyboxHttpd: Program = function* (process, argv) {
  const parsed = parseOptions(argv.slice(1), { short: 'ifvp:u:c:h:r:m:e:d:M:' });
  if (parsed.error !== undefined) {
    yield* process.complain(
      `httpd: ${parsed.error}\n${busyboxBanner(process)}\n\nUsage: httpd [-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-u USER[:GRP]] [-r REALM] [-h HOME]\n`,
    );
    return 1;
  }
  const [, address, portText] = /^(?:(.*):)?(\d+)$/.exec(optionValue(parsed, 'p') ?? '80') ?? [];
  const root = absolutePath(process, optionValue(parsed, 'h') ?? '.');
  const isVerbose = hasOption(parsed, 'v');
  if (process.kernel.files.lookUp(process, root)?.type !== 'directory') {
    yield* process.complain(`httpd: can't change directory to '${root}': No such file or directory\n`);
    return 1;
  }
  const serve = function* (server: Process): Blocking<number> {
    let listener: ReturnType<typeof listenAt>;
    try {
      listener = listenAt(server, Number(portText), address);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* server.complain(`httpd: bind: ${error.message}\n`);
      return 1;
    }
    return yield* serveHttp(server, listener, {
      handle: (request) => answerBusybox(server, root, request),
      *log({ remote, target }, { status }) {
        if (isVerbose)
          yield* server.complain(
            `[::ffff:${remote.ip}]:${remote.port}: url:${target}\n[::ffff:${remote.ip}]:${remote.port}: response:${status}\n`,
          );
      },
    });
  };
  if (hasOption(parsed, 'f')) return yield* serve(process);
  const child = process.fork(argv);
  child.run(serve(child));
  return 0;
};

function* answerBusybox(process: Process, root: string, request: HttpRequest): Blocking<HttpResponse> {
  const date = httpDate(process.clock.now);
  const found = find(process, root, request.target);
  if (found.kind === 'file') {
    const headers: HttpResponse['headers'] = [
      ['Date', date],
      ['Content-type', typeOf(found.path)],
      ['Accept-Ranges', 'bytes'],
      ['Last-Modified', httpDate(found.modifiedMs)],
      ['ETag', `"${Math.floor(found.modifiedMs / 1000).toString(16)}-${found.bytes.length.toString(16)}"`],
      ['Content-Length', String(found.bytes.length)],
    ];
    return { status: 200, headers, body: found.bytes, close: true };
  }
  const [status, title, words] = found.kind === 'denied' ? [403, 'Forbidden', ''] : [404, 'Not Found', 'The requested URL was not found'];
  const body = `<HTML><HEAD><TITLE>${status} ${title}</TITLE></HEAD>\n<BODY><H1>${status} ${title}</H1>\n${words}\n</BODY></HTML>\n`;
  return {
    status,
    reason: title,
    headers: [
      ['Date', date],
      ['Content-type', 'text/html'],
    ],
    body,
    close: true,
  };
}

export const python: Program = function* (process, argv) {
  const version = /Python (\d+\.\d+\.\d+)/.exec(binaryText(process, argv[0] ?? ''))?.[1] ?? '3.12.11';
  const words = argv.slice(1).filter((word) => word !== '-u');
  const isUnbuffered = argv.includes('-u') || (process.environment.get('PYTHONUNBUFFERED') ?? '') !== '';
  if (words[0] === '--version' || words[0] === '-V') {
    yield* process.print(`Python ${version}\n`);
    return 0;
  }
  if (words[0] === '-m' && words[1] === 'http.server') return yield* serveFolder(process, version, words.slice(2), isUnbuffered);
  yield* process.complain(`${argv[0]}: only "-m http.server" is simulated in this cluster\n`);
  return 1;
};

function* serveFolder(process: Process, version: string, args: readonly string[], isUnbuffered: boolean): Blocking<number> {
  const parsed = parseOptions(args, {
    short: 'b:d:p:',
    long: { bind: { name: 'b', takesValue: true }, directory: { name: 'd', takesValue: true }, protocol: { name: 'p', takesValue: true } },
  });
  const portText = parsed.operands[0] ?? '8000';
  if (parsed.error !== undefined || !/^\d+$/.test(portText)) {
    yield* process.complain(
      `usage: server.py [-h] [--cgi] [-b ADDRESS] [-d DIRECTORY] [-p VERSION] [port]\nserver.py: error: argument port: invalid int value: '${portText}'\n`,
    );
    return 2;
  }
  const root = absolutePath(process, optionValue(parsed, 'd') ?? '.');
  const address = optionValue(parsed, 'b') ?? '0.0.0.0';
  let listener: ReturnType<typeof listenAt>;
  try {
    listener = listenAt(process, Number(portText), address);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(
      `Traceback (most recent call last):\nOSError: [Errno ${error.code === 'EADDRINUSE' ? 98 : 99}] ${error.message}\n`,
    );
    return 1;
  }
  // Python keeps its stdout back until it is full, unless it goes to a terminal or -u says otherwise.
  if (isUnbuffered || process.descriptors[1]?.terminal)
    yield* process.print(`Serving HTTP on ${address} port ${portText} (http://${address}:${portText}/) ...\n`);
  process.exitOn([signalNumbers.INT], 0);
  return yield* serveHttp(process, listener, {
    handle: (request) => answerPython(process, version, root, request),
    *log({ remote, method, target, version: protocol }, { status }) {
      const stamp = `${remote.ip} - - [${logDate(process.clock.now).replace(/:(\d\d:\d\d:\d\d).*/, ' $1')}]`;
      if (status === 404) yield* process.complain(`${stamp} code 404, message File not found\n`);
      yield* process.complain(`${stamp} "${method} ${target} ${protocol}" ${status} -\n`);
    },
  });
}

function* answerPython(process: Process, version: string, root: string, request: HttpRequest): Blocking<HttpResponse> {
  const common: HttpResponse['headers'] = [
    ['Server', `SimpleHTTP/0.6 Python/${version}`],
    ['Date', httpDate(process.clock.now)],
  ];
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return {
      status: 501,
      reason: `Unsupported method ('${request.method}')`,
      headers: [...common, ['Content-Type', 'text/html;charset=utf-8']],
      body: '',
      close: true,
    };
  }
  const found = find(process, root, request.target);
  if (found.kind === 'file') {
    const headers: HttpResponse['headers'] = [
      ...common,
      ['Content-type', typeOf(found.path)],
      ['Content-Length', String(found.bytes.length)],
      ['Last-Modified', httpDate(found.modifiedMs)],
    ];
    return { status: 200, headers, body: found.bytes, close: true };
  }
  if (found.kind === 'folder') {
    const title = `Directory listing for ${request.target}`;
    const rows = found.names.map((name) => `<li><a href="${encodeURIComponent(name)}">${name}</a></li>\n`).join('');
    const body = `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n<hr>\n<ul>\n${rows}</ul>\n<hr>\n</body>\n</html>\n`;
    return {
      status: 200,
      headers: [...common, ['Content-type', 'text/html; charset=utf-8'], ['Content-Length', String(bodyLength(body))]],
      body,
      close: true,
    };
  }
  const body =
    '<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: 404</p>\n        <p>Message: File not found.</p>\n        <p>Error code explanation: 404 - Nothing matches the given URI.</p>\n    </body>\n</html>\n';
  return {
    status: 404,
    reason: 'File not found',
    headers: [...common, ['Content-Type', 'text/html;charset=utf-8'], ['Content-Length', String(body.length)]],
    body,
    close: true,
  };
}

export const apacheHttpd: Program = function* (process, argv) {
  const version = /Apache\/(\d+\.\d+\.\d+)/.exec(binaryText(process, argv[0] ?? ''))?.[1] ?? '2.4.65';
  const config = readOr(process, '/usr/local/apache2/conf/httpd.conf');
  const port = Number(/^Listen (?:\S+:)?(\d+)/m.exec(config)?.[1] ?? '80');
  const root = /^DocumentRoot "?([^"\n]+)"?/m.exec(config)?.[1] ?? '/usr/local/apache2/htdocs';
  const say = (level: string, words: string): Blocking =>
    process.complain(
      `[${new Date(process.clock.now).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/, '$1 $3 $2 $5.000000 $4')}] [${level}] [pid ${process.pid}:tid ${process.pid}] ${words}\n`,
    );
  yield* process.complain(
    `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${process.kernel.network.ip}. Set the 'ServerName' directive globally to suppress this message\n`,
  );
  let listener: ReturnType<typeof listenAt>;
  try {
    listener = listenAt(process, port);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(
      `(98)${error.message}: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
    );
    return 1;
  }
  yield* say('mpm_event:notice', `AH00489: Apache/${version} (Unix) configured -- resuming normal operations`);
  yield* say('core:notice', "AH00094: Command line: 'httpd -D FOREGROUND'");
  process.exitOn([signalNumbers.TERM, signalNumbers.INT, signalNumbers.WINCH], 0);
  return yield* serveHttp(process, listener, {
    *handle(request): Blocking<HttpResponse> {
      const found = find(process, root, request.target);
      const common: HttpResponse['headers'] = [
        ['Date', httpDate(process.clock.now)],
        ['Server', `Apache/${version} (Unix)`],
      ];
      if (found.kind === 'file') {
        const headers: HttpResponse['headers'] = [
          ...common,
          ['Last-Modified', httpDate(found.modifiedMs)],
          ['ETag', `"${found.bytes.length.toString(16)}-${Math.floor(found.modifiedMs / 1000).toString(16)}"`],
          ['Accept-Ranges', 'bytes'],
          ['Content-Length', String(found.bytes.length)],
          ['Content-Type', typeOf(found.path)],
        ];
        return { status: 200, headers, body: found.bytes };
      }
      const [status, title, words] =
        found.kind === 'missing'
          ? [404, 'Not Found', 'The requested URL was not found on this server.']
          : [403, 'Forbidden', "You don't have permission to access this resource."];
      const body = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>\n<h1>${title}</h1>\n<p>${words}</p>\n</body></html>\n`;
      return {
        status,
        headers: [...common, ['Content-Length', String(bodyLength(body))], ['Content-Type', 'text/html; charset=iso-8859-1']],
        body,
      };
    },
    *log({ remote, method, target, version: protocol }, response) {
      yield* process.print(
        `${remote.ip} - - [${logDate(process.clock.now)}] "${method} ${target} ${protocol}" ${response.status} ${bodyLength(response.body)}\n`,
      );
    },
  });
};

function readOr(process: Process, path: string): string {
  try {
    return decode(process.readFile(path));
  } catch (error) {
    if (error instanceof Errno) return '';
    throw error;
  }
}

/** kubernetes: test/images/agnhost: pause, netexec, serve-hostname; the rest is refused by name. */
export const agnhost: Program = function* (process, argv) {
  const [command = 'pause', ...rest] = argv.slice(1);
  process.exitOn([signalNumbers.TERM, signalNumbers.INT], 0);
  if (command === 'pause') {
    yield* process.print('Paused\n');
    return yield* forEver();
  }
  if (command !== 'netexec' && command !== 'serve-hostname') {
    yield* process.complain(`agnhost: "${command}" is not simulated in this cluster\n`);
    return 1;
  }
  const name = command === 'netexec' ? 'http-port' : 'port';
  const portText =
    rest.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ??
    (rest.includes(`--${name}`) ? rest[rest.indexOf(`--${name}`) + 1] : undefined);
  const port = Number(portText ?? (command === 'netexec' ? '8080' : '9376'));
  let listener: ReturnType<typeof listenAt>;
  try {
    listener = listenAt(process, port);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(`listen tcp :${port}: bind: ${error.message.toLowerCase()}\n`);
    return 1;
  }
  if (command === 'netexec') yield* process.print(`Started HTTP server on port ${port}\n`);
  return yield* serveHttp(process, listener, {
    *handle(request): Blocking<HttpResponse> {
      const body = command === 'serve-hostname' ? process.kernel.hostname : netexecBody(process, request);
      const text = body ?? '404 page not found\n';
      return {
        status: body === undefined ? 404 : 200,
        headers: [
          ['Date', httpDate(process.clock.now)],
          ['Content-Length', String(bodyLength(text))],
          ['Content-Type', 'text/plain; charset=utf-8'],
        ],
        body: text,
      };
    },
  });
};

function netexecBody(process: Process, request: HttpRequest): string | undefined {
  const [path, query = ''] = request.target.split('?');
  const parameters = new URLSearchParams(query);
  switch (path) {
    case '/':
      return `NOW: ${new Date(process.clock.now).toISOString()}`;
    case '/healthz':
      return '';
    case '/hostname':
    case '/hostName':
      return process.kernel.hostname;
    case '/clientip':
      return `${request.remote.ip}:${request.remote.port}`;
    case '/echo':
      return parameters.get('msg') ?? '';
    case '/header':
      return header(request.headers, (parameters.get('key') ?? '').toLowerCase()) ?? '';
    default:
      return undefined;
  }
}
