// Where levels are looked for: the game's own, those of --levels, and those of K8SQUEST_LEVELS.

import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The levels that come with the game: beside dist/ in a package and a clone, two above src/game/ in tests. */
export function ownLevels(): string {
  const candidates = ['../levels', '../../levels'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return candidates.find((path) => existsSync(path)) ?? candidates[0]!;
}

/** All folders to look in, in order. Folders that the player names stand beside the game's own. */
export function levelRoots(named: readonly string[], environment: NodeJS.ProcessEnv = process.env): string[] {
  const fromEnvironment = (environment['K8SQUEST_LEVELS'] ?? '').split(delimiter).filter(Boolean);
  return [ownLevels(), ...fromEnvironment, ...named].map((path) => resolve(path));
}
