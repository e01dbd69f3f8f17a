// A control plane without nodes for the controllers' tests: YAML in, objects and events out; the test is its own kubelet.

import { findKind } from '../../../src/apimachinery/kinds.ts';
import { parseManifest } from '../../../src/apimachinery/manifest.ts';
import type { Pod } from '../../../src/apimachinery/objects.ts';
import { ApiServer } from '../../../src/simulator/apiserver/api-server.ts';
import type { Client, KubernetesObject, New, ObjectsByResource, Resource } from '../../../src/simulator/client.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { startControllers } from '../../../src/simulator/controllers/start-controllers.ts';
import { Random } from '../../../src/simulator/random.ts';
import { timestamp } from '../../../src/simulator/timestamp.ts';

export class TestCluster {
  readonly clock = new Clock(Date.UTC(2026, 0, 1));
  readonly random = new Random(7);
  readonly server = new ApiServer({ clock: this.clock, random: this.random });
  /** The player's. */
  readonly kubectl: Client = this.server.client('kubectl');
  private readonly kubelet = this.server.client('kubelet');

  constructor() {
    this.apply('{ apiVersion: v1, kind: Namespace, metadata: { name: default } }');
    startControllers({
      client: (userAgent) => this.server.client(userAgent),
      clock: this.clock,
      random: this.random,
      rootCertificate: 'CERTIFICATE',
    });
    this.clock.settle();
  }

  /** Creates the objects of a manifest and lets the cluster react. */
  apply(yaml: string): void {
    for (const object of parseManifest(yaml)) {
      const definition = findKind(object.apiVersion, object.kind)!;
      const fresh = object as unknown as New<KubernetesObject>;
      if (definition.namespaced) fresh.metadata.namespace ??= 'default';
      (this.kubectl.resource(definition.resource as Resource) as { create(object: unknown): unknown }).create(fresh);
      this.clock.settle();
    }
  }

  get<R extends Resource>(resource: R, name: string, namespace = 'default'): ObjectsByResource[R] {
    const found = this.kubectl.resource(resource).get(namespace, name);
    if (!found) throw new Error(`${resource} "${name}" not found`);
    return found as ObjectsByResource[R];
  }

  list<R extends Resource>(resource: R, namespace = 'default'): readonly ObjectsByResource[R][] {
    return this.kubectl.resource(resource).list(namespace) as readonly ObjectsByResource[R][];
  }

  modify<R extends Resource>(resource: R, name: string, change: (draft: ObjectsByResource[R]) => void, namespace = 'default'): void {
    this.kubectl.resource(resource).modify(namespace, name, change);
    this.clock.settle();
  }

  /** Acts as kubelet: each pod runs and is ready, unless it is to fail, and pods on their way out go. */
  runPods(isHealthy: (pod: Pod) => boolean = () => true): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const pod of this.kubelet.resource('pods').list()) changed = this.runPod(pod, isHealthy(pod)) || changed;
      this.clock.settle();
    }
  }

  private runPod(pod: Pod, isHealthy: boolean): boolean {
    const { namespace = '', name } = pod.metadata;
    const pods = this.kubelet.resource('pods');
    if (pod.metadata.deletionTimestamp) {
      pods.delete(namespace, name, { gracePeriodSeconds: 0 });
      return true;
    }
    const status = isHealthy ? 'True' : 'False';
    if (pod.status?.phase === 'Running' && pod.status.conditions?.[0]?.status === status) return false;
    const lastTransitionTime = timestamp(this.clock.now);
    const podIP = `10.244.1.${this.kubelet.resource('pods').list().indexOf(pod) + 2}`;
    pods.modify(
      namespace,
      name,
      (draft) => {
        draft.status = { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions: [{ type: 'Ready', status, lastTransitionTime }] };
      },
      'status',
    );
    return true;
  }

  /** Ends a pod, as its container would. */
  finish(name: string, phase: 'Succeeded' | 'Failed', namespace = 'default'): void {
    this.kubelet.resource('pods').modify(
      namespace,
      name,
      (draft) => {
        draft.status = { ...draft.status, phase, conditions: [{ type: 'Ready', status: 'False', reason: 'PodCompleted' }] };
      },
      'status',
    );
    this.clock.settle();
  }

  /** TYPE REASON MESSAGE of what happened to an object, in order. */
  events(name: string, namespace = 'default'): string[] {
    return this.list('events', namespace)
      .filter((event) => event.involvedObject.name === name)
      .map((event) => `${event.type} ${event.reason} ${event.message}${event.count! > 1 ? ` (x${event.count})` : ''}`);
  }

  wait(seconds: number): void {
    this.clock.runUntil(this.clock.now + seconds * 1000);
  }
}
