// Proves many levels, each in whichever of a few threads is free: one for each core.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Level } from '../game/level.ts';
import type { Proof } from './proof.ts';
import type { ProofAnswer, ProofRequest, ProofWorkerOptions } from './proof-worker.ts';

export interface ProveLevelsOptions extends ProofWorkerOptions {
  /** Called as each begins and ends. */
  readonly onBegin?: (level: Level) => void;
  readonly onEnd?: (level: Level, proof: Proof) => void;
}

/** The proofs, in the order of the levels. Rejects when a thread breaks, which is a mistake of ours. */
export async function proveLevels(levels: readonly Level[], { onBegin, onEnd, ...workerOptions }: ProveLevelsOptions): Promise<Proof[]> {
  const waiting = [...levels];
  const proofs = new Map<string, Proof>();
  const entry = import.meta.url.endsWith('.ts')
    ? new URL('./proof-worker.ts', import.meta.url)
    : new URL('./proof-worker.js', import.meta.url);
  const lane = async () => {
    const worker = new Worker(entry, { workerData: workerOptions });
    try {
      for (let level = waiting.shift(); level; level = waiting.shift()) {
        onBegin?.(level);
        const proof = await ask(worker, { folder: level.folder });
        proofs.set(level.id, proof);
        onEnd?.(level, proof);
      }
    } finally {
      await worker.terminate();
    }
  };
  const lanes = Math.min(levels.length, availableParallelism());
  await Promise.all(Array.from({ length: lanes }, lane));
  return levels.map(({ id }) => proofs.get(id)!);
}

function ask(worker: Worker, request: ProofRequest): Promise<Proof> {
  return new Promise((resolve, reject) => {
    const end = () => {
      worker.off('message', onMessage);
      worker.off('error', onError);
    };
    const onMessage = (answer: ProofAnswer) => {
      end();
      if ('proof' in answer) resolve(answer.proof);
      else reject(new Error(`${request.folder}: ${answer.error}`));
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
