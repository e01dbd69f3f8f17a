// One attempt of a probe: what it does and what it says. kubernetes: pkg/kubelet/prober/prober.go, pkg/probe/{http,tcp,exec,grpc}
import type { Container as ContainerSpec, HTTPGetAction, Probe } from '../../apimachinery/objects.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Container } from '../container/container.ts';
import { ExecError } from '../container/start-error.ts';
import type { Network } from '../network/network.ts';

/** `error`: the attempt itself went wrong, and doesn't count. */
export interface ProbeResult {
  readonly outcome: 'success' | 'failure' | 'error';
  readonly output: string;
}

export interface ProbeTarget {
  readonly clock: Clock;
  readonly network: Network;
  readonly nodeName: string;
  readonly podIp: string;
  readonly spec: ContainerSpec;
  readonly container: Container;
}

type Done = (result: ProbeResult) => void;

/** Begins an attempt; `done` is called once, at the latest when its time is over. The result calls it off. */
export function attemptProbe(probe: Probe, target: ProbeTarget, done: Done): Cancel {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec) return attemptExec(probe.exec.command ?? [], timeoutMs, target, done);
  if (probe.httpGet) return attemptHttp(probe.httpGet, timeoutMs, target, done);
  if (probe.tcpSocket) return attemptTcp(probe.tcpSocket.host || target.podIp, probe.tcpSocket.port, timeoutMs, target, done);
  if (probe.grpc) return attemptGrpc(probe.grpc.port, timeoutMs, target, done);
  return soon(target.clock, done, { outcome: 'error', output: 'missing probe handler' });
}

function soon(clock: Clock, done: Done, result: ProbeResult): Cancel {
  return clock.after(0, () => done(result));
}

function attemptExec(command: readonly string[], timeoutMs: number, { clock, container }: ProbeTarget, done: Done): Cancel {
  let kill: (() => void) | undefined;
  let isOver = false;
  const finish = (result: ProbeResult): void => {
    if (isOver) return;
    isOver = true;
    cancelTimer();
    done(result);
  };
  const cancelTimer = clock.after(timeoutMs, () => {
    const text = `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeoutMs / 1000}s`;
    finish({ outcome: 'failure', output: text });
    kill?.();
  });
  try {
    kill = container.run(command, (exitCode, output) => {
      finish({ outcome: exitCode === 0 ? 'success' : 'failure', output: new TextDecoder().decode(output) });
    });
  } catch (thrown) {
    if (!(thrown instanceof ExecError)) throw thrown;
    cancelTimer();
    return soon(clock, finish, { outcome: 'error', output: `rpc error: code = Unknown desc = ${thrown.message}` });
  }
  return () => {
    isOver = true;
    cancelTimer();
    kill?.();
  };
}

/** A port's number, or why there is none. */
function portNumber(port: string | number, spec: ContainerSpec): number | string {
  if (typeof port === 'number') return port;
  const named = spec.ports?.find(({ name }) => name === port);
  if (named) return named.containerPort;
  return /^\d+$/.test(port) ? Number(port) : `strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`;
}

const dialErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

function attemptTcp(host: string, port: string | number, timeoutMs: number, target: ProbeTarget, done: Done): Cancel {
  const number = portNumber(port, target.spec);
  if (typeof number === 'string') return soon(target.clock, done, { outcome: 'error', output: number });
  return target.network.connectFromNode(target.nodeName, host, number, { timeoutMs }, (result) => {
    if (result.outcome === 'connected') {
      result.connection.close();
      done({ outcome: 'success', output: '' });
    } else done({ outcome: 'failure', output: `dial tcp ${host}:${number}: ${dialErrors[result.error] ?? 'i/o timeout'}` });
  });
}

// Unlike Kubernetes: a gRPC probe counts as answered when the connection is there; what the health service would say is not asked.
function attemptGrpc(port: number, timeoutMs: number, target: ProbeTarget, done: Done): Cancel {
  const address = `${target.podIp}:${port}`;
  return target.network.connectFromNode(target.nodeName, target.podIp, port, { timeoutMs }, (result) => {
    if (result.outcome === 'connected') {
      result.connection.close();
      done({ outcome: 'success', output: '' });
      return;
    }
    const output = `timeout: failed to connect service ${JSON.stringify(address)} within ${timeoutMs / 1000}s: context deadline exceeded`;
    target.clock.after(result.error === 'ETIMEDOUT' ? 0 : timeoutMs, () => done({ outcome: 'failure', output }));
  });
}

// Unlike Kubernetes: redirects are not followed, they count as success.
function attemptHttp(action: HTTPGetAction, timeoutMs: number, target: ProbeTarget, done: Done): Cancel {
  const number = portNumber(action.port, target.spec);
  if (typeof number === 'string') return soon(target.clock, done, { outcome: 'error', output: number });
  const host = action.host || target.podIp;
  const path = action.path ? (action.path.startsWith('/') ? action.path : `/${action.path}`) : '/';
  const url = `${(action.scheme ?? 'HTTP').toLowerCase()}://${host}:${number}${path}`;
  const exchange = new HttpExchange(
    { host, port: number, path, isTls: action.scheme === 'HTTPS', headers: action.httpHeaders ?? [] },
    target,
    (answer) => {
      if ('status' in answer) {
        const isGood = answer.status >= 200 && answer.status < 400;
        done({ outcome: isGood ? 'success' : 'failure', output: isGood ? '' : `HTTP probe failed with statuscode: ${answer.status}` });
      } else done({ outcome: 'failure', output: `Get ${JSON.stringify(url)}: ${answer.error}` });
    },
  );
  return exchange.start(timeoutMs);
}

interface HttpRequest {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly isTls: boolean;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

type HttpAnswer = { readonly status: number } | { readonly error: string };

/** A request and the status line of its answer. */
class HttpExchange {
  private readonly request: HttpRequest;
  private readonly target: Pick<ProbeTarget, 'clock' | 'network' | 'nodeName'>;
  private readonly done: (answer: HttpAnswer) => void;
  private received = '';
  private isOver = false;
  private readonly cancels: Cancel[] = [];

  constructor(request: HttpRequest, target: Pick<ProbeTarget, 'clock' | 'network' | 'nodeName'>, done: (answer: HttpAnswer) => void) {
    this.request = request;
    this.target = target;
    this.done = done;
  }

  start(timeoutMs: number): Cancel {
    const { clock, network, nodeName } = this.target;
    const { host, port } = this.request;
    const tooLate = { error: 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)' };
    this.cancels.push(clock.after(timeoutMs, () => this.finish(tooLate)));
    this.cancels.push(
      network.connectFromNode(nodeName, host, port, {}, (result) => {
        if (this.isOver) {
          if (result.outcome === 'connected') result.connection.close();
        } else if (result.outcome === 'failed') {
          this.finish({ error: `dial tcp ${host}:${port}: ${dialErrors[result.error] ?? 'i/o timeout'}` });
        } else if (this.request.isTls && !result.connection.startTls()) {
          result.connection.close();
          this.finish({ error: 'http: server gave HTTP response to HTTPS client' });
        } else this.exchange(result.connection);
      }),
    );
    return () => this.stop();
  }

  private exchange(
    connection: Extract<Parameters<Parameters<Network['connectFromNode']>[4]>[0], { outcome: 'connected' }>['connection'],
  ): void {
    this.cancels.push(() => connection.close());
    this.cancels.push(
      connection.listen(this.target.clock, {
        data: (bytes) => {
          this.received += new TextDecoder('latin1').decode(bytes);
          if (this.received.includes('\n')) this.read();
        },
        end: (error) => {
          const { ip, port } = connection.local;
          const peer = connection.remote;
          this.finish({ error: error ? `read tcp ${ip}:${port}->${peer.ip}:${peer.port}: read: connection reset by peer` : 'EOF' });
        },
      }),
    );
    connection.send(new TextEncoder().encode(this.requestText()));
  }

  private requestText(): string {
    const { host, port, path, headers } = this.request;
    const given = new Map(headers.map(({ name, value }) => [name.toLowerCase(), `${name}: ${value}`]));
    const standard: [string, string][] = [
      ['host', `Host: ${host}:${port}`],
      ['user-agent', 'User-Agent: kube-probe/1.34'],
      ['accept', 'Accept: */*'],
      ['connection', 'Connection: close'],
    ];
    for (const [name, line] of standard) if (!given.has(name)) given.set(name, line);
    return `GET ${path} HTTP/1.1\r\n${[...given.values()].join('\r\n')}\r\n\r\n`;
  }

  private read(): void {
    const status = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(this.received)?.[1];
    if (status) this.finish({ status: Number(status) });
    else
      this.finish({
        error: `net/http: HTTP/1.x transport connection broken: malformed HTTP response ${JSON.stringify(this.received.split('\n')[0]!.trimEnd())}`,
      });
  }

  private finish(answer: HttpAnswer): void {
    if (this.isOver) return;
    this.stop();
    this.done(answer);
  }

  private stop(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const cancel of this.cancels) cancel();
  }
}

/** An HTTP request of a lifecycle hook: undefined when it was answered well, else why not. */
export function attemptHttpHook(
  action: HTTPGetAction,
  target: ProbeTarget,
  timeoutMs: number,
  done: (failure: string | undefined) => void,
): Cancel {
  return attemptHttp(action, timeoutMs, target, ({ outcome, output }) => done(outcome === 'success' ? undefined : output));
}
