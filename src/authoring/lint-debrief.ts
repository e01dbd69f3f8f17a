// Debriefs: the sections that every one has, and links that lead somewhere.
import type { Level } from '../game/level.ts';
import type { LevelFault } from '../game/level-fault.ts';
import { finding, linesOf } from './text-places.ts';

/** What a debrief tells, by words that a heading of it has. */
const sections: readonly (readonly [words: RegExp, what: string])[] = [
  [/saw/i, 'what the player saw ("What you saw")'],
  [/why|how .* (decides|works)|closed/i, 'why Kubernetes does that'],
  [/fix/i, 'the fix'],
  [/production|patterns/i, 'how it shows in production'],
  [/finding|debug/i, 'the commands that find it fastest ("Finding it fast")'],
  [/incident|story/i, 'an incident, as a story'],
  [/prevent/i, 'how to prevent it'],
  [/next/i, 'what to try next'],
];

export function lintDebrief(level: Level): LevelFault[] {
  const lines = linesOf(level, 'debrief.md');
  const headings = lines.filter(({ fence, text }) => fence === undefined && /^## /.test(text)).map(({ text }) => text);
  const missing = sections.filter(([words]) => !headings.some((heading) => words.test(heading)));
  const faults = missing.map(([, what]) =>
    finding(
      level,
      'debrief.md',
      { line: 1 },
      `no section tells ${what}.`,
      'Add it under a line "## …"; levels/README.md lists the sections.',
    ),
  );
  const incident = lines.findIndex(({ fence, text }) => fence === undefined && /^## .*(incident|story)/i.test(text));
  if (incident >= 0 && !lines.slice(incident + 1, incident + 4).some(({ text }) => /invented/i.test(text))) {
    faults.push(
      finding(level, 'debrief.md', lines[incident]!, "the incident doesn't say that it is invented.", 'Say so in its first line.'),
    );
  }
  for (const { line, text, fence } of lines) {
    if (fence !== undefined) continue;
    for (const link of text.matchAll(/\]\(([^)]*)\)/g)) {
      if (!/^https:\/\/[\w.-]+\.[a-z]+(\/|$)/.test(link[1]!))
        faults.push(
          finding(
            level,
            'debrief.md',
            { line, column: link.index + 1 },
            `the link ${link[1]} leads nowhere.`,
            'Links begin with https:// and name a host.',
          ),
        );
    }
  }
  return faults;
}
