// Verdicts on a level that stands on a real cluster, from outside the game that put it there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openContextToLook } from '../cluster/context-open.ts';
import { type CheckReport, checkLevel } from './check.ts';
import type { Level } from './level.ts';
import type { PlayerFiles } from './player-files.ts';
import { SaveFile } from './save.ts';

/** Looks at every objective and guard once. Throws ClusterError: not allowed, not reached, not being played there. */
export async function lookAtContext(level: Level, context: string, files: PlayerFiles): Promise<CheckReport> {
  const folder = mkdtempSync(join(tmpdir(), 'k8squest-check-'));
  try {
    const { instance } = new SaveFile(files.data).read().data;
    const surroundings = { files, kubeconfig: join(folder, 'kubeconfig'), instance };
    const cluster = await openContextToLook({ context }, surroundings, level.mission.namespaces);
    return await checkLevel(level, cluster.api, cluster.clock);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
