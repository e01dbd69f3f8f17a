// All kubelets of the cluster, and how the API server reaches them for logs, exec, attach and port-forward.
import type { Pod } from '../../apimachinery/objects.ts';
import { badRequest } from '../../apimachinery/status-error.ts';
import type { ExecOptions, KubeletConnection, LogOptions, PortForward } from '../apiserver/kubelet-connection.ts';
import { channels, type Stream } from '../apiserver/request.ts';
import type { Client } from '../client.ts';
import type { Clock } from '../clock.ts';
import { ContainerStream } from '../container/container-stream.ts';
import { ExecError } from '../container/start-error.ts';
import { Catalogue } from '../images/catalogue.ts';
import type { Network } from '../network/network.ts';
import type { NetworkNamespace } from '../network/network-namespace.ts';
import type { Random } from '../random.ts';
import { ContainerLog } from './container-log.ts';
import type { ContainerRecord, Run } from './container-record.ts';
import { Kubelet } from './kubelet.ts';
import { readLog } from './log-reader.ts';
import type { PodWorker } from './pod-worker.ts';
import { type ContainerUsage, usageOf } from './stats.ts';
import type { IssueToken } from './volume-payload.ts';

export interface KubeletsOptions {
  /** A client under the given user agent. */
  readonly client: (userAgent: string) => Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  /** What the registries have; the catalogue's own images when left out. */
  readonly catalogue?: Catalogue;
  /** Makes the tokens that pods find in /var/run/secrets/kubernetes.io/serviceaccount. */
  readonly issueToken?: IssueToken;
}

export class Kubelets implements KubeletConnection {
  private readonly options: KubeletsOptions;
  private readonly client: Client;
  private readonly kubelets: Kubelet[] = [];

  constructor(options: KubeletsOptions) {
    this.options = options;
    this.client = options.client('kubelet');
  }

  /** Starts a kubelet for each node that there is. */
  start(): void {
    const { clock, random, network, catalogue = new Catalogue(), issueToken = () => 'no-token' } = this.options;
    for (const node of this.client.resource('nodes').list()) {
      const kubelet = new Kubelet({ node, client: this.client, clock, random, network, catalogue, issueToken });
      this.kubelets.push(kubelet);
      kubelet.start();
    }
  }

  stop(): void {
    for (const kubelet of this.kubelets) kubelet.stop();
  }

  /** What the containers of a pod use. */
  usage(pod: Pod): readonly ContainerUsage[] {
    return usageOf(this.workerOf(pod)?.records ?? []);
  }

  logs(pod: Pod, options: LogOptions): Stream {
    return readLog(this.logOf(pod, options), options, this.options.clock);
  }

  exec(pod: Pod, options: ExecOptions): Stream {
    const run = this.runningContainer(pod, options.container);
    if (!run) return this.failed(`unable to upgrade connection: container not found (${JSON.stringify(options.container)})`);
    try {
      return run.container.exec(options.command, { tty: options.tty, stdin: options.stdin });
    } catch (thrown) {
      if (!(thrown instanceof ExecError)) throw thrown;
      return this.failed(`Internal error occurred: error executing command in container: ${thrown.message}`);
    }
  }

  attach(pod: Pod, options: ExecOptions): Stream {
    const run = this.runningContainer(pod, options.container);
    if (!run) return this.failed(`unable to upgrade connection: container not found (${JSON.stringify(options.container)})`);
    return run.container.attach();
  }

  portForward(pod: Pod): PortForward {
    return { connect: (port) => this.forward(pod, port) };
  }

  private workerOf(pod: Pod): PodWorker | undefined {
    const uid = pod.metadata.uid ?? '';
    for (const kubelet of this.kubelets) {
      const worker = kubelet.worker(uid);
      if (worker) return worker;
    }
    return undefined;
  }

  private runningContainer(pod: Pod, name: string): Run | undefined {
    const record = this.workerOf(pod)?.record(name);
    return record?.isRunning ? record.run : undefined;
  }

  // kubernetes: pkg/kubelet/kubelet_pods.go (validateContainerLogStatus)
  private logOf(pod: Pod, { container, previous }: LogOptions): ContainerLog {
    const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
    const status = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].find(({ name }) => name === container);
    const record = this.workerOf(pod)?.record(container);
    const where = `container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)}`;
    if (!status) throw badRequest(`${where} is not available`);
    const { state = {}, lastState = {} } = status;
    if (previous) {
      const id = lastState.terminated?.containerID;
      if (!id) throw badRequest(`previous terminated ${where} not found`);
      return logById(record, id) ?? this.lost(id);
    }
    const id = state.running ? status.containerID : (state.terminated?.containerID ?? lastState.terminated?.containerID);
    if (id) return logById(record, id) ?? this.lost(id);
    if (state.terminated) throw badRequest(`${where} is terminated`);
    throw badRequest(`${where} is waiting to start: ${waitingFor(state.waiting?.reason ?? '')}`);
  }

  private lost(id: string): ContainerLog {
    const log = new ContainerLog(this.options.clock);
    log.write('stdout', new TextEncoder().encode(`unable to retrieve container logs for ${id}`));
    log.end();
    return log;
  }

  /** A stream that says at once why there is none. */
  private failed(why: string): Stream {
    const stream = new ContainerStream(this.options.clock, { onStdin: () => {}, onStdinEnd: () => {}, onHangUp: () => {} });
    stream.finish({
      metadata: {},
      status: 'Failure',
      message: `Internal error occurred: ${why}`,
      reason: 'InternalError',
      details: { causes: [{ message: why }] },
      code: 500,
    });
    return stream;
  }

  private forward(pod: Pod, port: number): Stream {
    const { clock } = this.options;
    const network = this.workerOf(pod)?.network;
    const connection = network?.connectLocally(port);
    const stream = new ContainerStream(clock, {
      onStdin: (bytes) => connection?.send(bytes),
      onStdinEnd: () => connection?.shutdown(),
      onHangUp: () => connection?.close(),
    });
    if (!connection) {
      stream.send(channels.stderr, new TextEncoder().encode(refusedForward(pod, port, network)));
      stream.finish();
      return stream;
    }
    connection.listen(clock, {
      data: (bytes) => stream.send(channels.stdout, bytes),
      end: () => {
        stream.finish();
        connection.close();
      },
    });
    return stream;
  }
}

function logById(record: ContainerRecord | undefined, id: string): ContainerLog | undefined {
  return [record?.run, record?.previous].find((run) => run && `containerd://${run.id}` === id)?.log;
}

function waitingFor(reason: string): string {
  if (reason === 'ErrImagePull') return "image can't be pulled";
  return reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
}

/** containerd: internal/cri/server/sandbox_portforward_linux.go */
function refusedForward(pod: Pod, port: number, network: NetworkNamespace | undefined): string {
  const sandbox = (pod.metadata.uid ?? '').replaceAll('-', '').padEnd(64, '0');
  const head = `error forwarding port ${port} to pod ${sandbox}, uid : failed to execute portforward in network namespace "/var/run/netns/cni-${pod.metadata.uid}"`;
  if (!network) return `${head}: network namespace for sandbox ${JSON.stringify(sandbox)} is closed`;
  const attempts = `IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found `;
  return `${head}: failed to connect to localhost:${port} inside namespace ${JSON.stringify(sandbox)}, ${attempts}`;
}
