// A TCP connection between two ends: two pipes crosswise. Each end is an open file to a process, or takes callbacks outside of one.

import type { Clock } from '../clock.ts';
import { type Blocking, park, Waiters } from '../container/blocking.ts';
import { Errno } from '../container/errno.ts';
import type { OpenFile } from '../container/open-file.ts';
import { Pipe } from '../container/pipe.ts';
import type { Process } from '../container/process.ts';

export interface SocketAddress {
  readonly ip: string;
  readonly port: number;
}

/** What someone outside of any container wants to hear from a connection. */
export interface ConnectionListener {
  data(bytes: Uint8Array): void;
  /** The other side will send no more; `error` when it was reset. */
  end(error?: Errno): void;
}

/** Whether the two ends talk TLS; they share it. */
interface TlsState {
  readonly isServed: boolean;
  isSpoken: boolean;
}

/** One end of a connection. */
export class Connection implements OpenFile {
  references = 0;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  private readonly incoming: Pipe;
  private readonly outgoing: Pipe;
  private readonly tls: TlsState;
  private onClose: (() => void) | undefined;
  private isClosed = false;

  constructor(incoming: Pipe, outgoing: Pipe, local: SocketAddress, remote: SocketAddress, tls: TlsState) {
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.local = local;
    this.remote = remote;
    this.tls = tls;
  }

  /** Both ends of a new connection. `seenAs` is the client as the server sees it, `dialled` the address that the client used. */
  static pair(
    client: SocketAddress,
    dialled: SocketAddress,
    seenAs: SocketAddress,
    server: SocketAddress,
    isTls = false,
  ): [Connection, Connection] {
    const tls = { isServed: isTls, isSpoken: false };
    const there = new Pipe();
    const back = new Pipe();
    return [new Connection(back, there, client, dialled, tls), new Connection(there, back, server, seenAs, tls)];
  }

  read(process: Process | undefined, max: number): Blocking<Uint8Array | undefined> {
    return this.incoming.read(process, max);
  }

  write(process: Process | undefined, bytes: Uint8Array): Blocking {
    return this.outgoing.write(process, bytes);
  }

  peek(): Uint8Array {
    return this.incoming.peek();
  }

  /** True when a read would not wait. */
  get isReadable(): boolean {
    return this.incoming.isReadable;
  }

  /** The other side will send no more, and all that it sent is read. */
  get hasEnded(): boolean {
    return this.incoming.isReadable && this.incoming.bufferedBytes === 0;
  }

  /** Calls back once when the other side has sent something or left; the result calls it off. */
  onReadable(wake: () => void): () => void {
    return this.incoming.onReadable(wake);
  }

  /** Bytes that came and were not read yet. */
  get unreadBytes(): number {
    return this.incoming.bufferedBytes;
  }

  /** The client speaks TLS from now on (without secrets: only that it does is simulated). False when the server doesn't know it. */
  startTls(): boolean {
    this.tls.isSpoken = this.tls.isServed;
    return this.tls.isServed;
  }

  /** The server wants TLS, and the client speaks it. */
  get isTls(): boolean {
    return this.tls.isSpoken;
  }

  /** The server wants TLS. */
  get wantsTls(): boolean {
    return this.tls.isServed;
  }

  /** This side will write no more, but still reads. */
  shutdown(): void {
    this.outgoing.closeWriter();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.outgoing.closeWriter();
    this.incoming.closeReader();
    this.onClose?.();
  }

  /** Ends it at once: the other side reads and writes ECONNRESET. */
  reset(): void {
    this.outgoing.breakOff(new Errno('ECONNRESET'));
    this.close();
  }

  /** Calls back when this end is closed. */
  whenClosed(listener: () => void): void {
    this.onClose = listener;
  }

  /** Sends bytes from outside any process. */
  send(bytes: Uint8Array): void {
    this.outgoing.put(bytes);
  }

  /** Bytes that the other side has not read yet: a sender outside any process should wait while there are many. */
  get unsentBytes(): number {
    return this.outgoing.bufferedBytes;
  }

  /** Takes what comes in by callbacks, each in its own turn of the clock, until the end; the result stops that. */
  listen(clock: Clock, listener: ConnectionListener): () => void {
    let isStopped = false;
    const take = (): void => {
      if (isStopped) return;
      for (;;) {
        const bytes = this.incoming.take(65536);
        if (!bytes) break;
        listener.data(bytes);
        if (isStopped) return;
      }
      if (this.incoming.isReadable) {
        isStopped = true;
        listener.end(endOf(this.incoming));
      } else this.incoming.onReadable(() => clock.soon(take));
    };
    clock.soon(take);
    return () => {
      isStopped = true;
    };
  }
}

/** Why a pipe that has nothing more ended: undefined for an orderly end. */
function endOf(pipe: Pipe): Errno | undefined {
  try {
    pipe.read(undefined, 1).next();
    return undefined;
  } catch (error) {
    return error instanceof Errno ? error : undefined;
  }
}

/** How many connections wait to be accepted before more are dropped. */
const backlog = 128;

/** A port that is listened on. It is a file: when its process ends, the port is free again. */
export class Listener implements OpenFile {
  references = 0;
  readonly address: string;
  readonly port: number;
  /** Who connects must speak TLS. */
  readonly isTls: boolean;
  /** What `netstat -p` shows. */
  readonly owner: Process | undefined;
  private readonly free: () => void;
  private readonly queue: Connection[] = [];
  private readonly waiters = new Waiters();
  private isClosed = false;

  constructor(at: { address: string; port: number; isTls?: boolean | undefined; owner?: Process | undefined }, free: () => void) {
    this.address = at.address;
    this.port = at.port;
    this.isTls = at.isTls ?? false;
    this.owner = at.owner;
    this.free = free;
  }

  /** Waits for the next connection. */
  *accept(): Blocking<Connection> {
    for (;;) {
      const connection = this.queue.shift();
      if (connection) return connection;
      if (this.isClosed) throw new Errno('EBADF');
      // No signal cuts it short: servers begin again where they were.
      yield* park((wake) => this.waiters.add(() => wake()));
    }
  }

  /** A connection comes in; false when too many wait already. */
  offer(connection: Connection): boolean {
    if (this.isClosed || this.queue.length >= backlog) return false;
    this.queue.push(connection);
    this.waiters.wakeAll();
    return true;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.free();
    for (const connection of this.queue.splice(0)) connection.reset();
    this.waiters.wakeAll();
  }
}
