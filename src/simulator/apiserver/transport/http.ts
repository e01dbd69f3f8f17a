// The API server's listener: HTTPS on loopback. It turns sockets into requests for `handle`, and answers and streams back into bytes.
import { type IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { StatusError } from '../../../apimachinery/status-error.ts';
import type { ApiAnswer, ApiRequest, Stream } from '../request.ts';
import type { Certificates } from './certificates.ts';
import { UpgradeGate } from './upgrade.ts';

/** What answers: a simulator, whichever stands behind the listener at the moment. */
export type Handle = (request: ApiRequest) => ApiAnswer;

export interface ListenOptions {
  readonly certificates: Certificates;
  readonly handle: Handle;
  /** 0 or left out: a free one. */
  readonly port?: number;
  /** A mistake of ours in answering a request: the client gets 500, whoever set this the reason. */
  readonly onError?: (error: unknown) => void;
}

/** A listener on 127.0.0.1. */
export interface Listener {
  /** https://127.0.0.1:PORT */
  readonly address: string;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

// kubernetes: staging/src/k8s.io/apiserver/pkg/server/config.go: MaxRequestBodyBytes
const bodyBytesMax = 3 * 1024 * 1024;
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/writers.go: defaultGzipThresholdBytes
const gzipThresholdBytes = 128 * 1024;

/** Listens for clients that speak Kubernetes' API. Rejects when the port can't be had. */
export function listen({ certificates, handle: answerRequest, port = 0, onError = () => {} }: ListenOptions): Promise<Listener> {
  const handle: Handle = (request) => {
    try {
      return answerRequest(request);
    } catch (error) {
      onError(error);
      return internalError(error);
    }
  };
  const server = createServer({
    key: certificates.server.key,
    cert: certificates.server.certificate,
    ca: certificates.ca,
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    // Go's clients keep idle connections for 90 s; a server that ends them earlier races with their next request.
    keepAliveTimeout: 180_000,
    requestTimeout: 0,
  });
  const sockets = new Set<Duplex>();
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('request', (message, response) => void answer(message, response, handle));
  const gate = new UpgradeGate();
  server.on('upgrade', (message, socket, head) => upgrade(gate, message, socket, head, handle));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve({ address: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server, sockets) });
    });
  });
}

/** kubernetes: staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go: NewInternalError */
function internalError(error: unknown): ApiAnswer {
  const { status } = new StatusError(
    500,
    'InternalError',
    `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
  );
  return { kind: 'response', status: 500, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(status)) };
}

function close(server: Server, sockets: ReadonlySet<Duplex>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

async function answer(message: IncomingMessage, response: ServerResponse, handle: Handle): Promise<void> {
  const body = await readBody(message);
  if (!body) {
    response.writeHead(413, { 'content-type': 'text/plain' }).end(`request body is larger than ${bodyBytesMax} bytes`);
    return;
  }
  respond(handle(toRequest(message, body)), message, response);
}

/** The whole body, or undefined when it is too long (the rest is thrown away) or the client left. */
async function readBody(message: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of message) {
      length += (chunk as Buffer).length;
      if (length <= bodyBytesMax) chunks.push(chunk as Buffer);
    }
  } catch {
    return undefined;
  }
  return length <= bodyBytesMax ? Buffer.concat(chunks) : undefined;
}

function toRequest(message: IncomingMessage, body: Uint8Array, isUpgrade = false): ApiRequest {
  const [path, query] = splitUrl(message.url ?? '/');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const certificate = clientCertificate(message.socket as TLSSocket);
  return {
    method: message.method ?? 'GET',
    path,
    query,
    headers,
    body,
    ...(certificate && { certificate }),
    ...(isUpgrade && { upgrade: true }),
  };
}

function splitUrl(url: string): [string, URLSearchParams] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, new URLSearchParams()] : [url.slice(0, mark), new URLSearchParams(url.slice(mark + 1))];
}

function clientCertificate(socket: TLSSocket): ApiRequest['certificate'] {
  if (!socket.authorized) return undefined;
  const { subject, fingerprint256 } = socket.getPeerCertificate();
  if (!subject?.CN) return undefined;
  const organizations = subject.O === undefined ? [] : Array.isArray(subject.O) ? subject.O : [subject.O];
  return { commonName: [subject.CN].flat()[0]!, organizations, digest: fingerprint256.replaceAll(':', '').toLowerCase() };
}

function respond(answered: ApiAnswer, message: IncomingMessage, response: ServerResponse): void {
  if (answered.kind === 'portforward') {
    response.writeHead(400, { 'content-type': 'text/plain' }).end('Upgrade request required');
    return;
  }
  const headers = answered.headers as Record<string, string | string[]>;
  if (answered.kind === 'response') {
    const isZipped = answered.body.length > gzipThresholdBytes && /\bgzip\b/.test(String(message.headers['accept-encoding'] ?? ''));
    const body = isZipped ? gzipSync(answered.body, { level: 1 }) : answered.body;
    response.writeHead(answered.status, { ...headers, ...(isZipped && { 'content-encoding': 'gzip' }), 'content-length': body.length });
    response.end(message.method === 'HEAD' ? undefined : body);
    return;
  }
  response.writeHead(answered.status, headers);
  // Without this a client that waits for the first byte of a quiet watch waits for ever.
  response.flushHeaders();
  pipe(answered.stream, response);
}

/** Sends channel 1 as the response's body until the stream ends or the client goes away. */
function pipe(stream: Stream, response: ServerResponse): void {
  let hasEnded = false;
  response.on('drain', () => stream.resume());
  response.on('close', () => {
    if (!hasEnded) stream.hangUp();
  });
  stream.onData((_channel, bytes) => {
    if (!response.write(bytes)) stream.pause();
  });
  stream.onEnd(() => {
    hasEnded = true;
    response.end();
  });
}

function upgrade(gate: UpgradeGate, message: IncomingMessage, socket: Duplex, head: Buffer, handle: Handle): void {
  const isSwitch = /^(websocket|spdy\/3\.1)$/i.test(message.headers.upgrade ?? '');
  const answered = handle(toRequest(message, new Uint8Array(), isSwitch));
  if (answered.kind === 'portforward' || (answered.kind === 'stream' && answered.upgrade)) {
    if (gate.accept(message, socket, head, answered)) return;
    if (answered.kind === 'stream') answered.stream.hangUp();
  }
  // An error, or a client that left a stale Upgrade header on a plain request: answered as any other.
  const response = new ServerResponse(message);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as TLSSocket);
  response.on('finish', () => socket.end());
  if (answered.kind === 'stream' && answered.upgrade) {
    response.writeHead(400, { 'content-type': 'text/plain' });
    response.end('SPDY without WebSocket is not simulated: kubectl 1.31 or newer is needed');
    return;
  }
  respond(answered, message, response);
}
