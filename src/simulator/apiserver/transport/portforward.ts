// port-forward over a WebSocket: kubectl tunnels SPDY in it, with a pair of streams (data, error) for each connection;
// other clients use numbered channels, two for each port.
import type { WebSocket } from 'ws';
import type { ApiPortForward, Stream } from '../request.ts';
import { asBytes } from './remotecommand.ts';
import { SpdyConnection, type SpdyStream } from './spdy.ts';

/** kubernetes: staging/src/k8s.io/client-go/tools/portforward/tunneling_dialer.go */
export function servePortForwardTunnel(webSocket: WebSocket, forward: ApiPortForward): void {
  const spdy = new SpdyConnection((bytes) => {
    if (webSocket.readyState === webSocket.OPEN) webSocket.send(bytes, { binary: true });
  });
  const errors = new Map<string, SpdyStream>();
  const open = new Set<Stream>();
  spdy.onStream = (stream) => {
    const requestId = stream.headers['requestid'] ?? '';
    if (stream.headers['streamtype'] === 'error') {
      errors.set(requestId, stream);
      return;
    }
    const connection = forward.connect(Number(stream.headers['port']));
    open.add(connection);
    join(stream, errors.get(requestId), connection);
    connection.onEnd(() => {
      stream.end();
      errors.get(requestId)?.end();
      errors.delete(requestId);
      open.delete(connection);
    });
  };
  webSocket.on('message', (data) => {
    try {
      spdy.feed(asBytes(data));
    } catch {
      webSocket.close(1002);
    }
  });
  webSocket.on('close', () => {
    for (const connection of open) connection.hangUp();
  });
}

function join(stream: SpdyStream, error: SpdyStream | undefined, connection: Stream): void {
  stream.onData = (bytes) => connection.write(0, bytes);
  stream.onEnd = () => connection.end(0);
  stream.onReset = () => connection.hangUp();
  connection.onData((channel, bytes) => (channel === 2 ? error : stream)?.write(bytes));
}

/** v4.channel.k8s.io: channels 2i (data) and 2i+1 (error) of the i-th port; each begins with the port's number, little endian. */
export function servePortForwardChannels(webSocket: WebSocket, ports: readonly number[], forward: ApiPortForward): void {
  const send = (channel: number, bytes: Uint8Array) => {
    if (webSocket.readyState === webSocket.OPEN) webSocket.send(Buffer.concat([Buffer.from([channel]), bytes]), { binary: true });
  };
  const connections = ports.map((port, index) => {
    const head = Buffer.alloc(2);
    head.writeUInt16LE(port);
    send(2 * index, head);
    send(2 * index + 1, head);
    const connection = forward.connect(port);
    connection.onData((channel, bytes) => send(2 * index + (channel === 2 ? 1 : 0), bytes));
    connection.onEnd(() => webSocket.close(1000));
    return connection;
  });
  webSocket.on('message', (data) => {
    const bytes = asBytes(data);
    if (bytes.length > 1) connections[bytes[0]! >> 1]?.write(0, bytes.subarray(1));
  });
  webSocket.on('close', () => {
    for (const connection of connections) connection.hangUp();
  });
}
