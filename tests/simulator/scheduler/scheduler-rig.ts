// A cluster of three nodes with nothing but an API server and a scheduler: YAML in, placements and events out.
import { parseManifest } from '../../../src/apimachinery/manifest.ts';
import type { Event, Pod } from '../../../src/apimachinery/objects.ts';
import { ApiServer } from '../../../src/simulator/apiserver/api-server.ts';
import type { Client, KubernetesObject, Resource } from '../../../src/simulator/client.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { Random } from '../../../src/simulator/random.ts';
import { Scheduler } from '../../../src/simulator/scheduler/scheduler.ts';

const start = Date.UTC(2026, 10, 24, 12);
const resources: Readonly<Record<string, Resource>> = {
  Pod: 'pods',
  Node: 'nodes',
  Service: 'services',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  ServiceAccount: 'serviceaccounts',
  PriorityClass: 'priorityclasses',
  Namespace: 'namespaces',
  PersistentVolume: 'persistentvolumes',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  StorageClass: 'storageclasses',
};
const clusterWide = ['Node', 'Namespace', 'PersistentVolume', 'StorageClass', 'PriorityClass'];

export interface SchedulerRig {
  readonly clock: Clock;
  readonly client: Client;
  apply(yaml: string): void;
  run(seconds: number): void;
  pod(name: string): Pod;
  /** Messages of FailedScheduling about one pod, without doubles. */
  refusals(name: string): string[];
  events(name: string): Event[];
}

/** Workers have 2 cores, 8Gi and room for 110 pods. */
export function schedulerRig(): SchedulerRig {
  const clock = new Clock(start);
  const random = new Random(1);
  const server = new ApiServer({ clock, random });
  const client = server.client('test');
  const create = (object: KubernetesObject) => client.resource(resources[object.kind]!).create(object as never);
  create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } });
  for (const [name, taints] of [
    ['control', [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }]],
    ['one', []],
    ['two', []],
  ] as const) {
    const resourcesOfNode = { cpu: '2', memory: '8Gi', pods: '110' };
    create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'kubernetes.io/hostname': name } },
      spec: { ...(taints.length > 0 && { taints }) },
      status: { capacity: resourcesOfNode, allocatable: resourcesOfNode },
    } as KubernetesObject);
    client.resource('nodes').modify(
      '',
      name,
      (node) => {
        node.status = { capacity: resourcesOfNode, allocatable: resourcesOfNode };
      },
      'status',
    );
  }
  new Scheduler({ client: server.client('kube-scheduler'), clock, random }).start();
  clock.settle();
  const events = (name: string) =>
    client
      .resource('events')
      .list()
      .filter(({ involvedObject }) => involvedObject.name === name);
  return {
    clock,
    client,
    apply(yaml) {
      for (const object of parseManifest(yaml)) {
        const fresh = object as unknown as Pod;
        if (!clusterWide.includes(fresh.kind)) fresh.metadata.namespace ??= 'default';
        if (fresh.kind === 'Pod') fresh.spec.schedulerName ??= 'default-scheduler';
        create(fresh);
      }
      clock.settle();
    },
    run: (seconds) => void clock.runUntil(clock.now + seconds * 1000),
    pod: (name) => client.resource('pods').get('default', name)!,
    events,
    refusals: (name) => [
      ...new Set(
        events(name)
          .filter(({ reason }) => reason === 'FailedScheduling')
          .map(({ message }) => message!),
      ),
    ],
  };
}
