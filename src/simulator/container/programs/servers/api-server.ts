// kube-apiserver, as pods reach it at port 6443: their requests go to the very API server that the player's kubectl talks to.
import { channels, type Stream } from '../../../apiserver/request.ts';
import { networkOf } from '../../../network/network-namespace.ts';
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import { Pipe } from '../../pipe.ts';
import type { Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { encode } from '../../text.ts';
import { httpDate, reasonPhrase } from '../network/http-message.ts';
import { listenAt, type Socket } from '../network/socket.ts';
import { bodyLength, type HttpResponse, serveHttp } from './http-server.ts';

export const apiServerProgram: Program = function* (process) {
  process.exitOn([signalNumbers.TERM, signalNumbers.INT], 0);
  const { network } = networkOf(process);
  const plain = (status: number, text: string): HttpResponse => ({
    status,
    headers: [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Date', httpDate(process.clock.now)],
      ['Content-Length', String(bodyLength(text))],
    ],
    body: text,
  });
  let listener: ReturnType<typeof listenAt>;
  try {
    listener = listenAt(process, 6443, undefined, { isTls: true });
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(`listen tcp 0.0.0.0:6443: bind: ${error.message.toLowerCase()}\n`);
    return 1;
  }
  return yield* serveHttp(process, listener, {
    *handle(request): Blocking<HttpResponse> {
      return plain(
        /^\/(healthz|livez|readyz)/.test(request.target) ? 200 : 404,
        /^\/(healthz|livez|readyz)/.test(request.target) ? 'ok' : '404 page not found\n',
      );
    },
    *takeOver(request, socket) {
      if (!network.apiServer) return false;
      const [path = '', query = ''] = request.target.split('?');
      const headers = Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
      const answer = network.apiServer({ method: request.method, path, query: new URLSearchParams(query), headers, body: request.body });
      if (answer.kind === 'portforward') return yield* refuse(socket, 'port-forward from inside the cluster is not simulated');
      const lines = Object.entries(answer.headers).flatMap(([name, value]) =>
        (typeof value === 'string' ? [value] : value).map((one) => `${capitalize(name)}: ${one}`),
      );
      const head = [`HTTP/1.1 ${answer.status} ${reasonPhrase(answer.status)}`, ...lines, `Date: ${httpDate(process.clock.now)}`];
      if (answer.kind === 'response') {
        const isLong = lines.some((line) => line.toLowerCase().startsWith('content-length:'));
        const length = isLong ? [] : [`Content-Length: ${answer.body.length}`];
        yield* socket.write(`${[...head, ...length, 'Connection: close'].join('\r\n')}\r\n\r\n`);
        if (request.method !== 'HEAD') yield* socket.write(answer.body);
        return true;
      }
      yield* socket.write(`${[...head, 'Transfer-Encoding: chunked', 'Connection: close'].join('\r\n')}\r\n\r\n`);
      yield* copyStream(answer.stream, socket);
      return true;
    },
  });
};

function* refuse(socket: Socket, why: string): Blocking<boolean> {
  yield* socket.write(`HTTP/1.1 501 Not Implemented\r\nContent-Length: ${bodyLength(`${why}\n`)}\r\nConnection: close\r\n\r\n${why}\n`);
  return true;
}

/** Sends a stream's bytes as chunks until it ends, or the client is gone. */
function* copyStream(stream: Stream, socket: Socket): Blocking {
  const pipe = new Pipe();
  stream.onData((channel, bytes) => {
    if (channel === channels.stdout) pipe.put(bytes);
  });
  stream.onEnd(() => pipe.closeWriter());
  try {
    for (;;) {
      const bytes = yield* pipe.read(undefined, 65536);
      if (!bytes) break;
      yield* socket.write(encode(`${bytes.length.toString(16)}\r\n`));
      yield* socket.write(bytes);
      yield* socket.write('\r\n');
    }
    yield* socket.write('0\r\n\r\n');
  } finally {
    stream.hangUp();
  }
}

const spelled = new Map<string, string>();

/** `Content-Type`, as HTTP/1.1 spells what the API server calls content-type. */
function capitalize(name: string): string {
  let word = spelled.get(name);
  if (word === undefined) {
    word = name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
    spelled.set(name, word);
  }
  return word;
}
