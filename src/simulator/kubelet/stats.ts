// What containers use: the figures behind `kubectl top` and autoscaling.
import type { ContainerRecord } from './container-record.ts';

export interface ContainerUsage {
  readonly name: string;
  /** CPU time since the start of this run, in nanoseconds. */
  readonly cpuNanoseconds: number;
  readonly startedAtMs: number;
  readonly memoryBytes: number;
}

/** The running containers among them. */
export function usageOf(records: readonly ContainerRecord[]): ContainerUsage[] {
  return records.flatMap(({ name, run, isRunning }) => {
    if (!run || !isRunning) return [];
    const { cpuNanoseconds, memoryBytes } = run.container.stats();
    return [{ name, cpuNanoseconds, startedAtMs: run.startedAtMs ?? 0, memoryBytes }];
  });
}
