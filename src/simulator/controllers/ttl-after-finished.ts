// The TTL controller: deletes a finished Job, with its pods, when ttlSecondsAfterFinished are over.
// Wakes it: a Job that came or changed; the end of its time.
import type { ControllerContext } from './context.ts';
import { keyOf, WorkQueue } from './controller.ts';
import { conditionOf } from './job-outcome.ts';

// kubernetes: pkg/controller/ttlafterfinished/ttlafterfinished_controller.go
export function startTtlAfterFinishedController(context: ControllerContext): void {
  const jobs = context.informers.of('jobs');
  const client = context.client.resource('jobs');
  const queue = new WorkQueue(context.clock, (key) => {
    const job = jobs.get(key);
    const seconds = job?.spec.ttlSecondsAfterFinished;
    if (!job || seconds === undefined || job.metadata.deletionTimestamp) return undefined;
    const finished = conditionOf(job, 'Complete') ?? conditionOf(job, 'Failed');
    if (!finished?.lastTransitionTime) return undefined;
    const leftMs = Date.parse(finished.lastTransitionTime) + seconds * 1000 - context.clock.now;
    if (leftMs > 0) return { requeueAfterMs: leftMs };
    client.delete(job.metadata.namespace!, job.metadata.name, { uid: job.metadata.uid!, propagationPolicy: 'Foreground' });
    return undefined;
  });
  jobs.onChange(({ type, object }) => {
    if (type !== 'DELETED' && object.spec.ttlSecondsAfterFinished !== undefined) queue.add(keyOf(object));
  });
}
