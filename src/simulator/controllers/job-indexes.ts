// The indexes of an Indexed Job: read from pods, written as '0,2-4', and put into a pod as label, annotation and JOB_COMPLETION_INDEX.
import type { Job, Pod } from '../../apimachinery/objects.ts';
import type { New } from '../client.ts';

const indexKey = 'batch.kubernetes.io/job-completion-index';

export function isIndexed(job: Job): boolean {
  return job.spec.completionMode === 'Indexed';
}

export function indexOf(pod: Pod): number | undefined {
  const index = pod.metadata.annotations?.[indexKey];
  return index !== undefined && /^\d+$/.test(index) ? Number(index) : undefined;
}

/** '0-2,5' → 0, 1, 2, 5. */
export function parseIndexes(text: string | undefined): Set<number> {
  const indexes = new Set<number>();
  for (const part of text ? text.split(',') : []) {
    const [first, last = first] = part.split('-').map(Number);
    for (let index = first!; index <= last!; index++) indexes.add(index);
  }
  return indexes;
}

/** Neighbours are joined from three on: 0,1 but 0-2. */
// kubernetes: pkg/controller/job/indexed_job_utils.go
export function formatIndexes(indexes: Iterable<number>): string {
  const sorted = [...indexes].sort((one, other) => one - other);
  const parts: string[] = [];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (sorted[to + 1] === sorted[to]! + 1) to++;
    if (to - from >= 2) parts.push(`${sorted[from]}-${sorted[to]}`);
    else parts.push(...sorted.slice(from, to + 1).map(String));
    from = to + 1;
  }
  return parts.join(',');
}

/** The lowest indexes that are neither done nor taken. */
export function pendingIndexes(count: number, completions: number, done: ReadonlySet<number>, active: readonly Pod[]): number[] {
  const taken = new Set(active.map(indexOf));
  const pending: number[] = [];
  for (let index = 0; index < completions && pending.length < count; index++) {
    if (!done.has(index) && !taken.has(index)) pending.push(index);
  }
  return pending;
}

/** Makes a pod the one of an index. */
export function giveIndex(job: Job, pod: New<Pod>, index: number): void {
  pod.metadata = {
    ...pod.metadata,
    generateName: `${job.metadata.name}-${index}-`,
    labels: { ...pod.metadata.labels, [indexKey]: String(index) },
    annotations: { ...pod.metadata.annotations, [indexKey]: String(index) },
  };
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath: `metadata.labels['${indexKey}']` } } };
  const give = <C extends { env?: { name: string }[] | undefined }>(container: C): C =>
    container.env?.some(({ name }) => name === variable.name) ? container : { ...container, env: [...(container.env ?? []), variable] };
  pod.spec = {
    ...pod.spec,
    hostname: `${job.metadata.name}-${index}`,
    containers: pod.spec.containers.map(give),
    ...(pod.spec.initContainers && { initContainers: pod.spec.initContainers.map(give) }),
  };
}
