// Switching protocols: the WebSockets of exec, attach and port-forward.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ApiPortForward, ApiStream } from '../request.ts';
import { servePortForwardChannels, servePortForwardTunnel } from './portforward.ts';
import { serveRemoteCommand } from './remotecommand.ts';

/** kubectl's sub-protocol for port-forward. `ws` refuses it, as "/" is no token, so it goes by another name inside. */
const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io';
const tunnelAlias = 'spdy-3.1-portforward.k8s.io';
const remoteCommandProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** Makes WebSockets of sockets that ask for it. */
export class UpgradeGate {
  private readonly server: WebSocketServer;

  constructor() {
    this.server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: 16 * 1024 * 1024,
      handleProtocols: (offered) => [tunnelAlias, ...remoteCommandProtocols].find((name) => offered.has(name)) ?? false,
    });
    this.server.on('headers', (headers) => {
      const index = headers.indexOf(`Sec-WebSocket-Protocol: ${tunnelAlias}`);
      if (index >= 0) headers[index] = `Sec-WebSocket-Protocol: ${tunnelProtocol}`;
    });
  }

  /** Takes the socket over and returns true, or returns false when the client asks for a protocol that isn't spoken here. */
  accept(message: IncomingMessage, socket: Duplex, head: Buffer, answer: ApiStream | ApiPortForward): boolean {
    if (!/^websocket$/i.test(message.headers.upgrade ?? '')) return false;
    const offered = (message.headers['sec-websocket-protocol'] ?? '').replaceAll(tunnelProtocol, tunnelAlias);
    const names = offered.split(',').map((name) => name.trim());
    const spoken = answer.kind === 'portforward' ? [tunnelAlias, 'v4.channel.k8s.io'] : remoteCommandProtocols;
    if (!names.some((name) => spoken.includes(name))) return false;
    message.headers['sec-websocket-protocol'] = offered;
    this.server.handleUpgrade(message, socket, head, (webSocket) => serve(webSocket, message, answer));
    return true;
  }
}

function serve(webSocket: WebSocket, message: IncomingMessage, answer: ApiStream | ApiPortForward): void {
  webSocket.on('error', () => webSocket.terminate());
  if (answer.kind === 'stream') serveRemoteCommand(webSocket, answer.stream);
  else if (webSocket.protocol === tunnelAlias) servePortForwardTunnel(webSocket, answer);
  else servePortForwardChannels(webSocket, portsAsked(message.url ?? ''), answer);
}

/** `?ports=80,81&ports=82` */
function portsAsked(url: string): number[] {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  return query
    .getAll('ports')
    .flatMap((list) => list.split(',').map(Number))
    .filter((port) => Number.isInteger(port) && port > 0 && port < 65536);
}
