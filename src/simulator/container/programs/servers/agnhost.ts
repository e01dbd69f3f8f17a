// agnhost, Kubernetes' own test image: pause, netexec, serve-hostname; the rest is refused by name.
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { header, httpDate } from '../network/http-message.ts';
import { listenAt } from '../network/socket.ts';
import { bodyLength, type HttpRequest, type HttpResponse, serveHttp } from './http-server.ts';
import { forEver } from './system-daemons.ts';

/** kubernetes: test/images/agnhost */
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
    listener = listenAt(process, port, '::');
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
