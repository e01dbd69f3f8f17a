// A real cluster by a context of the player's kubeconfig, as a Cluster: levels come and go in namespaces of ours, through the guard.
import { randomUUID } from 'node:crypto';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { StatusError } from '../apimachinery/status-error.ts';
import { definitionOf } from './api-paths.ts';
import { readCapabilities } from './capability-cache.ts';
import { tryoutNamespace } from './capability-tryout.ts';
import { type Capability, type Cluster, type ClusterClock, ClusterError, type Progress, type Scene } from './cluster.ts';
import { caDigestOf, type KubeContext, kubeconfigOf } from './context-kubeconfig.ts';
import { areSettled, waitUntilShown } from './context-waiting.ts';
import { Guard, GuardError } from './guard.ts';
import { describeRight, missingRights, rightsFor } from './guard-access.ts';
import { Ledger, type LedgerEntry } from './guard-ledger.ts';
import { sceneObjections } from './guard-scene.ts';
import { RealApi } from './real-api.ts';
import { Connection } from './real-api-connection.ts';
import { mayPass } from './real-api-failures.ts';

export interface ContextClusterOptions {
  readonly context: KubeContext;
  /** Where our kubeconfig goes. */
  readonly kubeconfig: string;
  /** The save's instance id. */
  readonly instance: string;
  /** Folder of the ledger. */
  readonly ledger: string;
  /** Folder where it is kept what clusters can do. */
  readonly cache: string;
  /** Whether a game of this process id is running. */
  readonly isRunning: (pid: number) => boolean;
  /** The game's process; left out: this one. */
  readonly pid?: number;
}

const serviceAccountMs = 60_000;
const setupMs = 10 * 60_000;
const removalMs = 3 * 60_000;
const patienceMs = 2 * 60_000;
const pollMs = 500;
/** How long `close` may take to send its deletions. */
const farewellMs = 2500;

export class ContextCluster implements Cluster {
  readonly name: string;
  readonly kubeconfig: string;
  readonly clock: ClusterClock;
  readonly server: string;
  /** SHA-256 of the CA's PEM text, in hex. */
  readonly caDigest: string;
  capabilities: ReadonlySet<Capability> = new Set();
  private readonly options: ContextClusterOptions;
  private readonly real: RealApi;
  private guard: Guard | undefined;
  private clusterId = '';
  private isInterrupted = false;

  constructor(options: ContextClusterOptions) {
    this.options = options;
    const { context } = options;
    this.name = context.name;
    this.server = context.server;
    this.caDigest = caDigestOf(context);
    this.kubeconfig = options.kubeconfig;
    const connection = new Connection(context.name, kubeconfigOf(context, 'default'));
    this.real = new RealApi(connection);
    this.clock = { now: () => Date.now() + connection.skewMs, after };
  }

  get api(): Guard {
    if (!this.guard) throw new ClusterError(`context "${this.name}" isn't open.`, 'Open it first.');
    return this.guard;
  }

  /** Reaches the cluster, removes what killed games left there, and finds out what it can. Throws ClusterError. */
  async open(progress: Progress = () => {}): Promise<void> {
    await this.reach(progress);
    this.writeKubeconfig('default');
    await this.sweep([], progress);
  }

  /** Reaches the cluster to look at namespaces that a game of this save has there; removes nothing. */
  async openToLook(namespaces: readonly string[]): Promise<void> {
    await this.reach(() => {});
    await this.api.adopt(namespaces);
  }

  private async reach(progress: Progress): Promise<void> {
    progress(`asking the cluster of context ${this.name}`);
    const system = await this.systemNamespace();
    if (!system?.metadata.uid)
      throw new ClusterError(`the server of context "${this.name}" has no namespace kube-system: it doesn't seem to be Kubernetes.`, '');
    this.clusterId = system.metadata.uid;
    const { instance, ledger, isRunning, pid = process.pid } = this.options;
    this.guard = new Guard({
      api: this.real,
      instance,
      cluster: this.clusterId,
      ledger: new Ledger(ledger),
      pid,
      isRunning,
    });
  }

  /** Finds out what the cluster can, by trying; what was found is remembered for a day. */
  async learn(progress: Progress = () => {}): Promise<void> {
    await this.mustBeAllowed({ namespaces: [tryoutNamespace], setup: [], broken: [] });
    this.capabilities = await readCapabilities({
      folder: this.options.cache,
      cluster: this.clusterId,
      real: this.real,
      guard: this.api,
      progress,
      remove: (namespaces) => this.sweep(namespaces, progress),
    });
  }

  async stage(scene: Scene, progress: Progress = () => {}): Promise<void> {
    const lacking = scene.requires.filter((capability) => !this.capabilities.has(capability));
    if (lacking.length > 0)
      throw new ClusterError(
        `this level can't be played on context "${this.name}": the cluster has no ${lacking.map((name) => name.replaceAll('-', ' ')).join(', no ')}.`,
        'Play it on the simulated cluster (k8squest play).',
      );
    const objections = sceneObjections(scene);
    if (objections.length > 0)
      throw new GuardError(
        `this level can't be played on context "${this.name}": ${objections.join('; ')}.`,
        'Play it on the simulated cluster (k8squest play).',
      );
    await this.mustBeAllowed(scene);
    await this.sweep(scene.namespaces, progress);
    progress('making the level’s namespaces');
    for (const name of scene.namespaces) await this.api.make(name);
    await this.until(serviceAccountMs, 'the namespaces’ service accounts', progress, async () => {
      const found = await Promise.all(
        scene.namespaces.map((namespace) => this.api.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: 'default' })),
      );
      return found.every(Boolean);
    });
    for (const object of scene.setup) await this.patiently(progress, () => this.api.apply(object));
    if (scene.setup.length > 0) {
      progress('waiting for the level’s history');
      await this.until(setupMs, 'setup.yaml', progress, () => areSettled(this.api, scene.namespaces));
    }
    for (const object of scene.broken) await this.patiently(progress, () => this.api.apply(object));
    await waitUntilShown(this.api, scene.namespaces, progress, () => this.isInterrupted);
    this.writeKubeconfig(scene.namespaces[0]!);
  }

  /** Ends a stage that is under way at its next wait. */
  interrupt(): void {
    this.isInterrupted = true;
  }

  /** Begins to remove what this game made; the cluster finishes it by itself. */
  async close(): Promise<void> {
    if (!this.guard) return;
    const { guard } = this;
    const removals = Promise.all(guard.entries.map((entry) => guard.remove(entry)));
    await Promise.race([removals.catch(() => {}), new Promise((resolve) => setTimeout(resolve, farewellMs).unref())]);
  }

  /** Removes what this game made, and waits until it is gone. */
  async clean(progress: Progress = () => {}): Promise<void> {
    await this.sweep([], progress, () => true);
  }

  /** Begins to remove all namespaces of ours that no running game uses, and waits until those are gone that `awaited` says. `wanted` must be free afterwards. */
  private async sweep(wanted: readonly string[], progress: Progress, awaited = (name: string) => wanted.includes(name)): Promise<void> {
    const entries = await this.patiently(progress, () => this.api.leftovers(wanted));
    const deadline = Date.now() + removalMs;
    const remaining = async (list: readonly LedgerEntry[]) => {
      const left = await Promise.all(list.map(async (entry) => ({ entry, live: await this.api.remove(entry) })));
      return left.filter(({ live }) => live !== undefined);
    };
    let left = await this.patiently(progress, () => remaining(entries));
    for (;;) {
      left = left.filter(({ entry }) => awaited(entry.namespace));
      const [first] = left;
      if (!first) return;
      progress(`waiting for namespace ${first.entry.namespace} to end`);
      if (Date.now() > deadline) throw stuck(first.entry.namespace, first.live);
      await pause(pollMs);
      left = await this.patiently(progress, () => remaining(left.map(({ entry }) => entry)));
    }
  }

  private async systemNamespace() {
    try {
      return await this.real.get({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name: 'kube-system' });
    } catch (error) {
      if (!(error instanceof StatusError && error.status.code === 403)) throw error;
      throw new ClusterError(
        `your user on context "${this.name}" may not get namespaces kube-system.`,
        'Ask the cluster’s administrator for what k8squest rbac prints.',
      );
    }
  }

  private async mustBeAllowed({ namespaces, setup, broken }: Pick<Scene, 'namespaces' | 'setup' | 'broken'>): Promise<void> {
    const missing = await missingRights(this.api, rightsFor(namespaces, [...setup, ...broken].map(definitionOf)));
    if (missing.length === 0) return;
    const [first, ...others] = missing.map(describeRight);
    const more = others.length > 0 ? ` Also missing: ${others.slice(0, 5).join('; ')}${others.length > 5 ? '; …' : ''}.` : '';
    throw new ClusterError(
      `your user on context "${this.name}" may not ${first}.${more}`,
      'Ask the cluster’s administrator for what k8squest rbac prints.',
    );
  }

  private async until(ms: number, what: string, progress: Progress, isDone: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + ms;
    while (!(await this.patiently(progress, isDone))) {
      if (Date.now() > deadline)
        throw new ClusterError(
          `${what} did not become ready within ${ms / 60_000} minutes.`,
          'See with kubectl get events what it waits for.',
        );
      await pause(pollMs);
    }
  }

  /** Does the work; a cluster that can't be reached for a moment is waited for. */
  private async patiently<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      if (this.isInterrupted) throw new ClusterError('the game is ending.', '');
      try {
        return await work();
      } catch (error) {
        if (!mayPass(error) || Date.now() > deadline) throw error;
        progress(`the cluster doesn’t answer; trying again`);
        await pause(1000);
      }
    }
  }

  private writeKubeconfig(namespace: string): void {
    const aside = `${this.kubeconfig}.${randomUUID()}`;
    writeFileSync(aside, kubeconfigOf(this.options.context, namespace), { mode: 0o600 });
    chmodSync(aside, 0o600);
    renameSync(aside, this.kubeconfig);
  }
}

/** A namespace that doesn't end, in the words that the cluster has for it. */
function stuck(name: string, live: unknown): ClusterError {
  const { status } = live as { status?: { conditions?: { status: string; message?: string }[] } };
  const why = (status?.conditions ?? []).filter(({ status }) => status === 'True').map(({ message }) => message);
  return new ClusterError(
    `namespace "${name}" of an earlier level doesn't end: ${why.join('; ') || 'the cluster is still removing it'}.`,
    `Take away what keeps it, or wait; kubectl get namespace ${name} -o yaml shows it.`,
  );
}

function after(delayMs: number, work: () => void): () => void {
  const timer = setTimeout(work, delayMs);
  return () => clearTimeout(timer);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
