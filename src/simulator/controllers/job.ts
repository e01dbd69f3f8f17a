// The Job controller: runs pods until enough of them succeeded, or too many failed, or the time is up.
// Wakes it: a Job that came or changed; a pod of it that did; back-off after a failed pod; the Job's deadline.
// Unlike Kubernetes: podFailurePolicy, successPolicy and backoffLimitPerIndex aren't simulated; such a Job is left alone, with an event that says so.
import { isEqual } from '../../apimachinery/clone.ts';
import type { Job, JobCondition, JobStatus, Pod } from '../../apimachinery/objects.ts';
import type { ResourceClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { timestamp } from '../timestamp.ts';
import { claim } from './claim.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, type Result, WorkQueue } from './controller.ts';
import { sortForDeletion } from './deletion-order.ts';
import type { Informer } from './informer.ts';
import { formatIndexes, giveIndex, indexOf, isIndexed, parseIndexes, pendingIndexes } from './job-indexes.ts';
import { conditionOf, deadlineOf, isJobFinished, makeCondition, type Outcome, outcomeOf } from './job-outcome.ts';
import { controllerOf } from './owner.ts';
import { createPod, createSlowly, deletePod, isNamespaceEnding, type PodControl } from './pod-control.ts';
import { enqueueOwners } from './pod-events.ts';
import { isActive, isReady, isTerminating } from './pod-state.ts';
import { selects } from './selection.ts';

const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
// kubernetes: pkg/controller/job/job_controller.go
const firstBackOffMs = 10_000;
const longestBackOffMs = 600_000;
const notSimulated = ['podFailurePolicy', 'successPolicy', 'backoffLimitPerIndex'] as const;

export function startJobController(context: ControllerContext): void {
  const controller = new JobController(context);
  const queue = new WorkQueue(context.clock, (key) => controller.reconcile(key));
  const jobs = context.informers.of('jobs');
  jobs.onChange((event) => queue.add(keyOf(event.object)));
  enqueueOwners(context.informers.of('pods'), 'Job', jobs, queue);
  const orphans = new WorkQueue(context.clock, (key) => controller.releaseOrphan(key));
  context.informers.of('pods').onChange(({ type, object }) => {
    if (type !== 'DELETED' && object.metadata.finalizers?.includes(trackingFinalizer)) orphans.add(keyOf(object));
  });
  jobs.onChange(({ type, object }) => {
    if (type !== 'DELETED') return;
    for (const pod of context.informers.of('pods').ownedBy(object.metadata.uid!)) orphans.add(keyOf(pod));
  });
}

/** The pods of a Job, by what they mean for it. */
interface Tally {
  readonly active: Pod[];
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly done: Set<number>;
  /** Pods whose end was counted: their finalizer may go once the status says so. */
  readonly counted: Pod[];
}

class JobController {
  private readonly clock: Clock;
  private readonly events: EventRecorder;
  private readonly jobs: Informer<Job>;
  private readonly client: ResourceClient<Job>;
  private readonly pods: PodControl;
  /** Job's uid → failures since the last success, and when the last one was. */
  private readonly failures = new Map<string, { count: number; lastMs: number }>();

  constructor(context: ControllerContext) {
    this.clock = context.clock;
    this.events = context.recorder('job-controller');
    this.jobs = context.informers.of('jobs');
    this.client = context.client.resource('jobs');
    this.pods = { client: context.client.resource('pods'), informer: context.informers.of('pods'), events: this.events };
  }

  reconcile(key: string): Result | undefined {
    const job = this.jobs.get(key);
    if (!job || this.isForeign(job)) return undefined;
    const objects = { informer: this.pods.informer, client: this.pods.client };
    const pods = claim(job, objects, this.client, (pod) => selects(job.spec.selector, pod.metadata.labels));
    if (isJobFinished(job)) {
      this.failures.delete(job.metadata.uid!);
      for (const pod of pods) this.release(pod);
      return undefined;
    }
    return this.sync(this.begin(job), pods);
  }

  private isForeign(job: Job): boolean {
    const { managedBy } = job.spec;
    if (managedBy && managedBy !== 'kubernetes.io/job-controller') return true;
    const unknown = notSimulated.find((field) => job.spec[field] !== undefined);
    if (unknown) this.events.record(job, 'Warning', 'NotSimulated', `The simulated cluster doesn't know spec.${unknown}`);
    return unknown !== undefined;
  }

  /** A pod whose Job is gone is kept by nothing but the finalizer. */
  releaseOrphan(key: string): undefined {
    const pod = this.pods.informer.get(key);
    if (!pod) return;
    const owner = controllerOf(pod);
    const job = owner && this.jobs.get(`${pod.metadata.namespace}/${owner.name}`);
    if (!job || job.metadata.uid !== owner?.uid) this.release(pod);
  }

  /** Notes the start, and whether the Job is suspended. */
  private begin(job: Job): Job {
    const { suspend } = job.spec;
    if (job.metadata.deletionTimestamp) return job;
    const known = job.status?.conditions?.find((condition) => condition.type === 'Suspended');
    let next: JobCondition | undefined;
    if (suspend && known?.status !== 'True') next = makeCondition('Suspended', 'True', 'JobSuspended', 'Job suspended', this.clock.now);
    if (!suspend && known?.status === 'True') next = makeCondition('Suspended', 'False', 'JobResumed', 'Job resumed', this.clock.now);
    const starts = !suspend && (!job.status?.startTime || next !== undefined);
    if (!next && !starts) return job;
    if (next) this.events.record(job, 'Normal', suspend ? 'Suspended' : 'Resumed', next.message!);
    return this.modifyStatus(job, (status) => {
      if (next) status.conditions = [...(status.conditions ?? []).filter((condition) => condition.type !== 'Suspended'), next];
      status.startTime = starts ? timestamp(this.clock.now) : suspend ? undefined : status.startTime;
    });
  }

  private sync(job: Job, pods: readonly Pod[]): Result | undefined {
    let tally = this.count(job, pods);
    const outcome = outcomeOf(job, tally, this.clock.now);
    let waitMs: number | undefined;
    if (outcome) tally = this.stopAll(job, tally);
    else if (!job.metadata.deletionTimestamp) ({ tally, waitMs } = this.manage(job, tally));
    this.write(job, tally, outcome);
    const deadline = deadlineOf(job);
    const untilDeadline = deadline !== undefined && deadline > this.clock.now ? deadline - this.clock.now : undefined;
    return { requeueAfterMs: waitMs === undefined ? untilDeadline : Math.min(waitMs, untilDeadline ?? waitMs) };
  }

  /** Adds up the pods that ended since the last time, whose finalizers are still on. */
  private count(job: Job, pods: readonly Pod[]): Tally {
    const tracked = pods.filter((pod) => pod.metadata.finalizers?.includes(trackingFinalizer));
    const done = isIndexed(job) ? parseIndexes(job.status?.completedIndexes) : new Set<number>();
    const succeeded = tracked.filter((pod) => pod.status?.phase === 'Succeeded');
    const failed = tracked.filter((pod) => this.isFailed(job, pod));
    for (const pod of succeeded) {
      const index = indexOf(pod);
      if (index !== undefined && index < (job.spec.completions ?? 0)) done.add(index);
    }
    this.noteFailures(job, succeeded.length, failed.length);
    return {
      active: pods.filter(isActive),
      terminating: pods.filter(isTerminating).length,
      succeeded: isIndexed(job) ? done.size : (job.status?.succeeded ?? 0) + succeeded.length,
      failed: (job.status?.failed ?? 0) + failed.length,
      done,
      counted: [...succeeded, ...failed],
    };
  }

  private isFailed(job: Job, pod: Pod): boolean {
    if (pod.status?.phase === 'Failed') return true;
    if (job.spec.podReplacementPolicy === 'Failed') return false;
    // One that is deleted may never get to fail.
    return pod.metadata.deletionTimestamp !== undefined && pod.status?.phase !== 'Succeeded';
  }

  private noteFailures(job: Job, succeeded: number, failed: number): void {
    const uid = job.metadata.uid!;
    if (succeeded > 0) this.failures.delete(uid);
    else if (failed > 0) this.failures.set(uid, { count: (this.failures.get(uid)?.count ?? 0) + failed, lastMs: this.clock.now });
  }

  /** Makes as many pods run as parallelism and completions ask for. */
  private manage(job: Job, tally: Tally): { tally: Tally; waitMs: number | undefined } {
    const { active } = tally;
    const parallelism = job.spec.suspend ? 0 : (job.spec.parallelism ?? 1);
    const { completions } = job.spec;
    const open =
      completions === undefined ? (tally.succeeded > 0 ? active.length : parallelism) : Math.max(0, completions - tally.succeeded);
    const wanted = Math.min(open, parallelism);
    const surplus = this.surplus(job, tally, wanted);
    if (surplus.length > 0) return { tally: this.stop(job, tally, surplus), waitMs: undefined };
    const replaced = job.spec.podReplacementPolicy === 'Failed' ? tally.terminating : 0;
    const missing = wanted - active.length - replaced;
    if (missing <= 0) return { tally, waitMs: undefined };
    const waitMs = this.backOff(job);
    if (waitMs > 0) return { tally, waitMs };
    return { tally: this.create(job, tally, missing), waitMs: undefined };
  }

  private surplus(job: Job, { active, done }: Tally, wanted: number): Pod[] {
    const seen = new Set<number>();
    const needless = active.filter((pod) => {
      const index = isIndexed(job) ? indexOf(pod) : undefined;
      if (index === undefined) return false;
      const isDouble = seen.has(index) || done.has(index);
      seen.add(index);
      return isDouble;
    });
    const rest = active.filter((pod) => !needless.includes(pod));
    const more = Math.max(0, rest.length - wanted);
    return [...needless, ...sortForDeletion(rest, rest, this.clock.now).slice(0, more)];
  }

  private backOff(job: Job): number {
    const failure = this.failures.get(job.metadata.uid!);
    if (!failure) return 0;
    const delay = Math.min(longestBackOffMs, firstBackOffMs * 2 ** (failure.count - 1));
    return Math.max(0, failure.lastMs + delay - this.clock.now);
  }

  private create(job: Job, tally: Tally, missing: number): Tally {
    const indexes = isIndexed(job) ? pendingIndexes(missing, job.spec.completions ?? 0, tally.done, tally.active) : [];
    const made: Pod[] = [];
    let next = 0;
    const failure = createSlowly(isIndexed(job) ? indexes.length : missing, () => {
      const pod = createPod(this.pods, job, job.spec.template, (draft) => {
        draft.metadata = { ...draft.metadata, finalizers: [...(draft.metadata.finalizers ?? []), trackingFinalizer] };
        if (isIndexed(job)) giveIndex(job, draft, indexes[next++]!);
      });
      made.push(pod);
    });
    const after = { ...tally, active: [...tally.active, ...made] };
    if (failure && !isNamespaceEnding(failure)) {
      this.write(job, after, undefined);
      throw failure;
    }
    return after;
  }

  private stopAll(job: Job, tally: Tally): Tally {
    return this.stop(job, tally, tally.active);
  }

  /** Deletes pods that run no more for this Job; those that go at once or are on their way count as failed. */
  private stop(job: Job, tally: Tally, pods: readonly Pod[]): Tally {
    for (const pod of pods) deletePod(this.pods, job, pod);
    const stopped = new Set(pods.map(keyOf));
    const going = pods.flatMap((pod) => this.pods.informer.get(keyOf(pod)) ?? []);
    const counted = job.spec.suspend || job.spec.podReplacementPolicy === 'Failed' ? [] : going;
    return {
      ...tally,
      active: tally.active.filter((pod) => !stopped.has(keyOf(pod))),
      terminating: tally.terminating + going.length,
      failed: tally.failed + counted.length,
      counted: [...tally.counted, ...counted, ...(job.spec.suspend ? going : [])],
    };
  }

  /** Writes the counts, then lets the counted pods go, then says how the Job ended, once nothing of it runs any more. */
  private write(job: Job, tally: Tally, outcome: Outcome | undefined): void {
    const updated = this.modifyStatus(job, (status) => {
      Object.assign(status, countsOf(job, tally));
      if (outcome) this.announce(status, outcome);
    });
    for (const pod of tally.counted) this.release(pod);
    const isOver = tally.active.length === 0 && tally.terminating === 0;
    if (outcome && isOver) this.finish(updated, outcome);
  }

  private announce(status: JobStatus, outcome: Outcome): void {
    const type = outcome.type === 'Failed' ? 'FailureTarget' : 'SuccessCriteriaMet';
    if (status.conditions?.some((condition) => condition.type === type)) return;
    status.conditions = [...(status.conditions ?? []), makeCondition(type, 'True', outcome.reason, outcome.message, this.clock.now)];
  }

  private finish(job: Job, outcome: Outcome): void {
    if (conditionOf(job, outcome.type)) return;
    this.modifyStatus(job, (status) => {
      status.conditions = [
        ...(status.conditions ?? []),
        makeCondition(outcome.type, 'True', outcome.reason, outcome.message, this.clock.now),
      ];
      if (outcome.type === 'Complete') status.completionTime = timestamp(this.clock.now);
    });
    this.failures.delete(job.metadata.uid!);
    if (outcome.type === 'Complete') this.events.record(job, 'Normal', 'Completed', 'Job completed');
    else this.events.record(job, 'Warning', outcome.reason, outcome.message);
  }

  private release(pod: Pod): void {
    if (!pod.metadata.finalizers?.includes(trackingFinalizer)) return;
    const { namespace, name } = pod.metadata;
    const written = this.pods.client.modify(namespace!, name, (draft) => {
      const left = draft.metadata.finalizers?.filter((finalizer) => finalizer !== trackingFinalizer);
      draft.metadata.finalizers = left?.length ? left : undefined;
    });
    if (written) this.pods.informer.refresh(namespace!, name);
  }

  private modifyStatus(job: Job, change: (status: JobStatus) => void): Job {
    const { namespace, name } = job.metadata;
    const written = this.client.modify(
      namespace!,
      name,
      (draft) => {
        draft.status = { ...draft.status };
        change(draft.status);
        if (isEqual(draft.status, job.status ?? {})) draft.status = job.status;
      },
      'status',
    );
    return written ? this.jobs.observe(written) : job;
  }
}

function countsOf(job: Job, { active, terminating, succeeded, failed, done }: Tally): JobStatus {
  return {
    active: active.length || undefined,
    ready: active.filter(isReady).length,
    terminating,
    succeeded: succeeded || undefined,
    failed: failed || undefined,
    completedIndexes: isIndexed(job) ? formatIndexes(done) || undefined : undefined,
    uncountedTerminatedPods: {},
  };
}
