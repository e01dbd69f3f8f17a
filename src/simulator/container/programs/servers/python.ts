// python3, as far as -m http.server goes.
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { binaryText } from '../network/binary-text.ts';
import { httpDate, logDate } from '../network/http-message.ts';
import { optionValue, parseOptions } from '../network/options.ts';
import { listenAt } from '../network/socket.ts';
import { bodyLength, type HttpRequest, type HttpResponse, serveHttp } from './http-server.ts';
import { absolutePath, findServed, typeOf } from './served-file.ts';

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
  const found = findServed(process, root, request.target);
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
