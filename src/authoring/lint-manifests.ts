// Manifests: no comment gives the fault away.
import type { Level } from '../game/level.ts';
import type { LevelFault } from '../game/level-fault.ts';
import { finding, linesOf } from './text-places.ts';

const spoilers =
  /\b(wrong|broken|break|breaks|bug|buggy|fault|faulty|fix|fixed|typo|mistake|should|must be|instead of|missing|incorrect|invalid|doesn't|does not|todo|fixme)\b/i;

export function lintManifests(level: Level): LevelFault[] {
  return ['broken.yaml', 'setup.yaml'].flatMap((name) =>
    linesOf(level, name).flatMap(({ line, text }) => {
      const comment = /(?:^|\s)(#.*)$/.exec(text);
      const word = comment && spoilers.exec(comment[1]!);
      if (!comment || !word) return [];
      const column = text.length - comment[1]!.length + word.index + 1;
      return [
        finding(
          level,
          name,
          { line, column },
          `a comment says "${word[0]}".`,
          'Players read the manifest: take out what gives the fault away.',
        ),
      ];
    }),
  );
}
