// Whether a Job is over, and how: from its counts, its limits and the clock.
import type { Job, JobCondition, Pod } from '../../apimachinery/objects.ts';
import { timestamp } from '../timestamp.ts';
import { restartsOf } from './pod-state.ts';

/** How a Job ends. */
export interface Outcome {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

export function conditionOf(job: Job, type: string): JobCondition | undefined {
  return job.status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
}

export function isJobFinished(job: Job): boolean {
  return conditionOf(job, 'Complete') !== undefined || conditionOf(job, 'Failed') !== undefined;
}

export function makeCondition(type: string, status: 'True' | 'False', reason: string, message: string, nowMs: number): JobCondition {
  const now = timestamp(nowMs);
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

const completed: Outcome = { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };

// kubernetes: pkg/controller/job/job_controller.go syncJob
export function outcomeOf(
  job: Job,
  counts: { succeeded: number; failed: number; active: readonly Pod[] },
  nowMs: number,
): Outcome | undefined {
  const decided = conditionOf(job, 'FailureTarget');
  if (decided) return { type: 'Failed', reason: decided.reason ?? '', message: decided.message ?? '' };
  const met = conditionOf(job, 'SuccessCriteriaMet');
  if (met) return { type: 'Complete', reason: met.reason ?? '', message: met.message ?? '' };
  const limit = job.spec.backoffLimit ?? 6;
  if (counts.failed > limit || isRestartedTooOften(job, counts.active, limit)) {
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const deadline = deadlineOf(job);
  if (deadline !== undefined && nowMs >= deadline) {
    return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  const { completions } = job.spec;
  if (completions !== undefined) return counts.succeeded >= completions ? completed : undefined;
  return counts.succeeded > 0 && counts.active.length === 0 ? completed : undefined;
}

/** When the Job's time is up, in milliseconds since 1970. */
export function deadlineOf(job: Job): number | undefined {
  const { activeDeadlineSeconds, suspend } = job.spec;
  const { startTime } = job.status ?? {};
  if (activeDeadlineSeconds === undefined || !startTime || suspend) return undefined;
  return Date.parse(startTime) + activeDeadlineSeconds * 1000;
}

/** With restartPolicy OnFailure it is restarts of containers that count. */
function isRestartedTooOften(job: Job, active: readonly Pod[], limit: number): boolean {
  if (job.spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  const restarts = active.reduce((sum, { status }) => sum + restartsOf(status), 0);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}
