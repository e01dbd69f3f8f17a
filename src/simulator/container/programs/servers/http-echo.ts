// hashicorp/http-echo: answers every request with the text it was given.
import { Errno } from '../../errno.ts';
import type { Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { binaryText } from '../network/binary-text.ts';
import { header, httpDate, slashDate } from '../network/http-message.ts';
import { listenAt } from '../network/socket.ts';
import { parseGoFlags } from './go-flags.ts';
import { bodyLength, type HttpResponse, serveHttp } from './http-server.ts';

const usage = `Usage of %s:
  -listen string
    	address and port to listen (default ":5678")
  -status-code int
    	http response code, e.g.: 200 (default 200)
  -text string
    	text to put on the webpage
  -version
    	display version information
`;

/** What it does when it is told to end: a Go program without a handler for SIGTERM exits with 2 as PID 1. */
const exitWhenTerminated = 2;

export const httpEcho: Program = function* (process, argv) {
  const version = /v(\d+\.\d+\.\d+)/.exec(binaryText(process, argv[0] ?? ''))?.[1] ?? '1.0.0';
  const isOld = version.startsWith('0.');
  const known = { listen: 'string', text: 'string', 'status-code': 'int', version: 'bool' } as const;
  const { values, rest, error } = parseGoFlags(argv.slice(1), known);
  if (error !== undefined) {
    yield* process.complain(`${error}\n${usage.replace('%s', argv[0] ?? '')}`);
    return error.startsWith('flag: help') ? 0 : 2;
  }
  if (values.version === 'true') {
    yield* process.complain(`http-echo v${version}\n`);
    return 0;
  }
  const text = values.text ?? (isOld ? '' : (process.environment.get('ECHO_TEXT') ?? ''));
  if (text === '') {
    yield* process.complain('Missing -text option!\n');
    return 127;
  }
  if (rest.length > 0) {
    yield* process.complain('Too many arguments!\n');
    return 127;
  }
  const address = values.listen ?? ':5678';
  const status = Number(values['status-code'] ?? '200');
  process.exitOn([signalNumbers.TERM], exitWhenTerminated);
  process.exitOn([signalNumbers.INT], 0);
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  const tag = isOld ? '' : '[INFO] ';
  yield* process.complain(`${slashDate(process.clock.now)} ${tag}${isOld ? 'Server' : 'server'} is listening on ${address}\n`);
  let listener: ReturnType<typeof listenAt>;
  try {
    if (port === '') throw new Errno('EADDRNOTAVAIL');
    listener = listenAt(process, Number(port), host || '::');
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
    const reason =
      port === ''
        ? `listen tcp: address ${address}: missing port in address`
        : `listen tcp ${address}: bind: ${thrown.message.toLowerCase()}`;
    yield* process.complain(`${slashDate(process.clock.now)} [ERR] server exited with: ${reason}\n`);
    return 1;
  }
  const headersFor = (body: string, type: string): HttpResponse['headers'] => [
    ...(type === 'application/json' ? [['Content-Type', type] as const] : []),
    ['X-App-Name', 'http-echo'],
    ['X-App-Version', version],
    ['Date', httpDate(process.clock.now)],
    ['Content-Length', String(bodyLength(body))],
    ...(type === 'application/json' ? [] : [['Content-Type', type] as const]),
  ];
  return yield* serveHttp(process, listener, {
    *handle(request): Generator<never, HttpResponse> {
      if (request.target === '/health') {
        const body = '{"status":"ok"}\n';
        return { status: 200, headers: headersFor(body, 'application/json'), body };
      }
      const body = `${text}\n`;
      return { status: isOld ? 200 : status, headers: headersFor(body, 'text/plain; charset=utf-8'), body };
    },
    badRequest: () => ({
      status: 400,
      headers: [['Content-Type', 'text/plain; charset=utf-8']],
      body: '400 Bad Request',
    }),
    *log(request, response) {
      if (request.target === '/health') return;
      const { ip, port: remotePort } = request.remote;
      const path = request.target.replace(/\?.*/, '');
      const agent = header(request.headers, 'user-agent') ?? '';
      const took = `${(15 + process.random.below(60)).toString()}.${String(process.random.below(1000)).padStart(3, '0')}µs`;
      const line = `${header(request.headers, 'host') ?? ''} ${ip}:${remotePort} "${request.method} ${path} ${request.version}" ${response.status} ${bodyLength(response.body)} "${agent}" ${took}`;
      yield* process.print(`${slashDate(process.clock.now)} ${line}\n`);
    },
  });
};
