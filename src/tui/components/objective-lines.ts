// The text of an objective, wrapped to a width.
import wrapAnsi from 'wrap-ansi';
import type { ObjectiveView } from '../../game/session-view.ts';
import { formatAge } from '../elapsed.ts';
import { keys } from '../keys.ts';
import { outcomeSigns } from '../theme.ts';

/** How long what has just turned stays bright. */
export const freshMs = 600;
const labelColumns = 14;
/** Below this width the labels stand on lines of their own. */
const besideColumns = 40;

export interface ObjectiveLines {
  /** Beside the sign, so two columns narrower. */
  readonly title: readonly string[];
  /** Expected and observed; empty where there is nothing to mend. */
  readonly details: readonly string[];
}

/** `now` is host time. */
export function objectiveLines(objective: ObjectiveView, columns: number, now: number): ObjectiveLines {
  const { title, outcome, expected, observed, judgedAt, lacksObject } = objective;
  const heading = wrap(`${title} · ${outcomeSigns[outcome].word}`, columns - 2);
  if (outcome === 'met' || outcome === 'checking') return { title: heading, details: [] };
  const age = judgedAt === undefined ? '' : ` · ${formatAge(now - judgedAt)}`;
  const wayOut = lacksObject ? ` · ${keys.restart.key}: the level anew` : '';
  return {
    title: heading,
    details: [...detail('expected', expected ?? '', columns), ...detail('observed', `${observed ?? ''}${age}${wayOut}`, columns)],
  };
}

/** How many rows the objectives take; the first `detailed` unmet ones with their details. */
export function objectiveRows(objectives: readonly ObjectiveView[], columns: number, isDense: boolean, detailed: number): number {
  let left = detailed;
  return objectives.reduce((sum, objective) => {
    const { title, details } = objectiveLines(objective, columns, 0);
    if (details.length === 0 || left-- <= 0) return sum + title.length;
    return sum + title.length + details.length + (isDense ? 0 : 1);
  }, 0);
}

/** How many unmet objectives can show their details in so many rows. */
export function detailedWithin(rows: number, objectives: readonly ObjectiveView[], columns: number, isDense: boolean): number {
  let detailed = objectives.length;
  while (detailed > 0 && objectiveRows(objectives, columns, isDense, detailed) > rows) detailed--;
  return detailed;
}

/** The unmet ones after the first `detailed`, with their details, for where there is more room: below what can be scrolled. */
export function restLines(objectives: readonly ObjectiveView[], detailed: number, columns: number, now: number): string[] {
  const unmet = objectives
    .map((objective) => ({ symbol: outcomeSigns[objective.outcome].symbol, ...objectiveLines(objective, columns, now) }))
    .filter(({ details }) => details.length > 0);
  return unmet
    .slice(detailed)
    .flatMap(({ symbol, title, details }) => ['', ...title.map((line, index) => `${index === 0 ? symbol : ' '} ${line}`), ...details]);
}

/** Its outcome turned a moment ago. */
export function isFresh({ turnedAt }: ObjectiveView, now: number): boolean {
  return turnedAt !== undefined && now - turnedAt < freshMs;
}

function detail(label: string, text: string, columns: number): string[] {
  if (columns < besideColumns) return [`  ${label}`, ...wrap(text, columns - 4).map((line) => `    ${line}`)];
  return wrap(text, columns - labelColumns).map((line, index) => (index === 0 ? `    ${label}` : '').padEnd(labelColumns) + line);
}

function wrap(text: string, columns: number): string[] {
  return wrapAnsi(text, Math.max(8, columns), { trim: true, hard: true }).split('\n');
}
