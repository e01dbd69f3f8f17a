// Looks for faults in levels, beyond those that keep a level from loading.
import type { LevelFault } from '../game/level-fault.ts';
import { loadLevels } from '../game/load-levels.ts';

/** All findings below these folders. Throws LevelsFolderError. */
export function lintLevels(roots: readonly string[]): { readonly levels: number; readonly faults: readonly LevelFault[] } {
  const { levels, faulty } = loadLevels(roots);
  return { levels: levels.length + faulty.length, faults: faulty.flatMap(({ faults }) => faults) };
}
