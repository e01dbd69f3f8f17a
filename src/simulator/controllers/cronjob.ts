// The CronJob controller: makes a Job when its time has come, and keeps only so many finished ones.
// Wakes it: a CronJob that came or changed; a Job of it that did; the next time of its schedule.
import { clone } from '../../apimachinery/clone.ts';
import type { CronJob, CronJobStatus, Job } from '../../apimachinery/objects.ts';
import { StatusError } from '../../apimachinery/status-error.ts';
import type { New, ResourceClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import { type EventRecorder, referenceTo } from '../event-recorder.ts';
import { timestamp } from '../timestamp.ts';
import type { ControllerContext } from './context.ts';
import { keyOf, type Result, WorkQueue } from './controller.ts';
import { parseSchedule, type Schedule } from './cron-schedule.ts';
import type { Informer } from './informer.ts';
import { conditionOf, isJobFinished } from './job-outcome.ts';
import { controllerOf, controllerReference } from './owner.ts';
import { isNamespaceEnding } from './pod-control.ts';
import { offsetOf } from './time-zone.ts';

const scheduledTimeAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
/** kubernetes: pkg/controller/cronjob/cronjob_controllerv2.go nextScheduleDelta */
const scheduleDeltaMs = 100;

export function startCronJobController(context: ControllerContext): void {
  const controller = new CronJobController(context);
  const queue = new WorkQueue(context.clock, (key) => controller.reconcile(key));
  context.informers.of('cronjobs').onChange((event) => queue.add(keyOf(event.object)));
  context.informers.of('jobs').onChange(({ object }) => {
    const owner = controllerOf(object);
    if (owner?.kind === 'CronJob') queue.add(`${object.metadata.namespace}/${owner.name}`);
  });
}

class CronJobController {
  private readonly clock: Clock;
  private readonly events: EventRecorder;
  private readonly cronJobs: Informer<CronJob>;
  private readonly jobs: Informer<Job>;
  private readonly client: ResourceClient<CronJob>;
  private readonly jobClient: ResourceClient<Job>;

  constructor(context: ControllerContext) {
    this.clock = context.clock;
    this.events = context.recorder('cronjob-controller');
    this.cronJobs = context.informers.of('cronjobs');
    this.jobs = context.informers.of('jobs');
    this.client = context.client.resource('cronjobs');
    this.jobClient = context.client.resource('jobs');
  }

  // kubernetes: pkg/controller/cronjob/cronjob_controllerv2.go
  reconcile(key: string): Result | undefined {
    const cronJob = this.cronJobs.get(key);
    if (!cronJob) return undefined;
    const jobs = this.jobs.ownedBy(cronJob.metadata.uid!);
    const status = this.lookAt(cronJob, jobs);
    this.cleanUp(cronJob, jobs);
    const result = cronJob.metadata.deletionTimestamp || cronJob.spec.suspend ? undefined : this.schedule(cronJob, status);
    this.write(cronJob, status);
    return result;
  }

  /** What its Jobs say: which still run, and when one last succeeded. */
  private lookAt(cronJob: CronJob, jobs: readonly Job[]): CronJobStatus {
    const status = clone(cronJob.status ?? {});
    const known = new Set((status.active ?? []).map((reference) => reference.uid));
    for (const job of jobs) {
      const { name, uid } = job.metadata;
      const isFinished = isJobFinished(job);
      if (!known.has(uid) && !isFinished) {
        const words = `Saw a job that the controller did not create or forgot: ${name}`;
        this.events.record(cronJob, 'Warning', 'UnexpectedJob', words);
      } else if (known.has(uid) && isFinished) {
        const condition = conditionOf(job, 'Complete') ? 'Complete' : 'Failed';
        status.active = status.active?.filter((reference) => reference.uid !== uid);
        this.events.record(cronJob, 'Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${condition}`);
      }
      const { completionTime } = job.status ?? {};
      if (conditionOf(job, 'Complete') && completionTime && completionTime > (status.lastSuccessfulTime ?? '')) {
        status.lastSuccessfulTime = completionTime;
      }
    }
    const present = new Set(jobs.map((job) => job.metadata.uid));
    for (const reference of status.active ?? []) {
      if (present.has(reference.uid)) continue;
      this.events.record(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${reference.name}`);
      status.active = status.active?.filter((other) => other.uid !== reference.uid);
    }
    return status;
  }

  private cleanUp(cronJob: CronJob, jobs: readonly Job[]): void {
    const oldest = [...jobs].sort((one, other) => ((one.status?.startTime ?? '') < (other.status?.startTime ?? '') ? -1 : 1));
    for (const [type, limit] of [
      ['Complete', cronJob.spec.successfulJobsHistoryLimit],
      ['Failed', cronJob.spec.failedJobsHistoryLimit],
    ] as const) {
      const finished = oldest.filter((job) => conditionOf(job, type) && !job.metadata.deletionTimestamp);
      if (limit === undefined) continue;
      for (const job of finished.slice(0, Math.max(0, finished.length - limit))) this.remove(cronJob, job.metadata.name);
    }
  }

  private schedule(cronJob: CronJob, status: CronJobStatus): Result | undefined {
    const { timeZone, schedule: text } = cronJob.spec;
    const offset = offsetOf(timeZone);
    if (!offset) {
      this.events.record(cronJob, 'Warning', 'UnknownTimeZone', `invalid timeZone: "${timeZone}": unknown time zone ${timeZone}`);
      return undefined;
    }
    const schedule = parseSchedule(text, offset);
    if (!schedule) {
      this.events.record(cronJob, 'Warning', 'UnparseableSchedule', `unparseable schedule: "${text}"`);
      return undefined;
    }
    const due = this.lastDue(cronJob, status, schedule);
    if (due !== undefined) this.start(cronJob, status, due);
    const next = schedule.next(this.clock.now);
    return next === undefined ? undefined : { requeueAfterMs: next - this.clock.now + scheduleDeltaMs };
  }

  /** The latest moment that came since the last one that was served; undefined when there is none, or it is too long ago. */
  private lastDue(cronJob: CronJob, status: CronJobStatus, schedule: Schedule): number | undefined {
    let since = Date.parse(status.lastScheduleTime ?? cronJob.metadata.creationTimestamp!);
    const { startingDeadlineSeconds } = cronJob.spec;
    if (startingDeadlineSeconds !== undefined) since = Math.max(since, this.clock.now - startingDeadlineSeconds * 1000);
    let due: number | undefined;
    for (let next = schedule.next(since); next !== undefined && next <= this.clock.now; next = schedule.next(next)) due = next;
    return due;
  }

  private start(cronJob: CronJob, status: CronJobStatus, due: number): void {
    const active = status.active ?? [];
    if (cronJob.spec.concurrencyPolicy === 'Forbid' && active.length > 0) {
      const words = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.events.record(cronJob, 'Normal', 'JobAlreadyActive', words);
      return;
    }
    if (cronJob.spec.concurrencyPolicy === 'Replace') {
      for (const { name } of active) this.remove(cronJob, name!);
      status.active = [];
    }
    const job = this.create(cronJob, due);
    if (!job) return;
    const { fieldPath: _, ...reference } = referenceTo(job);
    status.active = [...(status.active ?? []), reference];
    status.lastScheduleTime = timestamp(due);
  }

  private create(cronJob: CronJob, due: number): Job | undefined {
    const wanted = jobFor(cronJob, due);
    try {
      const job = this.jobs.observe(this.jobClient.create(wanted));
      this.events.record(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
      return job;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.status.reason === 'AlreadyExists') return this.jobClient.get(cronJob.metadata.namespace!, wanted.metadata.name!);
      if (isNamespaceEnding(error)) return undefined;
      this.events.record(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${error.message}`);
      throw error;
    }
  }

  private remove(cronJob: CronJob, name: string): void {
    const namespace = cronJob.metadata.namespace!;
    this.jobClient.delete(namespace, name, { propagationPolicy: 'Background' });
    this.jobs.refresh(namespace, name);
    this.events.record(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  }

  private write(cronJob: CronJob, status: CronJobStatus): void {
    const { active, ...others } = status;
    const written = this.client.modify(
      cronJob.metadata.namespace!,
      cronJob.metadata.name,
      (draft) => {
        draft.status = { ...others, ...(active?.length && { active }) };
      },
      'status',
    );
    if (written) this.cronJobs.observe(written);
  }
}

function jobFor(cronJob: CronJob, due: number): New<Job> {
  const { metadata, spec } = clone(cronJob.spec.jobTemplate);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${cronJob.metadata.name}-${Math.floor(due / 60_000)}`,
      namespace: cronJob.metadata.namespace,
      ...(metadata?.labels && { labels: metadata.labels }),
      annotations: { ...metadata?.annotations, [scheduledTimeAnnotation]: timestamp(due) },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: spec!,
  };
}
