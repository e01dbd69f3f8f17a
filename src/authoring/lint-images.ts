// images.yaml: what its images are built upon, and what they run, is there.
import type { Level } from '../game/level.ts';
import type { LevelFault } from '../game/level-fault.ts';
import { programNamed } from '../simulator/container/programs/program-table.ts';
import { Catalogue } from '../simulator/images/catalogue.ts';
import { finding, linesOf } from './text-places.ts';

export function lintImages(level: Level): LevelFault[] {
  const lines = linesOf(level, 'images.yaml');
  const at = (word: string) => ({ line: lines.find(({ text }) => text.includes(word))?.line ?? 1 });
  return level.images.flatMap(({ from, bins = {} }, index) => {
    const above = new Catalogue(level.images.slice(0, index));
    const faults: LevelFault[] = [];
    if (from !== undefined && above.find(from) === 'not found')
      faults.push(
        finding(
          level,
          'images.yaml',
          at(`from: ${from}`),
          `there is no image ${from} to build upon.`,
          'Check its name and tag; an image of your own must stand above those that build upon it.',
        ),
      );
    for (const runnable of Object.values(bins)) {
      if (typeof runnable !== 'string' || programNamed(runnable.replace(/^busybox:/, ''))) continue;
      faults.push(
        finding(
          level,
          'images.yaml',
          at(runnable),
          `the simulator has no program "${runnable}".`,
          'Check its name, or declare a script or service.',
        ),
      );
    }
    return faults;
  });
}
