// Where a level is proved: a simulated cluster, whose clock is driven, or a real one, whose time is everybody's.
import type { Cluster } from '../cluster/cluster.ts';
import type { SimulatedCluster } from '../cluster/simulated.ts';

export interface ProofGround {
  readonly cluster: Cluster;
  /** How long a broken level must stay broken. */
  readonly idleMs: number;
  /** How long a solution may take until it is passed. */
  readonly solveMs: number;
  /** How long a solved one must stay solved. */
  readonly holdMs: number;
  /** How long a mistake, or a hint before the last, must stay refused. */
  readonly refuseMs: number;
  /** Seconds of the cluster per second while a script runs. */
  readonly scriptSpeed: number;
  /** Lets the cluster's time go to `until`, or until `isDone` says so; resolves to whether it did. */
  drive(until: number, isDone?: () => boolean): Promise<boolean>;
  whileScript<T>(work: () => Promise<T>): Promise<T>;
  /** The cluster's whole state, and what becomes of its journal run again, twice. Only a simulated cluster has it. */
  readonly replayed?: () => readonly [string, string, string];
}

const scriptSpeed = 50;
const pollMs = 100;

export function simulatedGround(cluster: SimulatedCluster): ProofGround {
  return {
    cluster,
    idleMs: 600_000,
    solveMs: 120_000,
    holdMs: 600_000,
    refuseMs: 60_000,
    scriptSpeed,
    drive: (until, isDone) => cluster.drive(until, isDone),
    whileScript: (work) => cluster.atSpeed(scriptSpeed, work),
    replayed: () => [cluster.dump(), cluster.replayedDump(), cluster.replayedDump()],
  };
}

/** Idle and holding times are short: somebody waits for them. */
export function realGround(cluster: Cluster): ProofGround {
  return {
    cluster,
    idleMs: 30_000,
    solveMs: 300_000,
    holdMs: 10_000,
    refuseMs: 10_000,
    scriptSpeed: 1,
    async drive(until, isDone = () => false) {
      for (;;) {
        if (isDone()) return true;
        const left = until - cluster.clock.now();
        if (left <= 0) return false;
        await new Promise((resolve) => setTimeout(resolve, Math.min(pollMs, left)));
      }
    },
    whileScript: (work) => work(),
  };
}
