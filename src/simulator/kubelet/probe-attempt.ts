// One attempt of a probe: what it does and what it says. kubernetes: pkg/kubelet/prober/prober.go, pkg/probe/{http,tcp,exec,grpc}
import type { Container as ContainerSpec, HTTPGetAction, Probe } from '../../apimachinery/objects.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Container } from '../container/container.ts';
import { ExecError } from '../container/start-error.ts';
import type { Network } from '../network/network.ts';
import { dialErrors, HttpExchange } from './http-exchange.ts';

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
    // containerd: internal/cri/server/container_execsync.go
    const why = container.exit ? 'failed to exec in container: container is in CONTAINER_EXITED state' : thrown.message;
    return soon(clock, finish, { outcome: 'error', output: `rpc error: code = Unknown desc = ${why}` });
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

/** An HTTP request of a lifecycle hook: true when it was answered well. */
export function attemptHttpHook(action: HTTPGetAction, target: ProbeTarget, timeoutMs: number, done: (isGood: boolean) => void): Cancel {
  return attemptHttp(action, timeoutMs, target, ({ outcome }) => done(outcome === 'success'));
}
