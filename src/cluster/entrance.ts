// The way in from the host: a loopback port, whose connections arrive at a port of a node.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Stream } from '../simulator/apiserver/request.ts';

export interface Entrance {
  /** "http://127.0.0.1:43210" */
  readonly address: string;
  close(): Promise<void>;
}

/** Opens it. `connect` makes the cluster's end of each connection. */
export async function openEntrance(connect: () => Stream): Promise<Entrance> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    join(socket, connect());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function join(socket: Socket, stream: Stream): void {
  stream.onData((_channel, bytes) => {
    if (!socket.write(bytes)) stream.pause();
  });
  stream.onEnd(() => socket.end());
  socket.on('drain', () => stream.resume());
  socket.on('data', (bytes) => stream.write(0, bytes));
  socket.on('end', () => stream.end(0));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => stream.hangUp());
}
