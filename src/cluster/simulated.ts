// The simulated cluster as a Cluster: a simulator behind a listener, whose time goes with the host's or is driven by a proof.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { kinds } from '../apimachinery/kinds.ts';
import type { Pod } from '../apimachinery/objects.ts';
import { createCertificates } from '../simulator/apiserver/transport/certificates.ts';
import { type Listener, listen } from '../simulator/apiserver/transport/http.ts';
import { kubeconfigMark, kubeconfig as kubeconfigText } from '../simulator/apiserver/transport/kubeconfig.ts';
import { controlPlane } from '../simulator/bootstrap/nodes.ts';
import type { Resource } from '../simulator/client.ts';
import type { DeclaredImage } from '../simulator/images/declared-image.ts';
import type { JournalEntry } from '../simulator/journal.ts';
import { type Addon, Simulator, type SimulatorOptions } from '../simulator/simulator.ts';
import { type Capability, type Cluster, type ClusterClock, ClusterError, type Progress, type Scene } from './cluster.ts';
import { type Entrance, openEntrance } from './entrance.ts';
import { Pump, type Turns } from './pump.ts';
import { SimulatedApi } from './simulated-api.ts';

export interface SimulatedClusterOptions {
  readonly kubeconfig: string;
  readonly seed: number;
  /** Where kubectl stands without -n; stage() changes it to the level's. */
  readonly namespace?: string;
  readonly nodes?: number;
  readonly networkPolicies?: 'enforced' | 'ignored';
  /** What the cluster has besides, whatever the level asks for. */
  readonly addons?: readonly Addon[];
  /** Virtual seconds per second of the host's. */
  readonly speed?: number;
  /** A proof's: the clock begins here (ms since 1970) and stands still until it is driven. Left out: it goes with the host's. */
  readonly fixedStartMs?: number;
}

/** How old a cluster is when its level's age begins, or without a level. */
const bootAgeMs = 60_000;
/** Longest virtual time that setup.yaml may take. */
const setupMs = 10 * 60_000;
/** Longest stretch that a driven clock runs without giving the host a turn. */
const driveSliceMs = 50;

export class SimulatedCluster implements Cluster {
  readonly name = 'simulated';
  readonly kubeconfig: string;
  readonly capabilities: ReadonlySet<Capability>;
  readonly api: SimulatedApi;
  readonly clock: ClusterClock;
  private readonly options: SimulatedClusterOptions;
  private readonly certificates = createCertificates();
  private simulator: Simulator;
  private pump: Pump;
  private listener: Listener | undefined;
  private entrance: Entrance | undefined;
  private namespace: string;
  /** Something happened that promises may be waiting on: the clock gives them their turn. */
  private hasProgress = false;
  private readonly turns: Turns = {
    areWanted: () => this.hasProgress,
    given: () => {
      this.hasProgress = false;
    },
  };

  constructor(options: SimulatedClusterOptions) {
    this.options = options;
    this.kubeconfig = options.kubeconfig;
    this.namespace = options.namespace ?? 'default';
    const all: Capability[] = ['several-nodes', 'network-policy', 'ingress', 'exec'];
    this.capabilities = new Set(
      all
        .filter((name) => name !== 'network-policy' || options.networkPolicies !== 'ignored')
        .filter((name) => name !== 'several-nodes' || (options.nodes ?? 3) > 2),
    );
    this.simulator = this.boot(this.presentMs() - bootAgeMs, undefined);
    this.pump = this.pumpFor(this.simulator);
    this.clock = { now: () => this.simulator.clock.now, after: (delayMs, work) => this.after(delayMs, work) };
    this.api = new SimulatedApi({
      handle: (request) => this.simulator.handle(request),
      clock: this.clock,
      onProgress: () => this.progress(),
    });
  }

  /** Runs the cluster up to the present, starts listening and writes the kubeconfig. Throws ClusterError when the file isn't ours. */
  async open({ isStagedNext = false }: { readonly isStagedNext?: boolean } = {}): Promise<void> {
    if (existsSync(this.kubeconfig) && !readFileSync(this.kubeconfig, 'utf8').startsWith(kubeconfigMark)) {
      throw new ClusterError(
        `${this.kubeconfig} is there and was not written by k8squest.`,
        'Name another file; k8squest overwrites only its own.',
      );
    }
    this.listener = await listen({ certificates: this.certificates, handle: (request) => this.simulator.handle(request) });
    // A level that is staged next begins a cluster of its own.
    if (!isStagedNext) this.catchUp();
    this.writeKubeconfig();
    await this.openOrCloseEntrance();
  }

  /** https://127.0.0.1:PORT, once it is open. */
  get server(): string {
    return this.listener?.address ?? '';
  }

  /** Where the ingress controller is reached from the host, http://127.0.0.1:PORT; undefined without one. */
  get ingressAddress(): string | undefined {
    return this.entrance?.address;
  }

  /** SHA-256 of the CA's PEM text, in hex. */
  get caDigest(): string {
    return createHash('sha256').update(this.certificates.ca).digest('hex');
  }

  /** How far the clock is behind while it catches up, in milliseconds. */
  get behindMs(): number {
    return this.pump.behindMs();
  }

  /** What was put into the cluster since it was staged. */
  get journal(): readonly JournalEntry[] {
    return this.simulator.journal.entries;
  }

  async stage(scene: Scene, progress: Progress = () => {}): Promise<void> {
    this.pump.stop();
    const present = this.presentMs();
    const previous = this.simulator;
    const start = present - scene.ageMs - bootAgeMs;
    this.simulator = this.boot(start, previous.revision + 1, addonsOf(scene), scene.images);
    this.namespace = scene.namespaces[0]!;
    this.pump = this.pumpFor(this.simulator);
    this.simulator.clock.runUntil(start + bootAgeMs);
    await this.stageObjects(scene, progress);
    this.simulator.clock.runUntil(present);
    previous.close();
    if (this.options.fixedStartMs === undefined) this.pump.start();
    if (this.listener) {
      this.writeKubeconfig();
      await this.openOrCloseEntrance();
    }
  }

  async close(): Promise<void> {
    this.pump.stop();
    this.simulator.close();
    await Promise.all([this.listener?.close(), this.entrance?.close()]);
  }

  /**
   * Runs a driven clock up to `until` (ms since 1970), or until `isDone` says so; promises get their turn whenever something happened.
   * Resolves to whether `isDone` did.
   */
  async drive(until: number, isDone: () => boolean = () => false): Promise<boolean> {
    const { clock } = this.simulator;
    for (;;) {
      await hostTurn();
      if (isDone()) return true;
      if (clock.now >= until && clock.nextAt() > until) return false;
      const deadline = performance.now() + driveSliceMs;
      let steps = 0;
      this.hasProgress = false;
      clock.runUntil(until, () => this.hasProgress || (++steps % 64 === 0 && performance.now() > deadline));
    }
  }

  /** While `work` goes on, the clock goes with the host's at this speed: for scripts with real kubectl. */
  async atSpeed<T>(speed: number, work: () => Promise<T>): Promise<T> {
    const pump = new Pump(this.simulator.clock, speed, this.turns);
    this.simulator.beforeInput = () => pump.advance();
    pump.start();
    try {
      return await work();
    } finally {
      pump.stop();
      this.simulator.beforeInput = undefined;
    }
  }

  /** Every object and every container's log, as one text: equal texts are equal clusters. */
  dump(): string {
    return dumpOf(this.simulator);
  }

  /** What `dump` says of another cluster, made from the same options and the same journal. */
  replayedDump(): string {
    const copy = new Simulator(this.simulator.options);
    copy.replay(this.simulator.journal.entries);
    this.simulator.clock.finishInstant();
    copy.clock.runUntil(this.simulator.clock.now);
    const text = dumpOf(copy);
    copy.close();
    return text;
  }

  /** The ingress controller has a door on the host while there is one. */
  private async openOrCloseEntrance(): Promise<void> {
    const isWanted = this.simulator.options.addons?.includes('ingress') ?? false;
    if (isWanted) this.entrance ??= await openEntrance(() => this.simulator.connectFromOutside(controlPlane, 80));
    else {
      await this.entrance?.close();
      this.entrance = undefined;
    }
  }

  private boot(
    startMs: number,
    firstRevision: number | undefined,
    wanted: readonly Addon[] = [],
    images: readonly DeclaredImage[] = [],
  ): Simulator {
    const { seed, nodes, networkPolicies } = this.options;
    const addons = [...new Set([...(this.options.addons ?? []), ...wanted])];
    const options: SimulatorOptions = {
      seed,
      startMs,
      rootCertificate: this.certificates.ca,
      ...(firstRevision !== undefined && { firstRevision }),
      ...(nodes !== undefined && { nodes }),
      ...(networkPolicies && { networkPolicies }),
      ...(images.length > 0 && { images }),
      ...(addons.length > 0 && { addons }),
    };
    return new Simulator(options);
  }

  /** Brings a cluster without a level to the present. */
  private catchUp(): void {
    this.simulator.clock.runUntil(this.presentMs());
    if (this.options.fixedStartMs === undefined) this.pump.start();
  }

  private pumpFor(simulator: Simulator): Pump {
    const pump = new Pump(simulator.clock, this.options.speed ?? 1, this.turns);
    simulator.beforeInput = () => pump.advance();
    return pump;
  }

  private presentMs(): number {
    return this.options.fixedStartMs ?? Date.now();
  }

  private async stageObjects(scene: Scene, progress: Progress): Promise<void> {
    const { clock } = this.simulator;
    const step = (until: number, isDone: () => boolean) => clock.runUntil(until, isDone);
    for (const name of scene.namespaces) {
      await this.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    const accounts = this.simulator.client('k8squest').resource('serviceaccounts');
    step(clock.now + 10_000, () => scene.namespaces.every((name) => accounts.get(name, 'default')));
    for (const object of scene.setup) await this.api.apply(object);
    if (scene.setup.length > 0) {
      progress('waiting for the level’s history');
      if (!step(clock.now + setupMs, () => this.isSettled(scene)))
        throw new ClusterError('setup.yaml did not become ready within ten minutes.', 'Mend the level’s setup.yaml.');
    }
    for (const object of scene.broken) await this.api.apply(object);
  }

  /** All pods of the level's namespaces are ready or have succeeded, and every workload has as many as it wants. */
  private isSettled(scene: Scene): boolean {
    const client = this.simulator.client('k8squest');
    const pods = scene.namespaces.flatMap((namespace) => client.resource('pods').list(namespace));
    const deployments = scene.namespaces.flatMap((namespace) => client.resource('deployments').list(namespace));
    return (
      pods.every((pod) => isReady(pod)) &&
      deployments.every(
        ({ spec, status, metadata }) =>
          status?.observedGeneration === metadata.generation && (status?.availableReplicas ?? 0) >= (spec?.replicas ?? 1),
      )
    );
  }

  private after(delayMs: number, work: () => void): () => void {
    return this.simulator.clock.after(delayMs, () => {
      // Never from inside the cluster's own work: what it does comes in as an input, between two instants.
      queueMicrotask(work);
      this.progress();
    });
  }

  private progress(): void {
    this.hasProgress = true;
  }

  private writeKubeconfig(): void {
    const text = kubeconfigText({ name: 'k8squest', server: this.server, certificates: this.certificates, namespace: this.namespace });
    writeFileSync(this.kubeconfig, text, { mode: 0o600 });
    chmodSync(this.kubeconfig, 0o600);
  }
}

/** What a level requires that a plain cluster doesn't have. */
function addonsOf({ requires }: Scene): readonly Addon[] {
  return requires.includes('ingress') ? ['ingress'] : [];
}

function dumpOf(simulator: Simulator): string {
  const client = simulator.client('k8squest');
  const objects = kinds
    .filter(({ group }) => group !== 'events.k8s.io')
    .map(({ resource }) => client.resource(resource as Resource).list());
  return JSON.stringify(objects);
}

function isReady(pod: Pod): boolean {
  return (
    pod.status.phase === 'Succeeded' || (pod.status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}

/** All promises that can go on do. */
function hostTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
