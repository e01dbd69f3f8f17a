// Looks at a level's objectives and guards: at once after each change in the cluster, and what runs in a pod every few seconds besides.
import { isEqual } from '../apimachinery/clone.ts';
import type { ClusterClock } from '../cluster/cluster.ts';
import type { ApiWatchEvent, KubernetesApi, ObjectReference, Selection } from '../cluster/kubernetes-api.ts';
import type { KubernetesObject } from '../simulator/client.ts';
import type { Level } from './level.ts';
import { podsNamedBy } from './object-reference.ts';
import { type BoundGoal, bindGoal } from './validators/judge-goal.ts';
import { objectKey, type ValidatorContext } from './validators/validator.ts';
import type { Verdict } from './verdict.ts';
import { WatchedObjects } from './watched-objects.ts';

/** A goal and what was last found of it. */
export interface GoalState {
  readonly id: string;
  readonly isGuard: boolean;
  /** It is tried when all else is met, and its verdict is the last trial's. */
  readonly isTrial: boolean;
  /** Asked anew every few seconds; others follow from watches, and what was found of them holds until something changes. */
  readonly isAskedAgain: boolean;
  readonly verdict: Verdict | undefined;
  readonly isChecking: boolean;
  /** It isn't met, and an object of the level that it needs is gone. */
  readonly lacksObject: boolean;
  /** Cluster time (ms since 1970) at which the look began that found the verdict. */
  readonly lookedAt: number | undefined;
}

export interface JudgeOptions {
  readonly level: Level;
  readonly api: KubernetesApi;
  readonly clock: ClusterClock;
  /** Called after each change of a state. */
  readonly onChange?: () => void;
  /** Called once, when all was met twice. */
  readonly onPassed?: () => void;
  /** The cluster doesn't answer; nothing is judged until `onFound`. */
  readonly onLost?: (why: string) => void;
  readonly onFound?: () => void;
}

/** Changes often come in bursts (an apply, a rollout): one look serves them all. */
const settleMs = 100;
/** How often an objective that runs something is asked again without a change. */
const periodMs = 5000;
/** All must be met twice, this far apart. */
const confirmMs = 2000;

/**
 * A trial that failed on a repaired level is made again after this long, twice at most: on a real cluster a name server or a node may
 * have had a bad moment, and the player has nothing left to change.
 */
const retrialMs = 60_000;
const retrialsMax = 2;

/** What connections depend on, besides the goals' own objects. */
const connectionKinds = [
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
];

interface Looking {
  readonly goal: BoundGoal;
  readonly isGuard: boolean;
  verdict: Verdict | undefined;
  lookedAt: number | undefined;
  isChecking: boolean;
  /** Something changed since its last look began. */
  isStale: boolean;
}

/** Watches and judges from `start` until `stop`. */
export class Judge {
  hasPassed = false;
  private readonly options: JudgeOptions;
  private readonly looking: Looking[];
  private readonly objects = new WatchedObjects();
  private readonly stops: (() => void)[] = [];
  private readonly context: ValidatorContext;
  private readonly uids = new Map<string, string>();
  private syncsLeft = 0;
  /** Watches that are lost: what they hold may be old. */
  private readonly lost = new Set<Selection>();
  private isPlanned = false;
  private firstMetAt: number | undefined;
  /** Looks that begin from here on count as the second time. */
  private secondFrom: number | undefined;
  /** What the trials (goals that come last) were run on; another state of the objects needs another trial. */
  private triedOn: string | undefined;
  private retrialsLeft = 0;
  /** The objects as they were staged: nobody waits for another trial of these. */
  private stagedOn: string | undefined;
  private isStopped = true;

  constructor(options: JudgeOptions) {
    this.options = options;
    const { mission, setup, broken } = options.level;
    const all = [
      ...mission.objectives.map((goal) => ({ goal, isGuard: false })),
      ...mission.guards.map((goal) => ({ goal, isGuard: true })),
    ];
    this.looking = all.map(({ goal, isGuard }) => {
      const bound = bindGoal(goal);
      const verdict: Verdict | undefined = bound.isLast ? { outcome: 'unmet', code: 'triggered.waiting', values: {} } : undefined;
      return { goal: bound, isGuard, verdict, lookedAt: undefined, isChecking: false, isStale: true };
    });
    this.context = {
      api: options.api,
      objects: this.objects,
      namespace: mission.namespaces[0]!,
      manifests: new Map([...setup, ...broken].map((object) => [keyOf(object), object])),
      uids: this.uids,
      now: () => options.clock.now(),
      isStopped: () => this.isStopped,
      sleep: (ms) =>
        new Promise((resolve, reject) => {
          options.clock.after(ms, () => (this.isStopped ? reject(new Error('the level is over')) : resolve()));
        }),
    };
  }

  get states(): readonly GoalState[] {
    return this.looking.map(({ goal, isGuard, verdict, isChecking, lookedAt }) => ({
      id: goal.id,
      isGuard,
      isTrial: goal.isLast,
      isAskedAgain: goal.runs || verdict?.outcome === 'unknown',
      verdict,
      isChecking,
      lacksObject: verdict?.outcome === 'unmet' && this.isLacking(goal),
      lookedAt,
    }));
  }

  /** Only of what was there when the level was staged: what the player is to make is no loss. */
  private isLacking(goal: BoundGoal): boolean {
    const { namespace, manifests } = this.context;
    return goal.needs(namespace).some((reference) => {
      const key = objectKey(reference);
      return this.uids.has(key) && manifests.has(key) && !this.objects.get(reference);
    });
  }

  start(): void {
    this.isStopped = false;
    const selections = this.selections();
    this.syncsLeft = selections.length;
    for (const selection of selections) {
      this.stops.push(
        this.options.api.watch(selection, (event) => this.observe(selection, event), {
          onSynced: () => {
            this.found(selection);
            this.synced();
          },
          onLost: (why) => this.losing(selection, why),
        }),
      );
    }
  }

  stop(): void {
    this.isStopped = true;
    for (const stop of this.stops.splice(0)) stop();
  }

  private losing(selection: Selection, why: string): void {
    if (this.isStopped) return;
    const isFirst = this.lost.size === 0;
    this.lost.add(selection);
    if (!isFirst) return;
    this.beginAnew();
    for (const looking of this.looking) looking.verdict = { outcome: 'unknown', code: 'cluster.unreachable', values: { why } };
    this.options.onLost?.(why);
    this.options.onChange?.();
  }

  private found(selection: Selection): void {
    if (!this.lost.delete(selection) || this.lost.size > 0) return;
    for (const looking of this.looking) {
      looking.isStale = true;
      if (looking.goal.isLast) looking.verdict = { outcome: 'unmet', code: 'triggered.waiting', values: {} };
    }
    this.options.onFound?.();
    this.plan(0);
  }

  private selections(): Selection[] {
    const { namespaces } = this.options.level.mission;
    const wanted = new Map<string, Selection>();
    const add = ({ apiVersion, kind, namespace }: Selection) =>
      wanted.set(`${apiVersion} ${kind} ${namespace}`, { apiVersion, kind, namespace });
    for (const { goal } of this.looking) {
      for (const reference of goal.watches(namespaces[0]!)) add(reference);
    }
    if (this.looking.some(({ goal }) => goal.runs)) {
      for (const namespace of namespaces) for (const kind of connectionKinds) add({ ...kind, namespace });
    }
    return [...wanted.values()];
  }

  private observe(selection: Selection, event: ApiWatchEvent): void {
    const before = this.objects.apply(selection, event);
    if (before && isEqual(withoutRevision(before), withoutRevision(event.object)) && event.type !== 'DELETED') return;
    for (const looking of this.looking) looking.isStale = true;
    this.plan(settleMs);
  }

  private synced(): void {
    if (this.syncsLeft === 0) return;
    this.syncsLeft--;
    if (this.syncsLeft > 0) return;
    const manifests = [...this.context.manifests.values()];
    for (const reference of [...manifests.map(referenceOf), ...manifests.flatMap(podsNamedBy)]) {
      const uid = this.objects.get(reference)?.metadata.uid;
      if (uid) this.uids.set(objectKey(reference), uid);
    }
    this.stagedOn = this.objects.fingerprint();
    this.plan(0);
    this.stops.push(this.every(periodMs, () => this.lookAgain()));
  }

  private lookAgain(): void {
    for (const looking of this.looking) {
      // A look that is under way is as good as a new one: where looks take long, there would be no end of them.
      if (!looking.isChecking && (looking.goal.runs || looking.verdict?.outcome === 'unknown')) looking.isStale = true;
    }
    this.look();
  }

  private plan(delayMs: number): void {
    if (this.isPlanned || this.isStopped || this.syncsLeft > 0) return;
    this.isPlanned = true;
    this.stops.push(
      this.options.clock.after(delayMs, () => {
        this.isPlanned = false;
        this.look();
      }),
    );
  }

  private look(): void {
    if (this.isStopped || this.lost.size > 0) return;
    for (const looking of this.looking) if (looking.isStale && !looking.isChecking && !looking.goal.isLast) void this.lookAt(looking);
  }

  private async lookAt(looking: Looking): Promise<void> {
    looking.isStale = false;
    looking.isChecking = true;
    const begun = this.options.clock.now();
    const verdict = await looking.goal.judge(this.context).catch(
      (error: unknown): Verdict => ({
        outcome: 'unknown',
        code: 'cluster.unreachable',
        values: { why: error instanceof Error ? error.message : String(error) },
      }),
    );
    looking.isChecking = false;
    if (this.isStopped) return;
    if (this.lost.size > 0) {
      looking.isStale = true; // what was seen of a cluster that is being lost doesn't count
      return;
    }
    looking.verdict = verdict;
    looking.lookedAt = begun;
    this.options.onChange?.();
    this.confirm();
    if (looking.isStale) this.plan(settleMs);
  }

  /** All met twice, the second time at least two seconds of cluster time after the first; then the trials, and twice again. */
  private confirm(): void {
    if (this.hasPassed) return;
    const [trials, others] = [this.looking.filter(({ goal }) => goal.isLast), this.looking.filter(({ goal }) => !goal.isLast)];
    if (!others.every(({ verdict }) => verdict?.outcome === 'met')) {
      this.beginAnew();
      return;
    }
    const { clock } = this.options;
    if (this.firstMetAt === undefined) {
      const firstMetAt = clock.now();
      this.firstMetAt = firstMetAt;
      this.stops.push(clock.after(confirmMs, () => this.lookAtAll(firstMetAt)));
      return;
    }
    const { secondFrom } = this;
    if (secondFrom === undefined || !others.every(({ lookedAt, isStale }) => lookedAt! >= secondFrom && !isStale)) return;
    if (trials.some(({ isChecking }) => isChecking)) return;
    if (trials.length > 0 && this.triedOn !== this.objects.fingerprint()) {
      this.retrialsLeft = this.stagedOn === this.objects.fingerprint() ? 0 : retrialsMax;
      void this.runTrials(trials);
    } else if (trials.every(({ verdict }) => verdict?.outcome === 'met')) {
      this.hasPassed = true;
      this.options.onPassed?.();
    }
  }

  private async runTrials(trials: readonly Looking[]): Promise<void> {
    this.triedOn = this.objects.fingerprint();
    for (const trial of trials) {
      trial.verdict = { outcome: 'unmet', code: 'triggered.running', values: {} };
      this.options.onChange?.();
      await this.lookAt(trial);
      if (this.isStopped || trial.verdict.outcome !== 'met') break;
    }
    if (!trials.every(({ verdict }) => verdict?.outcome === 'met')) this.planRetrial(trials);
    this.beginAnew();
    for (const looking of this.looking) looking.isStale = true;
    this.plan(settleMs);
  }

  private planRetrial(trials: readonly Looking[]): void {
    if (this.retrialsLeft === 0) return;
    const tried = this.triedOn;
    this.stops.push(
      this.options.clock.after(retrialMs, () => {
        const isAllElseMet = this.looking.every(({ goal, verdict }) => goal.isLast || verdict?.outcome === 'met');
        if (this.triedOn !== tried || tried !== this.objects.fingerprint() || !isAllElseMet || this.lost.size > 0) return;
        this.retrialsLeft--;
        void this.runTrials(trials);
      }),
    );
  }

  private beginAnew(): void {
    this.firstMetAt = undefined;
    this.secondFrom = undefined;
  }

  private lookAtAll(firstMetAt: number): void {
    if (this.firstMetAt !== firstMetAt) return;
    this.secondFrom = this.options.clock.now(); // not firstMetAt + confirmMs: a host's timers may be a millisecond early
    for (const looking of this.looking) looking.isStale = true;
    this.look();
  }

  private every(ms: number, work: () => void): () => void {
    let cancel = () => {};
    const next = () => {
      cancel = this.options.clock.after(ms, () => {
        work();
        next();
      });
    };
    next();
    return () => cancel();
  }
}

function keyOf(object: KubernetesObject): string {
  return objectKey({ kind: object.kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name });
}

function referenceOf(object: KubernetesObject): ObjectReference {
  return { apiVersion: object.apiVersion, kind: object.kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

function withoutRevision(object: KubernetesObject): unknown {
  const { resourceVersion: _revision, managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
