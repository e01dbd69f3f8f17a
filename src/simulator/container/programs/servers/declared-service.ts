// Runs a server that is only declared (images/service-spec.ts): the program's file holds its declaration.

import { durationMs, type FailureSpec, type ListenSpec, type RouteSpec, type ServiceSpec } from '../../../images/service-spec.ts';
import { networkOf } from '../../../network/network-namespace.ts';
import { resolve } from '../../../network/resolver.ts';
import { type Blocking, park, tooLate, within } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { decode, encode } from '../../text.ts';
import { binaryText } from '../network/binary-text.ts';
import { httpDate, parseUrl, readHead } from '../network/http-message.ts';
import { connectTo, listenAt, serveConnections } from '../network/socket.ts';
import { bodyLength, type HttpRequest, type HttpResponse, serveHttp } from './http-server.ts';
import { forEver } from './system-daemons.ts';

const mebibyte = 1024 * 1024;
/** A server that asks another one doesn't wait longer. */
const callLimitMs = 5000;

export const declaredService: Program = function* (process, argv) {
  const spec = JSON.parse(binaryText(process, argv[0] ?? '')) as ServiceSpec;
  return yield* new DeclaredService(process, spec).run();
};

/** Lets time pass, whatever signals come. */
function* rest({ clock }: Process, ms: number): Blocking {
  yield* park((wake) => clock.after(ms, () => wake()));
}

class DeclaredService {
  private readonly process: Process;
  private readonly spec: ServiceSpec;
  private readonly readyAt: number;

  constructor(process: Process, spec: ServiceSpec) {
    this.process = process;
    this.spec = spec;
    this.readyAt = process.clock.now + durationMs(spec.startup?.readyAfter);
  }

  *run(): Blocking<number> {
    const { process, spec } = this;
    for (const { name, log, exit = 1 } of spec.requireEnv ?? []) {
      if ((process.environment.get(name) ?? '') !== '') continue;
      yield* process.complain(`${this.expand(log)}\n`);
      return exit;
    }
    this.obeySignals();
    for (const line of spec.startup?.log ?? []) yield* this.log(line);
    for (const { interval, log } of spec.every ?? []) process.startThread(this.repeat(durationMs(interval), log));
    if (spec.memory) process.startThread(this.takeMemory(spec.memory));
    if (spec.exit) process.startThread(this.exitLater(spec.exit));
    return spec.listen ? yield* this.serve(spec.listen) : yield* forEver();
  }

  private obeySignals(): void {
    const { process, spec } = this;
    const { onTerm } = spec;
    if (onTerm === 'ignore') return;
    const end = function* (service: DeclaredService): Blocking {
      yield* rest(process, durationMs(onTerm?.after));
      if (onTerm?.log !== undefined) yield* service.log(onTerm.log);
      process.finish(onTerm?.code ?? 0);
    };
    for (const signal of [signalNumbers.TERM, signalNumbers.INT]) process.onSignal(signal, () => process.startThread(end(this)));
  }

  private *repeat(everyMs: number, line: string): Blocking {
    for (;;) {
      yield* this.log(line);
      yield* rest(this.process, Math.max(100, everyMs));
    }
  }

  private *takeMemory({ startMi, growMiPerS = 0, maxMi = Number.POSITIVE_INFINITY }: NonNullable<ServiceSpec['memory']>): Blocking {
    this.process.allocate(startMi * mebibyte);
    for (let used = startMi; growMiPerS > 0 && used < maxMi; ) {
      yield* rest(this.process, 1000);
      const step = Math.min(growMiPerS, maxMi - used);
      this.process.allocate(step * mebibyte);
      used += step;
    }
  }

  private *exitLater({ after, code, log }: NonNullable<ServiceSpec['exit']>): Blocking {
    yield* rest(this.process, durationMs(after));
    if (log !== undefined) yield* this.log(log);
    this.process.finish(code);
  }

  private *serve({ port, protocol = 'http', routes = [] }: ListenSpec): Blocking<number> {
    const { process } = this;
    const number = Number(typeof port === 'number' ? port : this.expand(port));
    let listener: ReturnType<typeof listenAt>;
    try {
      listener = listenAt(process, number);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* process.complain(`listen tcp :${number}: bind: ${error.message.toLowerCase()}\n`);
      return 1;
    }
    if (protocol === 'tcp') {
      return yield* serveConnections(process, listener, function* (socket) {
        while (yield* socket.read());
      });
    }
    return yield* serveHttp(process, listener, { handle: (request) => this.answer(request, routes) });
  }

  private *answer(request: HttpRequest, routes: readonly RouteSpec[]): Blocking<HttpResponse> {
    const path = request.target.replace(/\?.*/, '');
    const route = routes.find(
      ({ method, path: own }) =>
        (method === undefined || method === request.method) && (own.endsWith('*') ? path.startsWith(own.slice(0, -1)) : path === own),
    );
    if (!route) return this.respond(404, '404 page not found\n');
    const early = route.before?.untilReady;
    if (early && this.process.clock.now < this.readyAt) return this.respond(early.status, early.body);
    if (route.cpu !== undefined) yield* this.process.work(durationMs(route.cpu) * 1000);
    if (route.delay !== undefined) yield* rest(this.process, durationMs(route.delay));
    if (route.calls && !(yield* this.call(route.calls.url))) return yield* this.fail(route.calls.onFail);
    if (route.can && !(yield* this.mayDo(route.can.verb, route.can.resource))) return yield* this.fail(route.can.onFail);
    if (route.log !== undefined) yield* this.log(route.log);
    return this.respond(route.status ?? 200, route.body ?? '');
  }

  private *fail({ status, body = '', log }: FailureSpec): Blocking<HttpResponse> {
    if (log !== undefined) yield* this.log(log);
    return this.respond(status, body);
  }

  private respond(status: number, body: string): HttpResponse {
    const text = this.expand(body);
    const headers: HttpResponse['headers'] = [
      ['Date', httpDate(this.process.clock.now)],
      ['Content-Length', String(bodyLength(text))],
      ['Content-Type', 'text/plain; charset=utf-8'],
    ];
    return { status, headers, body: text };
  }

  /** Is the URL answered with a status below 400, in time? */
  private *call(url: string): Blocking<boolean> {
    const result = yield* within(this.process.clock, callLimitMs, this.fetchStatus(this.expand(url)));
    return result !== tooLate && result >= 200 && result < 400;
  }

  private *fetchStatus(url: string): Blocking<number> {
    const target = parseUrl(url);
    if (!target) return 0;
    const found = yield* resolve(this.process, target.host);
    if (found.kind !== 'found') return 0;
    try {
      const socket = yield* connectTo(this.process, found.addresses[0]!, target.port);
      yield* socket.write(`GET ${target.path} HTTP/1.1\r\nHost: ${target.host}\r\nConnection: close\r\n\r\n`);
      const head = yield* readHead(socket);
      socket.close();
      return Number(head?.line.split(' ')[1] ?? '0');
    } catch (error) {
      if (error instanceof Errno) return 0;
      throw error;
    }
  }

  /** Asks the API server what this pod's service account may do. */
  private *mayDo(verb: string, resource: string): Blocking<boolean> {
    yield* this.process.work(100);
    const { apiServer } = networkOf(this.process).network;
    const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
    let token: string;
    let namespace: string;
    try {
      token = decode(this.process.readFile(`${folder}/token`)).trim();
      namespace = decode(this.process.readFile(`${folder}/namespace`)).trim();
    } catch (error) {
      if (error instanceof Errno) return false;
      throw error;
    }
    const [name = '', group = ''] = resource.split('.');
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace, verb, resource: name, group } },
    };
    const answer = apiServer?.({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      query: new URLSearchParams(),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
      body: encode(JSON.stringify(review)),
    });
    if (answer?.kind !== 'response') return false;
    const { status } = JSON.parse(decode(answer.body)) as { status?: { allowed?: boolean } };
    return status?.allowed === true;
  }

  private *log(line: string): Blocking {
    yield* this.process.print(`${this.expand(line)}\n`);
  }

  private expand(text: string): string {
    const { process } = this;
    const { pod, nodeName } = networkOf(process);
    const facts: Readonly<Record<string, string>> = {
      pod: pod?.name ?? process.kernel.hostname,
      ns: pod?.namespace ?? '',
      node: nodeName,
      now: new Date(process.clock.now).toISOString(),
      uptime: String(Math.floor((process.clock.now - process.startedAt) / 1000)),
    };
    return text
      .replace(
        /\$\{(\w+)(?::-([^}]*))?\}/g,
        (_whole, name: string, fallback: string | undefined) => process.environment.get(name) || fallback || '',
      )
      .replace(/\{\{(\w+)\}\}/g, (whole, name: string) => facts[name] ?? whole);
  }
}
