// A network namespace: the addresses, ports and loopback that the containers of one pod share. A pod on the host's network shares its node's.

import type { Blocking } from '../container/blocking.ts';
import { parkInterruptibly } from '../container/blocking.ts';
import { Errno } from '../container/errno.ts';
import type { OpenFile } from '../container/open-file.ts';
import type { Process } from '../container/process.ts';
import { type DialOptions, type DialResult, dial, type Sender } from './connect.ts';
import { Connection, Listener, type SocketAddress } from './connection.ts';
import type { DnsAnswer, RecordType } from './dns.ts';
import type { Network } from './network.ts';

/** Answers questions that come in at a port. */
export type NameServer = (name: string, type: RecordType) => DnsAnswer;

/** What came of one question to a name server. */
export type NameReply = { readonly kind: 'answer'; readonly answer: DnsAnswer } | { readonly kind: 'refused' | 'silent' | 'unreachable' };

/** What came of one echo request. */
export type EchoReply = 'reply' | 'lost' | 'unreachable';

/** Linux: net.ipv4.ip_local_port_range */
const firstEphemeralPort = 32_768;
const lastEphemeralPort = 60_999;

/** One end of a connection that is open, for `ss` and `netstat`. */
export interface OpenConnection {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
}

export class NetworkNamespace {
  readonly network: Network;
  readonly ip: string;
  readonly nodeName: string;
  /** The pod that it belongs to; undefined for a node's own. */
  readonly pod: { readonly namespace: string; readonly name: string } | undefined;
  /** Interfaces that were taken down by `ip link set … down`. */
  readonly downInterfaces = new Set<string>();
  /** False once the pod is gone: nothing comes in or goes out any more. */
  isUp = true;
  private readonly listeners = new Map<number, Listener[]>();
  private readonly nameServers = new Map<number, NameServer>();
  private readonly open = new Set<Connection>();
  private nextPort: number;

  constructor(network: Network, options: { ip: string; nodeName: string; pod?: { namespace: string; name: string } }) {
    this.network = network;
    this.ip = options.ip;
    this.nodeName = options.nodeName;
    this.pod = options.pod;
    this.nextPort = firstEphemeralPort + network.random.below(lastEphemeralPort - firstEphemeralPort);
  }

  /** How this namespace is seen by policies and proxies when it sends. */
  get sender(): Sender {
    return { ip: this.ip, nodeName: this.nodeName, ...(this.pod && { pod: this.pod }) };
  }

  /**
   * Listens on a port of all addresses, or of one: EADDRINUSE when it is taken, also by another container of the pod. Port 0 takes a free one.
   * Every user may listen below 1024: containerd sets net.ipv4.ip_unprivileged_port_start to 0 in pods.
   */
  listen(port: number, options: { address?: string; owner?: Process; isTls?: boolean } = {}): Listener {
    const { address = '0.0.0.0', owner, isTls } = options;
    if (![...wildcards, '127.0.0.1', '::1', this.ip].includes(address)) throw new Errno('EADDRNOTAVAIL');
    const number = port === 0 ? this.freePort() : port;
    const others = this.listeners.get(number) ?? [];
    if (others.some((other) => overlap(other.address, address))) throw new Errno('EADDRINUSE');
    const listener: Listener = new Listener({ address, port: number, owner, isTls }, () => {
      const rest = (this.listeners.get(number) ?? []).filter((other) => other !== listener);
      if (rest.length > 0) this.listeners.set(number, rest);
      else this.listeners.delete(number);
    });
    this.listeners.set(number, [...others, listener]);
    return listener;
  }

  /** Who listens on this address and port. */
  listenerAt(ip: string, port: number): Listener | undefined {
    return (this.listeners.get(port) ?? []).find(({ address }) => wildcards.includes(address) || address === ip);
  }

  allListeners(): Listener[] {
    return [...this.listeners.values()].flat();
  }

  openConnections(): OpenConnection[] {
    return [...this.open];
  }

  /** Answers names at a UDP port; closing the file ends it. */
  serveNames(port: number, server: NameServer): OpenFile {
    if (this.nameServers.has(port)) throw new Errno('EADDRINUSE');
    this.nameServers.set(port, server);
    return { references: 0, close: () => this.nameServers.delete(port) };
  }

  nameServerAt(port: number): NameServer | undefined {
    return this.nameServers.get(port);
  }

  /** UDP ports at which names are answered. */
  namePorts(): readonly number[] {
    return [...this.nameServers.keys()];
  }

  /** Connects, as connect(2): gives the connection or throws ECONNREFUSED, ETIMEDOUT or EHOSTUNREACH. The caller holds it (retain, addDescriptor). */
  *connect(ip: string, port: number, options: DialOptions = {}): Blocking<Connection> {
    const result = yield* parkInterruptibly<DialResult>((wake) => dial(this.network, this, { ip, port, ...options }, wake));
    if (result.outcome === 'connected') return result.connection;
    throw new Errno(result.error);
  }

  /** One question to a name server. It takes no time here: resolver.ts waits. */
  ask(server: string, name: string, type: RecordType, options: { port?: number; protocol?: 'UDP' | 'TCP' } = {}): NameReply {
    return this.network.ask(this, { server, name, type, port: options.port ?? 53, protocol: options.protocol ?? 'UDP' });
  }

  /** One ICMP echo request. */
  ping(ip: string): EchoReply {
    return this.network.ping(this, ip);
  }

  /** A connection from inside to a port of this namespace's loopback, as the runtime makes it for port-forward; undefined when nobody listens. */
  connectLocally(port: number): Connection | undefined {
    const listener = this.listenerAt('127.0.0.1', port);
    if (!listener) return undefined;
    return this.connectTo(listener, {
      dialled: { ip: '127.0.0.1', port },
      seenAs: '127.0.0.1',
      server: { ip: '127.0.0.1', port },
      in: this,
    });
  }

  /** Makes the two ends of a connection to a listener; undefined when its queue is full. */
  connectTo(
    listener: Listener,
    ends: { dialled: SocketAddress; seenAs: string; server: SocketAddress; in: NetworkNamespace },
  ): Connection | undefined {
    const client = this.freshEnd(ends.server.ip);
    const [near, far] = Connection.pair(client, ends.dialled, { ip: ends.seenAs, port: client.port }, ends.server, listener.isTls);
    if (!listener.offer(far)) return undefined;
    this.track(near);
    ends.in.track(far);
    return near;
  }

  /** Cuts everything off: the pod is gone. */
  shutDown(): void {
    this.isUp = false;
    for (const listener of this.allListeners()) listener.close();
    for (const connection of [...this.open]) connection.reset();
    this.nameServers.clear();
  }

  private track(connection: Connection): void {
    this.open.add(connection);
    connection.whenClosed(() => this.open.delete(connection));
  }

  /** This side of a connection to an address: the address that it comes from, and a port that nobody has. */
  freshEnd(to: string): SocketAddress {
    return { ip: to.startsWith('127.') ? '127.0.0.1' : this.ip, port: this.freePort() };
  }

  private freePort(): number {
    for (;;) {
      this.nextPort = this.nextPort >= lastEphemeralPort ? firstEphemeralPort : this.nextPort + 1;
      if (!this.listeners.has(this.nextPort)) return this.nextPort;
    }
  }
}

/** The network of a process: its pod's. ENETUNREACH in a container that was given none (only tests make such). */
export function networkOf(process: Process): NetworkNamespace {
  const { network } = process.kernel;
  if (network instanceof NetworkNamespace) return network;
  throw new Errno('ENETUNREACH');
}

const wildcards = ['0.0.0.0', '::'];

function overlap(one: string, other: string): boolean {
  return one === other || wildcards.includes(one) || wildcards.includes(other);
}
