// Sockets as programs use them: a connection that belongs to a process, read by lines or bytes, and ports that it listens on.
import type { Connection, Listener } from '../../../network/connection.ts';
import { networkOf } from '../../../network/network-namespace.ts';
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { concatenate, decode, encode } from '../../text.ts';

const newline = 10;
const carriageReturn = 13;
const nothing = new Uint8Array(0);

/** A connection in use by a process. It is closed with the process at the latest. */
export class Socket {
  readonly connection: Connection;
  readonly descriptor: number;
  private readonly process: Process;
  /** What came and was not read yet. */
  private buffered: Uint8Array = nothing;

  constructor(process: Process, connection: Connection) {
    this.process = process;
    this.connection = connection;
    this.descriptor = process.addDescriptor(connection, 3);
  }

  *write(data: Uint8Array | string): Blocking {
    if (data.length > 0) yield* this.connection.write(this.process, typeof data === 'string' ? encode(data) : data);
  }

  /** At least one byte; undefined at the end. Throws ECONNRESET. */
  *read(max = 65536): Blocking<Uint8Array | undefined> {
    if (this.buffered.length === 0) return yield* this.receive(max);
    const part = this.buffered.subarray(0, max);
    this.buffered = this.buffered.subarray(part.length);
    return part;
  }

  /** One line without its end; undefined when the connection ended before any byte of it. */
  *line(): Blocking<string | undefined> {
    for (let searched = 0; ; ) {
      const { buffered } = this;
      const end = buffered.indexOf(newline, searched);
      if (end >= 0) {
        this.buffered = buffered.subarray(end + 1);
        return lineOf(buffered.subarray(0, end));
      }
      searched = buffered.length;
      const bytes = yield* this.receive(65536);
      if (bytes) this.buffered = searched === 0 ? bytes : concatenate([buffered, bytes]);
      else if (searched === 0) return undefined;
      else {
        this.buffered = nothing;
        return lineOf(buffered);
      }
    }
  }

  /** Exactly `count` bytes, or fewer when the connection ends before. */
  *take(count: number): Blocking<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let missing = count;
    while (missing > 0) {
      const bytes = yield* this.read(missing);
      if (!bytes) break;
      pieces.push(bytes);
      missing -= bytes.length;
    }
    return concatenate(pieces.length > 0 ? pieces : [new Uint8Array(0)]);
  }

  /** A handled signal doesn't end the wait. */
  private *receive(max: number): Blocking<Uint8Array | undefined> {
    for (;;) {
      try {
        return yield* this.connection.read(this.process, max);
      } catch (error) {
        if (!(error instanceof Errno) || error.code !== 'EINTR') throw error;
      }
    }
  }

  close(): void {
    this.process.setDescriptor(this.descriptor, undefined);
  }
}

function lineOf(bytes: Uint8Array): string {
  return decode(bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes);
}

/** Connects; throws ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH or ENETUNREACH. */
export function* connectTo(process: Process, ip: string, port: number, options: { timeoutMs?: number | undefined } = {}): Blocking<Socket> {
  return new Socket(process, yield* networkOf(process).connect(ip, port, options));
}

/** Listens at a port of the pod; the process holds it. Throws EADDRINUSE. */
export function listenAt(process: Process, port: number, address?: string, options: { isTls?: boolean } = {}): Listener {
  const listener = networkOf(process).listen(port, { owner: process, ...options, ...(address !== undefined && { address }) });
  process.addDescriptor(listener, 3);
  return listener;
}

/** Accepts connections for ever, each served by a thread of its own. A failed one harms no other. */
export function* serveConnections(process: Process, listener: Listener, serve: (socket: Socket) => Blocking): Blocking<never> {
  // As every server does that wants to outlive a client which left before its answer came.
  process.onSignal(signalNumbers.PIPE, 'ignore');
  for (;;) {
    const connection = yield* listener.accept();
    process.startThread(guard(new Socket(process, connection), serve));
  }
}

function* guard(socket: Socket, serve: (socket: Socket) => Blocking): Blocking {
  try {
    yield* serve(socket);
  } catch (error) {
    // The other side is gone, and with it whoever could be told.
    if (!(error instanceof Errno)) throw error;
  } finally {
    socket.close();
  }
}
