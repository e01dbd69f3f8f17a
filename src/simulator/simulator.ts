// The simulated cluster: its parts, wired together. A pure function of options, start and inputs.
import { ApiServer } from './apiserver/api-server.ts';
import type { ApiAnswer, ApiRequest, Stream } from './apiserver/request.ts';
import { bootstrapCluster } from './bootstrap/bootstrap.ts';
import { announceProxy } from './bootstrap/node-join.ts';
import type { Client } from './client.ts';
import { Clock } from './clock.ts';
import { startControllers } from './controllers/start-controllers.ts';
import { Catalogue } from './images/catalogue.ts';
import type { DeclaredImage } from './images/declared-image.ts';
import { type Input, Journal, type JournalEntry } from './journal.ts';
import { Kubelets } from './kubelet/kubelets.ts';
import { Network } from './network/network.ts';
import { streamFromOutside } from './network/outside.ts';
import { Random } from './random.ts';
import { type EndableStream, endableStream, recordedPortForward, recordedStream } from './recorded-stream.ts';
import { Scheduler } from './scheduler/scheduler.ts';

/** What a plain cluster doesn't have. */
export const addons = ['ingress'] as const;
export type Addon = (typeof addons)[number];

/** What a cluster is made from. Equal options and inputs make equal clusters, to the byte. */
export interface SimulatorOptions {
  readonly seed: number;
  /** When it begins to exist, milliseconds since 1970. */
  readonly startMs: number;
  /** The revision before its first write: above all that clients of an earlier cluster behind the same address have seen. */
  readonly firstRevision?: number;
  /** Nodes in all, the control plane among them. */
  readonly nodes?: number;
  /** 'ignored': a network add-on that doesn't know NetworkPolicy. */
  readonly networkPolicies?: 'enforced' | 'ignored';
  /** Images that the registries have besides the catalogue's. */
  readonly images?: readonly DeclaredImage[];
  readonly addons?: readonly Addon[];
  /** PEM text of the CA that clients trust. */
  readonly rootCertificate?: string;
  /** A bearer token of the administrator's. */
  readonly adminToken?: string;
}

export class Simulator {
  readonly options: SimulatorOptions;
  readonly clock: Clock;
  readonly journal = new Journal();
  /** Called before each input, to bring the clock to the moment in which it arrives. */
  beforeInput: (() => void) | undefined;
  private readonly server: ApiServer;
  private readonly network: Network;
  private readonly streams = new Set<EndableStream>();
  private readonly byNumber = new Map<number, Stream>();
  private readonly forwards = new Map<number, (port: number) => Stream>();
  private readonly stops: (() => void)[] = [];

  /** Boots it: after the call the API answers; nodes and pods come up as the clock goes on. */
  constructor(options: SimulatorOptions) {
    this.options = options;
    this.clock = new Clock(options.startMs);
    const random = new Random(options.seed);
    const { clock } = this;
    this.server = new ApiServer({
      clock,
      random,
      ...(options.firstRevision !== undefined && { firstRevision: options.firstRevision }),
      ...(options.adminToken !== undefined && { adminToken: options.adminToken }),
    });
    const client = (userAgent: string) => this.server.client(userAgent);
    bootstrapCluster({ client, clock, random, nodes: options.nodes ?? 3, rootCertificate: options.rootCertificate ?? '' });
    const network = new Network(client('kube-proxy'), clock, random, { policies: options.networkPolicies ?? 'enforced' });
    this.network = network;
    network.apiServer = (request) => this.server.handle(request);
    network.proxyStarted = (node) => announceProxy(client('kube-proxy'), clock, node);
    const kubelets = new Kubelets({
      client,
      clock,
      random,
      network,
      catalogue: new Catalogue(options.images),
      issueToken: (order) => this.server.tokens.issue(order).token,
    });
    this.server.kubelets = kubelets;
    this.stops.push(startControllers({ client, clock, random, rootCertificate: options.rootCertificate ?? '' }));
    const scheduler = new Scheduler({ client: client('kube-scheduler'), clock, random });
    if (options.addons?.includes('ingress')) network.installIngress(client('kubectl-client-side-apply'));
    scheduler.start();
    kubelets.start();
    this.stops.push(
      () => scheduler.stop(),
      () => kubelets.stop(),
      () => network.close(),
    );
    clock.settle();
  }

  /** The highest revision given out so far. */
  get revision(): number {
    return this.server.revision;
  }

  /** A client for looking around in process, as controllers have. */
  client(userAgent: string): Client {
    return this.server.client(userAgent);
  }

  /** Answers a request, in the caller's instant. Requests that can change something enter the journal. */
  handle(request: ApiRequest): ApiAnswer {
    const isInput = request.upgrade || !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
    const stream = isInput ? this.journal.nextStream() : undefined;
    if (stream === undefined) this.beforeInput?.();
    else this.record({ type: 'request', request, stream });
    const answer = this.server.handle(request);
    if (answer.kind === 'response') return answer;
    if (answer.kind === 'portforward') return this.recordForward(stream!, answer);
    const open = this.opened(answer.stream);
    if (stream === undefined) return { ...answer, stream: open };
    this.byNumber.set(stream, open);
    return { ...answer, stream: recordedStream(open, stream, (input) => this.record(input)) };
  }

  /** Connects from outside of the cluster to a port of a node. */
  connectFromOutside(node: string, port: number): Stream {
    const number = this.journal.nextStream();
    this.record({ type: 'outside', node, port, stream: number });
    const open = this.opened(streamFromOutside(this.network, this.clock, node, port));
    return recordedStream(open, number, (input) => this.record(input));
  }

  /** Does again what a journal says, from its first entry on a fresh cluster, up to its end or as long as `goOn` says. */
  replay(entries: readonly JournalEntry[], goOn: (entry: JournalEntry) => boolean = () => true): void {
    for (const entry of entries) {
      if (!goOn(entry)) return;
      this.clock.runUntil(entry.at);
      this.repeat(entry.input);
    }
  }

  /** Ends every open stream. Nothing happens in the cluster afterwards. */
  close(): void {
    for (const stop of this.stops.splice(0)) stop();
    for (const stream of this.streams) stream.endNow();
    this.streams.clear();
  }

  private repeat(input: Input): void {
    switch (input.type) {
      case 'request': {
        const answer = this.handle(input.request);
        if (answer.kind === 'portforward') this.forwards.set(input.stream!, answer.connect);
        else if (answer.kind === 'stream') this.byNumber.set(input.stream!, answer.stream);
        return;
      }
      case 'outside':
        this.byNumber.set(input.stream, this.connectFromOutside(input.node, input.port));
        return;
      case 'connect':
        this.byNumber.set(input.stream, this.forwards.get(input.forward)!(input.port));
        return;
      case 'write':
        this.byNumber.get(input.stream)?.write(input.channel, input.bytes);
        return;
      case 'end':
        this.byNumber.get(input.stream)?.end(input.channel);
        return;
      case 'pause':
        this.byNumber.get(input.stream)?.pause();
        return;
      case 'resume':
        this.byNumber.get(input.stream)?.resume();
        return;
      case 'hangUp':
        this.byNumber.get(input.stream)?.hangUp();
    }
  }

  private recordForward(number: number, answer: Extract<ApiAnswer, { kind: 'portforward' }>): ApiAnswer {
    const connect = (port: number) => this.opened(answer.connect(port));
    return recordedPortForward({ kind: 'portforward', connect }, number, this.journal, (input) => this.record(input));
  }

  private opened(stream: Stream): Stream {
    const open = endableStream(stream, () => this.streams.delete(open));
    this.streams.add(open);
    return open;
  }

  /** An input takes effect when all is done that its instant still held: only so it finds the same cluster when it is repeated. */
  private record(input: Input): void {
    this.beforeInput?.();
    this.clock.finishInstant();
    this.journal.record(this.clock.now, input);
  }
}
