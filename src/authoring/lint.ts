// Looks for faults in levels, beyond those that keep a level from loading.
import type { Level } from '../game/level.ts';
import type { LevelFault } from '../game/level-fault.ts';
import { loadLevels } from '../game/load-levels.ts';
import { lintDebrief } from './lint-debrief.ts';
import { lintGoals } from './lint-goals.ts';
import { lintHints } from './lint-hints.ts';
import { lintImages } from './lint-images.ts';
import { lintManifests } from './lint-manifests.ts';
import { lintTexts } from './lint-texts.ts';

/** One rule, or a family of them: what it finds in a level. */
export type LintRule = (level: Level) => readonly LevelFault[];

const rules: readonly LintRule[] = [lintGoals, lintManifests, lintHints, lintImages, lintDebrief, lintTexts];

/** All findings below these folders, by file and line. Throws LevelsFolderError. */
export function lintLevels(roots: readonly string[]): { readonly levels: number; readonly faults: readonly LevelFault[] } {
  const { levels, faulty } = loadLevels(roots);
  const faults = [...faulty.flatMap(({ faults }) => faults), ...levels.flatMap((level) => rules.flatMap((rule) => rule(level)))];
  return { levels: levels.length + faulty.length, faults: faults.sort(byPlace) };
}

function byPlace(one: LevelFault, other: LevelFault): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}
