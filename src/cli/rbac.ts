// `k8squest rbac`: the rights that playing on a real cluster needs, as a manifest for its administrator.
import { accessManifest } from '../cluster/guard-access.ts';
import { levelRoots } from '../game/level-roots.ts';
import { loadLevels } from '../game/load-levels.ts';

export interface RbacOptions {
  readonly levels: readonly string[];
  readonly user?: string;
}

export function rbac(options: RbacOptions): number {
  const { levels } = loadLevels(levelRoots(options.levels));
  const namespaces = [...new Set(levels.flatMap(({ mission }) => mission.namespaces))].sort();
  process.stdout.write(accessManifest(namespaces, options.user ?? 'PLAYER'));
  return 0;
}
