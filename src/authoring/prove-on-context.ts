// Proves levels on a real cluster, one after the other, and leaves nothing there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '../cluster/cluster.ts';
import { type ContextChoice, openContext } from '../cluster/context-open.ts';
import { unavailableReason } from '../game/campaign.ts';
import type { Level } from '../game/level.ts';
import type { PlayerFiles } from '../game/player-files.ts';
import { SaveFile } from '../game/save.ts';
import { type Proof, type ProofOptions, proveOn } from './proof.ts';
import { realGround } from './proof-ground.ts';

export interface ContextProofOptions extends ProofOptions {
  readonly context: ContextChoice;
  readonly files: PlayerFiles;
  readonly progress: Progress;
  readonly onBegin?: (level: Level) => void;
  readonly onEnd?: (level: Level, proof: Proof) => void;
}

/** The proofs, in the order of the levels. A level that the cluster can't show isn't proved. Throws ClusterError. */
export async function proveOnContext(levels: readonly Level[], options: ContextProofOptions): Promise<Proof[]> {
  const { context, files, progress, onBegin, onEnd } = options;
  const folder = mkdtempSync(join(tmpdir(), 'k8squest-context-'));
  const { instance } = await new SaveFile(files.data).update((data) => data);
  const cluster = await openContext(context, { files, kubeconfig: join(folder, 'kubeconfig'), instance, progress });
  const proofs: Proof[] = [];
  try {
    for (const level of levels) {
      onBegin?.(level);
      const reason = unavailableReason(level, cluster.capabilities);
      const proof = reason ? unavailable(level, reason, options.seed) : await proveOn(realGround(cluster), level, options);
      proofs.push(proof);
      onEnd?.(level, proof);
    }
    return proofs;
  } finally {
    await cluster.clean(progress);
    rmSync(folder, { recursive: true, force: true });
  }
}

function unavailable({ id, mission }: Level, reason: string, seed: number): Proof {
  const step = { kind: 'broken', name: 'on this cluster', isProved: false, detail: `it can't be played: ${reason}`, ms: 0 } as const;
  return { level: id, title: mission.title, isProved: false, steps: [step], seed };
}
