// A kubelet's HTTP request and the status line of its answer, with Go's words for what goes wrong.
import type { Cancel, Clock } from '../clock.ts';
import { encode } from '../container/text.ts';
import type { Connection } from '../network/connection.ts';
import type { Network } from '../network/network.ts';

const latin1 = new TextDecoder('latin1');
const standardHeaders = 'User-Agent: kube-probe/1.34\r\nAccept: */*\r\nConnection: close\r\n';

/** From where it is asked. */
interface Origin {
  readonly clock: Clock;
  readonly network: Network;
  readonly nodeName: string;
}

/** Go's words for a connection that can't be made. */
export const dialErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

export interface HttpRequest {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly isTls: boolean;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

type HttpAnswer = { readonly status: number } | { readonly error: string };

/** A request and the status line of its answer. */
export class HttpExchange {
  private readonly request: HttpRequest;
  private readonly target: Origin;
  private readonly done: (answer: HttpAnswer) => void;
  private received = '';
  private isOver = false;
  private readonly cancels: Cancel[] = [];

  constructor(request: HttpRequest, target: Origin, done: (answer: HttpAnswer) => void) {
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

  private exchange(connection: Connection): void {
    this.cancels.push(() => connection.close());
    this.cancels.push(
      connection.listen(this.target.clock, {
        data: (bytes) => {
          this.received += latin1.decode(bytes);
          if (this.received.includes('\n')) this.read();
        },
        end: (error) => {
          const { ip, port } = connection.local;
          const peer = connection.remote;
          this.finish({ error: error ? `read tcp ${ip}:${port}->${peer.ip}:${peer.port}: read: connection reset by peer` : 'EOF' });
        },
      }),
    );
    connection.send(encode(this.requestText()));
  }

  private requestText(): string {
    const { host, port, path, headers } = this.request;
    if (headers.length === 0) return `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\n${standardHeaders}\r\n`;
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
