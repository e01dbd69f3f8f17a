// What the first frame shows: the level index that the build made and a quick look at the save, without schema, YAML or cluster.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { playerFiles } from './player-files.ts';
import { rankFor } from './scoring.ts';
import type { SessionView, WorldView } from './session-view.ts';

/** The session's own view replaces it as soon as the session is there. */
export function firstView(): SessionView {
  const earned = quickLook();
  const worlds = levelIndex().map((world) => ({
    ...world,
    levels: world.levels.map((level) => {
      const result = earned[level.id];
      return result ? { ...level, state: 'done' as const, earned: result.xp, bestMs: result.bestMs } : level;
    }),
  }));
  const xp = Object.values(earned).reduce((sum, level) => sum + level.xp, 0);
  return { phase: 'loading', player: { xp, rank: rankFor(xp) }, worlds, cluster: { name: 'simulated', environment: {} }, notices: [] };
}

/** dist/levels.json; without it the map begins empty. */
function levelIndex(): readonly WorldView[] {
  try {
    return JSON.parse(readFileSync(new URL('./levels.json', import.meta.url), 'utf8')) as WorldView[];
  } catch {
    return [];
  }
}

type Earned = Readonly<Record<string, { readonly xp: number; readonly bestMs: number }>>;

/** Whatever is wrong with the save, the session finds and says it; here what can't be read is left out. */
function quickLook(): Earned {
  try {
    const { levels } = JSON.parse(readFileSync(join(playerFiles().data, 'save.json'), 'utf8')) as { levels?: Earned };
    const isResult = ([, result]: [string, { xp: unknown; bestMs: unknown }]) =>
      typeof result.xp === 'number' && typeof result.bestMs === 'number';
    return Object.fromEntries(Object.entries(levels ?? {}).filter(isResult));
  } catch {
    return {};
  }
}
