// The ingress controller: takes requests at ports 80 and 443, and hands each to a pod of the service that the ingresses name for it.
import type { IngressRoute } from '../../../network/ingress.ts';
import type { NetworkNamespace } from '../../../network/network-namespace.ts';
import { networkOf } from '../../../network/network-namespace.ts';
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { concatenate } from '../../text.ts';
import { header, httpDate, logDate, readBody, readHead, reasonPhrase } from '../network/http-message.ts';
import { connectTo, listenAt } from '../network/socket.ts';
import { bodyLength, type HttpRequest, type HttpResponse, serveHttp } from './http-server.ts';
import { untilToldToEnd } from './told-to-end.ts';

/** A backend that doesn't let itself be connected to within this time is away. */
const connectTimeoutMs = 5000;
/** What belongs to one connection, and isn't passed on. */
const hopByHop = /^(connection|keep-alive|transfer-encoding|content-length|te|trailer|upgrade|host)$/i;

export const ingressController: Program = function* (process) {
  const pod = networkOf(process);
  const { network } = pod;
  const say = (words: string): Blocking => process.complain(`${new Date(process.clock.now).toISOString()} ${words}\n`);
  if (!network.ingresses) {
    yield* say('this cluster has no ingress add-on');
    return 1;
  }
  try {
    for (const [port, isTls] of [
      [443, true],
      [80, false],
    ] as const) {
      const listener = listenAt(process, port, undefined, { isTls });
      process.startThread(
        serveHttp(process, listener, {
          handle: (request) => answer(process, pod, request, isTls),
          log: (request, response) => log(process, request, response),
        }),
      );
    }
    const health = listenAt(process, 10254);
    process.startThread(serveHttp(process, health, { handle: (request) => healthAnswer(process, request) }));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* say(`cannot listen: ${error.message}`);
    return 1;
  }
  network.ingresses.publish(network.view.node(pod.nodeName)?.ip);
  yield* say('serving at ports 80 and 443');
  yield* untilToldToEnd(process);
  network.ingresses.publish(undefined);
  yield* say('ends');
  return 0;
};

function* healthAnswer(process: Process, { target }: HttpRequest): Blocking<HttpResponse> {
  yield* process.work(10);
  return target === '/healthz' ? plain(process, 200, 'ok') : plain(process, 404, '404 page not found\n');
}

function plain(process: Process, status: number, body: string): HttpResponse {
  return {
    status,
    headers: [
      ['Date', httpDate(process.clock.now)],
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', String(bodyLength(body))],
    ],
    body,
  };
}

function failure(process: Process, status: number): HttpResponse {
  return plain(process, status, `${status} ${reasonPhrase(status)}\n`);
}

function* answer(process: Process, pod: NetworkNamespace, request: HttpRequest, isTls: boolean): Blocking<HttpResponse> {
  const host = (header(request.headers, 'host') ?? '').replace(/:\d+$/, '');
  const path = request.target.replace(/[?#].*/, '');
  const route = pod.network.ingresses?.route(host, path);
  if (!route) return failure(process, 404);
  const target = endpointOf(process, pod, route);
  if (!target) return failure(process, 503);
  try {
    return yield* passOn(process, target, request, isTls);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(
      `${new Date(process.clock.now).toISOString()} ${route.ingress}: ${target.ip}:${target.port}: ${error.message}\n`,
    );
    return failure(process, error.code === 'ETIMEDOUT' ? 504 : 502);
  }
}

/** One of the service's ready endpoints; undefined when there is none, or no such service or port. */
function endpointOf(
  process: Process,
  pod: NetworkNamespace,
  { namespace, service, port }: IngressRoute,
): { ip: string; port: number } | undefined {
  const { proxy } = pod.network.view;
  const known = proxy.service(namespace, service);
  const servicePort = known?.spec?.ports?.find((candidate) => candidate.port === port || candidate.name === port);
  if (!known || !servicePort) return undefined;
  const ready = proxy.targets(known, servicePort).filter(({ endpoint }) => endpoint.conditions?.ready !== false);
  if (ready.length === 0) return undefined;
  const { ip, port: targetPort } = process.random.pick(ready);
  return targetPort === undefined ? undefined : { ip, port: targetPort };
}

function* passOn(process: Process, target: { ip: string; port: number }, request: HttpRequest, isTls: boolean): Blocking<HttpResponse> {
  const socket = yield* connectTo(process, target.ip, target.port, { timeoutMs: connectTimeoutMs });
  try {
    const host = header(request.headers, 'host') ?? '';
    const forwarded = [header(request.headers, 'x-forwarded-for'), request.remote.ip].filter(Boolean).join(', ');
    const kept = request.headers.filter(([name]) => !hopByHop.test(name) && !/^x-forwarded-|^x-real-ip$/i.test(name));
    const lines = [
      `${request.method} ${request.target} HTTP/1.1`,
      `Host: ${host}`,
      `X-Real-IP: ${request.remote.ip}`,
      `X-Forwarded-For: ${forwarded}`,
      `X-Forwarded-Host: ${host}`,
      `X-Forwarded-Proto: ${isTls ? 'https' : 'http'}`,
      ...kept.map(([name, value]) => `${name}: ${value}`),
      ...(request.body.length > 0 ? [`Content-Length: ${request.body.length}`] : []),
      'Connection: close',
    ];
    yield* socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    yield* socket.write(request.body);
    const head = yield* readHead(socket);
    if (!head) throw new Errno('ECONNRESET');
    const pieces: Uint8Array[] = [new Uint8Array(0)];
    if (request.method !== 'HEAD') {
      yield* readBody(socket, head.headers, function* (bytes) {
        pieces.push(bytes);
      });
    }
    const [, status = '502', ...reason] = head.line.split(' ');
    const body = concatenate(pieces);
    const headers = [...head.headers.filter(([name]) => !hopByHop.test(name)), ['Content-Length', String(body.length)] as const];
    return { status: Number(status), reason: reason.join(' '), headers, body };
  } finally {
    socket.close();
  }
}

function* log(process: Process, request: HttpRequest, response: HttpResponse): Blocking {
  const host = header(request.headers, 'host') ?? '-';
  yield* process.print(
    `${request.remote.ip} - - [${logDate(process.clock.now)}] "${request.method} ${request.target} ${request.version}" ${response.status} ${bodyLength(response.body)} "${host}"\n`,
  );
}
