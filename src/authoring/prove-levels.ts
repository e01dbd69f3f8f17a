// Proves many levels, each in whichever of a few threads is free: one for each core.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Level } from '../game/level.ts';
import type { IdleGoal } from './mutation.ts';
import type { Proof } from './proof.ts';
import type { ProofAnswer, ProofRequest, ProofWorkerOptions } from './proof-worker.ts';

export interface ProveLevelsOptions extends ProofWorkerOptions {
  /** Called as each begins and ends. */
  readonly onBegin?: (level: Level) => void;
  readonly onEnd?: (level: Level, proof: Proof) => void;
}

/** The proofs, in the order of the levels. Rejects when a thread breaks, which is a mistake of ours. */
export function proveLevels(levels: readonly Level[], { onBegin, onEnd, ...options }: ProveLevelsOptions): Promise<Proof[]> {
  return inLanes(levels, options, async (worker, level) => {
    onBegin?.(level);
    const answer = await ask(worker, { folder: level.folder, findsIdleGoals: false });
    if (!('proof' in answer)) throw new Error(`${level.folder}: no proof came`);
    onEnd?.(level, answer.proof);
    return answer.proof;
  });
}

/** The goals of these levels without which nothing wrong would be accepted. */
export async function findIdleGoalsOf(levels: readonly Level[], options: ProofWorkerOptions): Promise<IdleGoal[]> {
  const idle = await inLanes(levels, options, async (worker, level) => {
    const answer = await ask(worker, { folder: level.folder, findsIdleGoals: true });
    return 'idle' in answer ? answer.idle : [];
  });
  return idle.flat();
}

/** Does `work` for each level, in whichever thread is free. */
async function inLanes<T>(
  levels: readonly Level[],
  options: ProofWorkerOptions,
  work: (worker: Worker, level: Level) => Promise<T>,
): Promise<T[]> {
  const waiting = [...levels.entries()];
  const results: T[] = [];
  const entry = import.meta.url.endsWith('.ts')
    ? new URL('./proof-worker.ts', import.meta.url)
    : new URL('./proof-worker.js', import.meta.url);
  const lane = async () => {
    const worker = new Worker(entry, { workerData: options });
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(worker, next[1]);
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(levels.length, availableParallelism()) }, lane));
  return results;
}

function ask(worker: Worker, request: ProofRequest): Promise<ProofAnswer> {
  return new Promise((resolve, reject) => {
    const end = () => {
      worker.off('message', onMessage);
      worker.off('error', onError);
    };
    const onMessage = (answer: ProofAnswer) => {
      end();
      if ('error' in answer) reject(new Error(`${request.folder}: ${answer.error}`));
      else resolve(answer);
    };
    const onError = (error: Error) => {
      end();
      reject(error);
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(request);
  });
}
