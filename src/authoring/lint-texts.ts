// Characters and widths: what the screen can't show as it is meant.

import type { Level } from '../game/level.ts';
import type { LevelFault } from '../game/level-fault.ts';
import { readLevelFile } from '../game/level-files.ts';
import { finding, linesOf } from './text-places.ts';

const titleColumnsMax = 44;
const briefingWordsMax = 170;
const diagramColumnsMax = 76;

/** Terminals disagree about the width of these: variation selectors, joiners, skin tones, keycaps. */
const unsteady = /\ufe0f|\u200d|\u20e3|[\u{1f3fb}-\u{1f3ff}]/u;

/** What is wrong with a title, for whoever chooses one. */
export function titleFault(title: string): string | undefined {
  if (title.length > titleColumnsMax) return `the title has ${title.length} characters. Use ${titleColumnsMax} at most.`;
  if (unsteady.test(title) || /\p{Cc}/u.test(title)) return 'the title has a character that not every terminal shows. Use a plain one.';
  return undefined;
}

export function lintTexts(level: Level): LevelFault[] {
  const files = ['mission.yaml', 'hints.md', 'debrief.md'];
  const faults = files.flatMap((name) =>
    linesOf(level, name).flatMap((line) => {
      const at = line.text.search(unsteady);
      return at < 0
        ? []
        : [
            finding(
              level,
              name,
              { line: line.line, column: at + 1 },
              'has a character whose width terminals disagree about.',
              'Use a plain one.',
            ),
          ];
    }),
  );
  const { title, briefing } = level.mission;
  if (title.length > titleColumnsMax)
    faults.push(
      missionFinding(
        level,
        /^title:/,
        `the title has ${title.length} characters.`,
        `Use ${titleColumnsMax} at most, so that it fits on the map.`,
      ),
    );
  const words = briefing.trim().split(/\s+/).length;
  if (words > briefingWordsMax)
    faults.push(
      missionFinding(level, /^briefing:/, `the briefing has ${words} words.`, `Use ${briefingWordsMax} at most: it is read at 3 a.m.`),
    );
  for (const line of linesOf(level, 'debrief.md')) {
    if (line.fence === '' && [...line.text].length > diagramColumnsMax)
      faults.push(
        finding(
          level,
          'debrief.md',
          line,
          `a diagram is ${[...line.text].length} columns wide.`,
          `Keep it to ${diagramColumnsMax}, so that it fits on 80.`,
        ),
      );
  }
  return faults;
}

function missionFinding(level: Level, start: RegExp, message: string, fix: string): LevelFault {
  const lines = (readLevelFile(level.folder, 'mission.yaml') ?? '').split('\n');
  return finding(
    level,
    'mission.yaml',
    {
      line:
        Math.max(
          0,
          lines.findIndex((line) => start.test(line)),
        ) + 1,
    },
    message,
    fix,
  );
}
