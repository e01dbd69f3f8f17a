// The only way to a cluster that we did not make. A namespace is ours when this save's games made it: its label says so, our ledger has that very creation,
// and its uid is the one that was made. Before each write the namespace is looked at again; whatever isn't in a namespace of ours is refused.
import { randomUUID } from 'node:crypto';
import { StatusError } from '../apimachinery/status-error.ts';
import { applyMergePatch } from '../simulator/apiserver/patch/merge-patch.ts';
import type { KubernetesObject } from '../simulator/client.ts';
import { definitionOf, referenceOf } from './api-paths.ts';
import { ClusterError } from './cluster.ts';
import type { Ledger, LedgerEntry } from './guard-ledger.ts';
import { objectObjections } from './guard-scene.ts';
import type {
  AccessQuery,
  ApiWatchEvent,
  ExecOptions,
  ExecResult,
  KubernetesApi,
  LogOptions,
  ObjectReference,
  Selection,
} from './kubernetes-api.ts';
import type { RealApi } from './real-api.ts';

export const managedByLabel = 'app.kubernetes.io/managed-by';
export const instanceLabel = 'k8squest/instance';
export const creationLabel = 'k8squest/creation';

export interface GuardOptions {
  readonly api: RealApi;
  /** The save's: tells its games apart from other players'. */
  readonly instance: string;
  /** uid of the cluster's kube-system. */
  readonly cluster: string;
  readonly ledger: Ledger;
  readonly pid: number;
  /** Whether another game with this save is running. */
  readonly isRunning: (pid: number) => boolean;
}

/** Something was asked for that would touch what isn't ours. */
export class GuardError extends ClusterError {
  override name = 'GuardError';
}

export class Guard implements KubernetesApi {
  private readonly options: GuardOptions;
  /** Namespaces made by this game: name → uid. */
  private readonly made = new Map<string, string>();

  constructor(options: GuardOptions) {
    this.options = options;
  }

  /** Namespaces of ours that are there, whichever game made them. Throws GuardError: one of `wanted` is somebody else's, or a running game's. */
  async leftovers(wanted: readonly string[]): Promise<LedgerEntry[]> {
    const entries = this.options.ledger.entries(this.options.cluster);
    for (const name of wanted) {
      const live = await this.namespace(name);
      if (!live) continue;
      const entry = entryOf(live, entries, this.options.instance);
      if (!entry) throw refusal(name, live, this.options.instance);
      if (this.isOthers(entry))
        throw new GuardError(`another game of yours (process ${entry.pid}) is using namespace "${name}".`, 'End it first.');
    }
    return entries.filter((entry) => !this.isOthers(entry));
  }

  /** Begins to remove a namespace of ours; resolves to what is still there of it. One that isn't ours any more is only forgotten. */
  async remove(entry: LedgerEntry): Promise<KubernetesObject | undefined> {
    const live = await this.namespace(entry.namespace);
    const { ledger, instance } = this.options;
    if (!live || !entryOf(live, [entry], instance)) {
      ledger.remove(entry);
      return undefined;
    }
    this.made.delete(entry.namespace);
    const { uid, deletionTimestamp } = live.metadata as { uid: string; deletionTimestamp?: string };
    if (deletionTimestamp) return live;
    try {
      // The deletion goes first: who quits on a slow cluster waits for no more. Of pods that are deleted before, a ReplicaSet would make new ones.
      const [pods] = await Promise.all([this.podsOf(entry.namespace), this.options.api.delete(referenceOf(live), { uid })]);
      await this.hurry(pods);
    } catch (error) {
      if (!(error instanceof StatusError && error.status.code === 409)) throw error; // another one took its place: it isn't ours
    }
    return this.namespace(entry.namespace);
  }

  /** Makes a namespace. Throws GuardError when one of that name is there. */
  async make(name: string): Promise<void> {
    const { api, ledger, instance, cluster, pid } = this.options;
    const entry: LedgerEntry = { cluster, namespace: name, creation: randomUUID(), pid };
    ledger.write(entry);
    const labels = { [managedByLabel]: 'k8squest', [instanceLabel]: instance, [creationLabel]: entry.creation };
    try {
      const live = await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
      ledger.write({ ...entry, uid: live.metadata.uid! });
      this.made.set(name, live.metadata.uid!);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error; // it may have been made: the ledger keeps it
      ledger.remove(entry);
      const live = error.status.code === 409 ? await this.namespace(name) : undefined;
      throw live ? refusal(name, live, instance) : error;
    }
  }

  /** Takes up namespaces that this save's games made before, to look at them. Throws GuardError: one isn't there, or not ours. */
  async adopt(names: readonly string[]): Promise<void> {
    const entries = this.options.ledger.entries(this.options.cluster);
    for (const name of names) {
      const live = await this.namespace(name);
      if (!live)
        throw new GuardError(`there is no namespace "${name}": the level isn't being played there.`, 'Start it with k8squest play.');
      if (!entryOf(live, entries, this.options.instance)) throw refusal(name, live, this.options.instance);
      this.made.set(name, live.metadata.uid!);
    }
  }

  /** All of this game's namespaces. */
  get entries(): readonly LedgerEntry[] {
    return this.options.ledger.entries(this.options.cluster).filter(({ pid }) => pid === this.options.pid);
  }

  async get(reference: ObjectReference): Promise<KubernetesObject | undefined> {
    this.mayRead(reference);
    return this.options.api.get(reference);
  }

  async list(selection: Selection): Promise<readonly KubernetesObject[]> {
    this.mayRead(selection);
    return this.options.api.list(selection);
  }

  async apply(object: KubernetesObject): Promise<KubernetesObject> {
    await this.mayWrite(object);
    if (object.kind !== 'Namespace') return this.options.api.apply(object);
    const { labels, ...metadata } = object.metadata;
    const live = (await this.namespace(metadata.name))!;
    const kept = Object.fromEntries([managedByLabel, instanceLabel, creationLabel].map((label) => [label, live.metadata.labels![label]!]));
    return this.options.api.apply({ ...object, metadata: { ...metadata, labels: { ...labels, ...kept } } });
  }

  async patch(reference: ObjectReference, patch: Readonly<Record<string, unknown>>): Promise<KubernetesObject> {
    await this.mustOwn(reference);
    const live = await this.options.api.get(reference);
    if (live) {
      const result = applyMergePatch(live as unknown as Record<string, unknown>, JSON.stringify(patch)) as unknown as KubernetesObject;
      this.refuseObjections(result, live);
    }
    return this.options.api.patch(reference, patch);
  }

  async delete(reference: ObjectReference): Promise<void> {
    await this.mustOwn(reference);
    if (reference.kind === 'Namespace') throw new GuardError('a level may not delete its namespace.', 'Mend the level.');
    return this.options.api.delete(reference);
  }

  async dryRun(object: KubernetesObject): Promise<KubernetesObject> {
    await this.mustOwn(referenceOf(object));
    return this.options.api.dryRun(object);
  }

  async exec(options: ExecOptions): Promise<ExecResult> {
    const { namespace, pod: name, timeoutMs } = options;
    await this.mustOwn({ apiVersion: 'v1', kind: 'Pod', namespace, name }, timeoutMs);
    return this.options.api.exec(options);
  }

  async logs(options: LogOptions): Promise<string> {
    this.mayRead({ apiVersion: 'v1', kind: 'Pod', namespace: options.namespace });
    return this.options.api.logs(options);
  }

  canI(query: AccessQuery): Promise<boolean> {
    return this.options.api.canI(query);
  }

  watch(
    selection: Selection,
    listener: (event: ApiWatchEvent) => void,
    states?: { onSynced?: () => void; onLost?: (why: string) => void },
  ): () => void {
    this.mayRead(selection);
    return this.options.api.watch(selection, listener, states);
  }

  private isOthers({ pid }: LedgerEntry): boolean {
    return pid !== this.options.pid && this.options.isRunning(pid);
  }

  private namespace(name: string, answerMs?: number): Promise<KubernetesObject | undefined> {
    return this.options.api.get({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name }, answerMs);
  }

  private mayRead(selection: { readonly apiVersion: string; readonly kind: string; readonly namespace: string }): void {
    const { namespaced } = definitionOf(selection);
    if (!namespaced || this.made.has(selection.namespace)) return;
    throw new GuardError(
      `${selection.kind} objects of ${selection.namespace ? `namespace "${selection.namespace}"` : 'all namespaces'} aren't the level's.`,
      'Mend the level: it may look only into its own namespaces.',
    );
  }

  private async mayWrite(object: KubernetesObject): Promise<void> {
    this.refuseObjections(object);
    await this.mustOwn(referenceOf(object));
  }

  private refuseObjections(object: KubernetesObject, before?: KubernetesObject): void {
    const namespaces = [...this.made.keys()];
    const old = before ? objectObjections(before, namespaces) : [];
    const [objection] = objectObjections(object, namespaces).filter((found) => !old.includes(found));
    if (objection) throw new GuardError(`${objection}.`, 'That is refused on clusters that k8squest did not make.');
  }

  /** The namespace is one that this game made, and still is there. */
  private async mustOwn(reference: ObjectReference, answerMs?: number): Promise<void> {
    const { namespaced } = definitionOf(reference);
    const name = namespaced ? reference.namespace : reference.name;
    const isNamespace = reference.kind === 'Namespace' && reference.apiVersion === 'v1';
    if (!namespaced && !isNamespace)
      throw new GuardError(
        `${reference.kind} ${reference.name} belongs to the whole cluster.`,
        'k8squest writes nothing there on clusters that it did not make.',
      );
    const uid = this.made.get(name);
    if (uid === undefined)
      throw new GuardError(`namespace "${name}" isn't the level's.`, 'k8squest writes only into namespaces that it made.');
    const live = await this.namespace(name, answerMs);
    if (!live) throw new GuardError(`namespace "${name}" is gone.`, 'Restart the level.');
    if (live.metadata.uid !== uid || live.metadata.labels?.[instanceLabel] !== this.options.instance)
      throw new GuardError(
        `namespace "${name}" isn't the one any more that k8squest made.`,
        'Nothing was changed in it. Delete it yourself if it is yours, then restart the level.',
      );
  }

  private async podsOf(namespace: string): Promise<readonly KubernetesObject[]> {
    return this.options.api.list({ apiVersion: 'v1', kind: 'Pod', namespace }).catch(() => []);
  }

  /** Pods of ours need no farewell: a shell that ignores SIGTERM would keep the namespace for half a minute. */
  private async hurry(pods: readonly KubernetesObject[]): Promise<void> {
    const ends = pods.map(({ metadata: { namespace = '', name, uid } }) =>
      this.options.api.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name }, { uid: uid!, gracePeriodSeconds: 1 }),
    );
    await Promise.allSettled(ends); // slow or refused, it only takes longer
  }
}

function entryOf(live: KubernetesObject, entries: readonly LedgerEntry[], instance: string): LedgerEntry | undefined {
  const labels = live.metadata.labels ?? {};
  if (labels[instanceLabel] !== instance) return undefined;
  return entries.find(
    ({ namespace, creation, uid }) =>
      namespace === live.metadata.name && creation === labels[creationLabel] && (uid === undefined || uid === live.metadata.uid),
  );
}

function refusal(name: string, { metadata }: KubernetesObject, instance: string): GuardError {
  const owner = metadata.labels?.[managedByLabel] === 'k8squest' ? metadata.labels[instanceLabel] : undefined;
  if (owner !== undefined && 'deletionTimestamp' in metadata)
    return new GuardError(`namespace "${name}" of another game is just ending.`, 'Try again in a moment.');
  if (owner !== undefined && owner !== instance)
    return new GuardError(
      `namespace "${name}" is another player's (instance ${owner.slice(0, 8)}).`,
      'Play when they have finished, or on a cluster of your own.',
    );
  const why = owner === undefined ? "wasn't made by k8squest" : "bears this save's label, but this save's games did not make it";
  return new GuardError(
    `there is a namespace "${name}" that ${why}.`,
    `k8squest leaves it alone. If nobody needs it: kubectl delete namespace ${name}`,
  );
}
