// A small cluster of API server, scheduler, network and kubelets: YAML in; objects, events and logs out.
import { parseManifest } from '../../../src/apimachinery/manifest.ts';
import type { ContainerStatus, Event, Pod } from '../../../src/apimachinery/objects.ts';
import { ApiServer } from '../../../src/simulator/apiserver/api-server.ts';
import type { ExecOptions } from '../../../src/simulator/apiserver/kubelet-connection.ts';
import type { Stream } from '../../../src/simulator/apiserver/request.ts';
import { makeNode, nodeNames } from '../../../src/simulator/bootstrap/nodes.ts';
import type { Client, KubernetesObject, Resource } from '../../../src/simulator/client.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { Kubelets } from '../../../src/simulator/kubelet/kubelets.ts';
import { Network } from '../../../src/simulator/network/network.ts';
import { Random } from '../../../src/simulator/random.ts';
import { Scheduler } from '../../../src/simulator/scheduler/scheduler.ts';
import { timestamp } from '../../../src/simulator/timestamp.ts';

const start = Date.UTC(2026, 10, 24, 12);
const resources: Readonly<Record<string, Resource>> = {
  Pod: 'pods',
  Service: 'services',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  ServiceAccount: 'serviceaccounts',
  PersistentVolume: 'persistentvolumes',
  PersistentVolumeClaim: 'persistentvolumeclaims',
};

export interface KubeletRig {
  readonly clock: Clock;
  readonly client: Client;
  readonly kubelets: Kubelets;
  apply(yaml: string): void;
  run(seconds: number): void;
  pod(name: string): Pod;
  /** The status of a pod's first container, or of the one named. */
  status(pod: string, container?: string): ContainerStatus;
  /** `Type Reason Message` of a pod's events, in order, without doubles. */
  events(pod: string): string[];
  eventObjects(pod: string): Event[];
  logs(
    pod: string,
    options?: {
      container?: string;
      previous?: boolean;
      tailLines?: number;
      timestamps?: boolean;
      follow?: boolean;
      sinceSeconds?: number;
      limitBytes?: number;
    },
  ): string;
  /** Runs a command in a pod; waits up to a minute of cluster time. */
  exec(
    pod: string,
    command: string | readonly string[],
    container?: string,
  ): { stdout: string; stderr: string; status: { status?: string; message?: string; details?: { causes?: { message?: string }[] } } };
}

/** Namespace default, its service account and root CA, three nodes. */
export function kubeletRig(): KubeletRig {
  const clock = new Clock(start);
  const random = new Random(1);
  const server = new ApiServer({ clock, random });
  const client = server.client('test');
  const create = (object: unknown) => {
    const { kind } = object as KubernetesObject;
    client.resource(resources[kind]!).create(object as never);
  };
  for (const name of ['default', 'kube-system', 'kube-node-lease'])
    client.resource('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } } as never);
  nodeNames(3).forEach((name, index) => {
    const { status, ...node } = makeNode(name, { index, isAlone: false }, timestamp(start), random);
    const made = client.resource('nodes').create(node as never);
    client.resource('nodes').updateStatus({ ...made, status });
  });
  create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } });
  create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: 'default' }, data: { 'ca.crt': 'CA\n' } });
  const network = new Network(client, clock, random);
  const kubelets = new Kubelets({ client: (agent) => server.client(agent), clock, random, network });
  new Scheduler({ client: server.client('kube-scheduler'), clock, random }).start();
  kubelets.start();
  clock.settle();
  const eventObjects = (name: string) =>
    client
      .resource('events')
      .list()
      .filter(({ involvedObject }) => involvedObject.name === name);
  const pod = (name: string) => client.resource('pods').get('default', name)!;
  return {
    clock,
    client,
    kubelets,
    apply(yaml) {
      for (const object of parseManifest(yaml)) {
        if (object.kind !== 'PersistentVolume') object.metadata.namespace ??= 'default';
        create(object);
      }
      clock.settle();
    },
    run: (seconds) => void clock.runUntil(clock.now + seconds * 1000),
    pod,
    status(name, container) {
      const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = pod(name).status;
      const all = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses];
      return container ? all.find((status) => status.name === container)! : all[0]!;
    },
    eventObjects,
    events: (name) => [...new Set(eventObjects(name).map(({ type, reason, message }) => `${type} ${reason} ${message}`))],
    logs(name, options = {}) {
      const found = pod(name);
      const { container = found.spec.containers[0]!.name, previous = false, timestamps = false, follow = false, ...rest } = options;
      const stream = kubelets.logs(found, { container, previous, timestamps, follow, ...rest });
      return collect(stream, clock)[1] ?? '';
    },
    exec(name, command, container) {
      const found = pod(name);
      const options: ExecOptions = {
        container: container ?? found.spec.containers[0]!.name,
        command: typeof command === 'string' ? ['sh', '-c', command] : command,
        stdin: false,
        stdout: true,
        stderr: true,
        tty: false,
      };
      const channels = collect(kubelets.exec(found, options), clock);
      return { stdout: channels[1] ?? '', stderr: channels[2] ?? '', status: JSON.parse(channels[3] ?? '{}') };
    },
  };
}

/** Everything that comes within a minute, by channel. */
export function collect(stream: Stream, clock: Clock): string[] {
  const channels: string[] = [];
  let isOver = false;
  stream.onData((channel, bytes) => {
    channels[channel] = (channels[channel] ?? '') + new TextDecoder().decode(bytes);
  });
  stream.onEnd(() => {
    isOver = true;
  });
  clock.runUntil(clock.now + 60_000, () => isOver);
  return channels;
}
