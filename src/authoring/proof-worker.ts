// A proof's thread: proves the levels that it is given, one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { loadLevel } from '../game/load-levels.ts';
import { findIdleGoals, type IdleGoal } from './mutation.ts';
import { type Proof, proveLevel } from './proof.ts';

/** workerData. */
export interface ProofWorkerOptions {
  readonly kubectl: string;
  readonly seed: number;
  readonly trace: boolean;
}

/** To the worker: the next level's folder, and whether its goals are to be taken away in turn instead. */
export interface ProofRequest {
  readonly folder: string;
  readonly findsIdleGoals: boolean;
}

/** From the worker. */
export type ProofAnswer =
  | { readonly folder: string; readonly proof: Proof }
  | { readonly folder: string; readonly idle: readonly IdleGoal[] }
  | { readonly folder: string; readonly error: string };

const port = parentPort!;
const options = workerData as ProofWorkerOptions;

port.on('message', (request: ProofRequest) => {
  void prove(request).then((answer) => port.postMessage(answer));
});

async function prove({ folder, findsIdleGoals }: ProofRequest): Promise<ProofAnswer> {
  try {
    const level = loadLevel(folder);
    if ('faults' in level) return { folder, error: 'the level has faults: k8squest lint shows them' };
    if (findsIdleGoals) return { folder, idle: await findIdleGoals(level, options) };
    return { folder, proof: await proveLevel(level, options) };
  } catch (error) {
    return { folder, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
