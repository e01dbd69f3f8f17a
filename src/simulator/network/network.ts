// The cluster's network: which namespace has which address, and how packets go between them.
import type { Pod } from '../../apimachinery/objects.ts';
import type { ApiAnswer, ApiRequest } from '../apiserver/request.ts';
import type { Client } from '../client.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { ClusterView } from './cluster-view.ts';
import { type Decision, type DialOptions, type DialResult, decide, dial, type Sender } from './connect.ts';
import { answerFromOutside, type RecordType } from './dns.ts';
import { IngressTable } from './ingress.ts';
import { installIngress } from './ingress-objects.ts';
import { type EchoReply, type NameReply, NetworkNamespace } from './network-namespace.ts';
import { type Flow, judge, type PolicyVerdict, type Protocol } from './networkpolicy.ts';
import { ServiceProxy } from './service-proxy.ts';

export interface NetworkOptions {
  /** 'ignored': a network add-on that doesn't know NetworkPolicy. */
  readonly policies: 'enforced' | 'ignored';
  /** What becomes of a packet that a policy forbids; kindnet, Calico and Cilium drop it. */
  readonly policyAction?: 'drop' | 'reject';
}

/** The machine that the nodes run on, as they see it. */
const outsideAddress = '172.18.0.1';

/** Answers what pods ask of the API server. */
export type AnswerApi = (request: ApiRequest) => ApiAnswer;

export class Network {
  /** The API server, for requests that come in at port 6443 of the control plane; without one they get health checks only. */
  apiServer: AnswerApi | undefined;
  /** Hears of each kube-proxy that starts, by its node's name. */
  proxyStarted: ((nodeName: string) => void) | undefined;
  /** What ingresses say, where the add-on is installed. */
  ingresses: IngressTable | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly options: NetworkOptions;
  readonly view: ClusterView;
  readonly proxy: ServiceProxy;
  private readonly byIp = new Map<string, NetworkNamespace>();
  private readonly nodes = new Map<string, NetworkNamespace>();
  private readonly hostPorts = new Map<string, { namespace: NetworkNamespace; port: number }>();
  private outside: NetworkNamespace | undefined;

  constructor(client: Client, clock: Clock, random: Random, options: NetworkOptions = { policies: 'enforced' }) {
    this.clock = clock;
    this.random = random.fork('network');
    this.options = options;
    this.view = new ClusterView(client, clock);
    this.proxy = new ServiceProxy(this.view, clock, this.random.fork('proxy'));
  }

  /** Gives a pod its network: a namespace of its own with this address, or its node's when it asks for the host's network. */
  addPod(pod: Pod, ip: string): NetworkNamespace {
    const nodeName = pod.spec?.nodeName ?? '';
    if (pod.spec?.hostNetwork) return this.node(nodeName);
    const owner = { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name ?? '' };
    const namespace = new NetworkNamespace(this, { ip, nodeName, pod: owner });
    this.byIp.set(ip, namespace);
    for (const { containerPort, hostPort, protocol = 'TCP' } of (pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports)) {
      if (hostPort) this.hostPorts.set(`${nodeName} ${protocol}/${hostPort}`, { namespace, port: containerPort });
    }
    return namespace;
  }

  /** Takes a pod's network down. A node's own stays. */
  remove(namespace: NetworkNamespace): void {
    if (!namespace.pod) return;
    namespace.shutDown();
    for (const [key, entry] of this.hostPorts) if (entry.namespace === namespace) this.hostPorts.delete(key);
    if (this.byIp.get(namespace.ip) === namespace) this.byIp.delete(namespace.ip);
  }

  /** A node's own network. */
  node(name: string): NetworkNamespace {
    const known = this.nodes.get(name);
    const ip = this.view.node(name)?.ip ?? '';
    if (known && known.ip === ip) return known;
    const namespace = new NetworkNamespace(this, { ip, nodeName: name });
    this.nodes.set(name, namespace);
    return namespace;
  }

  /** Who has an address: a pod, a node, or the machine that the nodes run on. */
  namespaceAt(ip: string): NetworkNamespace | undefined {
    const pod = this.byIp.get(ip);
    if (pod) return pod;
    if (ip === outsideAddress) return this.outsideMachine();
    const node = this.view.nodeAt(ip);
    return node && this.node(node.name);
  }

  /** The nodes' resolv.conf names it: it answers, and knows nothing of the cluster's names. */
  private outsideMachine(): NetworkNamespace {
    if (this.outside) return this.outside;
    this.outside = new NetworkNamespace(this, { ip: outsideAddress, nodeName: '' });
    this.outside.serveNames(53, answerFromOutside);
    return this.outside;
  }

  /** The pod that has a port of a node's own address (hostPort). */
  hostPortAt(ip: string, port: number, protocol: Protocol): { readonly namespace: NetworkNamespace; readonly port: number } | undefined {
    const node = this.hostPorts.size > 0 ? this.view.nodeAt(ip) : undefined;
    return node && this.hostPorts.get(`${node.name} ${protocol}/${port}`);
  }

  /** Installs the add-on `ingress`: its objects, and what its controller knows. */
  installIngress(client: Client): void {
    this.ingresses = new IngressTable(client, this.clock);
    installIngress(client);
  }

  namespaceOf(sender: Sender): NetworkNamespace | undefined {
    return this.namespaceAt(sender.ip);
  }

  judge(flow: Flow): PolicyVerdict {
    return judge(flow, this.view);
  }

  /** What would happen to a packet now, and why. Nothing is sent. */
  decide(sender: Sender, ip: string, port: number, protocol: Protocol = 'TCP'): Decision {
    return decide(this, sender, ip, port, protocol);
  }

  /** Connects from a node, as its kubelet does for probes. The result calls it off. */
  connectFromNode(nodeName: string, ip: string, port: number, options: DialOptions, done: (result: DialResult) => void): Cancel {
    return dial(this, this.node(nodeName), { ip, port, ...options }, done);
  }

  /** Connects from outside the cluster to a node's address: node ports, host ports, the ingress controller. The result calls it off. */
  connectFromOutside(nodeName: string, port: number, options: DialOptions, done: (result: DialResult) => void): Cancel {
    const outside = new NetworkNamespace(this, { ip: outsideAddress, nodeName });
    return dial(this, outside, { ip: this.view.node(nodeName)?.ip ?? '', port, ...options }, done);
  }

  /** One question to a name server, by datagram or connection: through kube-proxy and policies to whoever answers there. */
  ask(
    from: NetworkNamespace,
    question: { server: string; port: number; name: string; type: RecordType; protocol: 'UDP' | 'TCP' },
  ): NameReply {
    if (!from.isUp) return { kind: 'silent' };
    const decision = decide(this, from.sender, question.server, question.port, question.protocol);
    if (decision.outcome === 'refused') return { kind: 'refused' };
    if (decision.outcome === 'unreachable') return { kind: 'unreachable' };
    const server = decision.outcome === 'open' ? decision.namespace.nameServerAt(decision.port) : undefined;
    return server ? { kind: 'answer', answer: server(question.name, question.type) } : { kind: 'silent' };
  }

  /** One echo request. A service's address is no host: kube-proxy translates ports, so nobody answers it. */
  ping(from: NetworkNamespace, ip: string): EchoReply {
    if (!from.isUp || this.view.proxy.servicesAt(ip).length > 0) return 'lost';
    const decision = decide(this, from.sender, ip, 0, 'ICMP');
    if (decision.outcome === 'open') return 'reply';
    return decision.outcome === 'unreachable' ? 'unreachable' : 'lost';
  }

  close(): void {
    this.ingresses?.close();
    this.view.close();
  }
}
