// From the word a person types to a level.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Level } from '../game/level.ts';
import { formatFault } from '../game/level-fault.ts';
import { type Campaign, loadLevels } from '../game/load-levels.ts';

/** A level that can't be used; the message says why. */
export class LevelChoiceError extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.name = 'LevelChoiceError';
    this.fix = fix;
  }
}

/** The level with this number, id or folder (any folder of a level will do). Throws LevelChoiceError: no such level, or one with faults. */
export function chooseLevel({ levels, faulty: withFaults }: Campaign, word: string): Level {
  const isMeant = ({ id, number, folder }: { id: string; number: number; folder: string }) =>
    id === word || String(number) === word || folder === resolve(word);
  const level = levels.find(isMeant);
  if (level) return level;
  const faulty = withFaults.find(isMeant);
  if (!faulty && existsSync(resolve(word, 'mission.yaml'))) return chooseLevel(loadLevels([resolve(word)]), word);
  if (faulty) throw new LevelChoiceError(faulty.faults.map(formatFault).join('\n'), 'Mend this first; k8squest lint shows all faults.');
  throw new LevelChoiceError(`there is no level "${word}".`, 'k8squest levels lists them.');
}
