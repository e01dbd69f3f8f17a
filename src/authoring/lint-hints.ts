// Hints: the first two show and compare, the third changes; commands are ones that kubectl knows.
import type { Level } from '../game/level.ts';
import type { LevelFault } from '../game/level-fault.ts';
import { finding, linesOf, type TextLine } from './text-places.ts';

const readingVerbs = [
  'get',
  'describe',
  'logs',
  'explain',
  'events',
  'top',
  'version',
  'api-resources',
  'api-versions',
  'cluster-info',
  'diff',
  'wait',
  'auth',
  'exec',
  'port-forward',
  'cp',
  'config',
  'attach',
];
const changingVerbs = [
  'apply',
  'patch',
  'edit',
  'set',
  'scale',
  'delete',
  'create',
  'label',
  'annotate',
  'replace',
  'expose',
  'run',
  'taint',
  'cordon',
  'uncordon',
  'drain',
  'autoscale',
  'debug',
];
const bothVerbs = ['rollout'];
const readingRollouts = ['status', 'history'];

export function lintHints(level: Level): LevelFault[] {
  const lines = linesOf(level, 'hints.md');
  const faults: LevelFault[] = [];
  let hint = 0;
  for (const line of lines) {
    if (line.fence === undefined && /^## /.test(line.text)) hint++;
    for (const { verb, next, column } of kubectlCalls(line)) {
      const place = { line: line.line, column };
      const isKnown = [...readingVerbs, ...changingVerbs, ...bothVerbs].includes(verb);
      if (!isKnown) faults.push(finding(level, 'hints.md', place, `kubectl has no command "${verb}".`, 'Check its spelling.'));
      const onlyLists = verb === 'set' && /--list\b/.test(line.text);
      const changes = (changingVerbs.includes(verb) && !onlyLists) || (verb === 'rollout' && !readingRollouts.includes(next));
      if (changes && hint < 3)
        faults.push(
          finding(
            level,
            'hints.md',
            place,
            `hint ${hint} already changes something: kubectl ${verb}.`,
            'The first two hints show where to look and what to compare; move it to the third.',
          ),
        );
    }
  }
  return faults;
}

/** `kubectl VERB NEXT` in a line, options between them left out. */
function kubectlCalls({ text, fence }: TextLine): { verb: string; next: string; column: number }[] {
  return [...text.matchAll(/\b(?:kubectl|k)((?: +-{1,2}[\w-]+(?:[= ][\w./-]+)?)*) +([a-z][a-z-]*)(?: +([\w-]+))?/g)]
    .filter(([whole, , ,], index, all) => whole !== undefined && all[index]!.index !== undefined)
    .map((match) => ({ verb: match[2]!, next: match[3] ?? '', column: match.index + 1 }))
    .filter(({ column }) => isInCode(text, column - 1, fence !== undefined));
}

/** In prose "kubectl finds nothing" is no call: only code counts, which is a whole line of a block or stands between backticks. */
function isInCode(text: string, at: number, isFenced: boolean): boolean {
  const before = text.slice(0, at);
  const ticks = before.split('`').length - 1;
  return ticks % 2 === 1 || (isFenced && /^\s*$|[|;&(]\s*$|\$\(\s*$/.test(before));
}
