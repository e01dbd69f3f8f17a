// agnhost, Kubernetes' own test image: pause, netexec, serve-hostname, connect; the rest is refused by name.
import { isAddress } from '../../../network/address.ts';
import { resolve } from '../../../network/resolver.ts';
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { header, httpDate } from '../network/http-message.ts';
import { hasOption, optionValue, parseOptions } from '../network/options.ts';
import { connectTo, listenAt } from '../network/socket.ts';
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
  if (command === 'connect') return yield* connect(process, rest);
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

/** `connect HOST:PORT`: silence and 0, or one word for what went wrong. kubernetes: test/images/agnhost/connect/connect.go */
function* connect(process: Process, args: readonly string[]): Blocking<number> {
  const long = { timeout: { takesValue: true }, protocol: { takesValue: true } };
  const parsed = parseOptions(args, { short: '', long });
  const fail = function* (words: string): Blocking<number> {
    yield* process.complain(`${words}\n`);
    return 1;
  };
  const [destination = ''] = parsed.operands;
  if (parsed.error !== undefined) return yield* fail(`Error: ${parsed.error}`);
  if (hasOption(parsed, 'protocol') && optionValue(parsed, 'protocol') !== 'tcp')
    return yield* fail('agnhost: "connect" without TCP is not simulated in this cluster');
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(destination) ?? [];
  if (port === '') return yield* fail(`UNKNOWN: address ${destination}: missing port in address`);
  const resolution = yield* resolve(process, host);
  if (resolution.kind !== 'found' && !isAddress(host)) return yield* fail(`DNS: lookup ${host}: no such host`);
  const address = resolution.kind === 'found' ? resolution.addresses[0]! : host;
  const [, count = '0', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(optionValue(parsed, 'timeout') ?? '') ?? [];
  const timeoutMs = Number(count) * { ms: 1, s: 1000, m: 60_000 }[unit as 'ms' | 's' | 'm'];
  try {
    const socket = yield* connectTo(process, address, Number(port), { timeoutMs: timeoutMs || undefined });
    socket.close();
    return 0;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ETIMEDOUT') return yield* fail('TIMEOUT');
    if (error.code === 'ECONNREFUSED') return yield* fail('REFUSED');
    return yield* fail(`OTHER: dial tcp ${address}:${port}: connect: ${error.message.toLowerCase()}`);
  }
}

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
