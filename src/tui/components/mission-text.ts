// What the mission pane has to read: the briefing, the hints read so far, the solution, the keys.
import wrapAnsi from 'wrap-ansi';
import type { LevelView, SessionView } from '../../game/session-view.ts';
import { highlight } from '../markdown/highlight.ts';
import { renderMarkdown } from '../markdown/markdown.ts';
import { style } from '../markdown/style.ts';
import { proseColumnsMax, textColumnsMax } from '../theme.ts';
import { briefingLines } from './briefing-lines.ts';

export interface MissionText {
  readonly lines: readonly string[];
  /** The line at which the newest part begins: the last hint, the solution, or the keys. 0: only the briefing is there. */
  readonly newest: number;
}

/** `showsKeys` adds all keys at the end. */
export function missionText(level: LevelView, cluster: SessionView['cluster'], width: number, showsKeys: boolean): MissionText {
  const parts = [
    [...briefingLines(level.briefing, Math.min(width, proseColumnsMax)), ...entranceLines(level, width)],
    ...hintParts(level, Math.min(width, textColumnsMax)),
    ...(showsKeys ? [keyLines(level, cluster, width)] : []),
  ];
  const lines = parts.flatMap((part, index) => (index > 0 ? ['', ...part] : part));
  return { lines, newest: parts.length === 1 ? 0 : lines.length - parts.at(-1)!.length };
}

function entranceLines({ ingressAddress }: LevelView, width: number): string[] {
  if (!ingressAddress) return [];
  const text = `From your own machine, ingresses answer at ${ingressAddress}, by the Host header.`;
  return ['', ...wrapAnsi(style.dim(text), Math.min(width, proseColumnsMax)).split('\n')];
}

function hintParts({ hints, result }: LevelView, width: number): string[][] {
  const read = hints.read.map(({ title, text }, index) => [
    ...wrapAnsi(style.bold(`Hint ${index + 1}: ${title}`), width, { trim: true }).split('\n'),
    ...renderMarkdown(text, width),
  ]);
  // After the level it stands in the debrief.
  if (!hints.solution || result) return read;
  const code = highlight(hints.solution.text.trimEnd(), hints.solution.language);
  const wrapped = code.flatMap((line) => wrapAnsi(line, width, { hard: true, trim: false }).split('\n'));
  return [...read, [style.bold('The solution'), ...wrapped]];
}

function keyLines({ hints }: LevelView, { kubeconfig }: SessionView['cluster'], width: number): string[] {
  const price = (cost: number) => (cost === 0 ? 'free' : `${cost} XP`);
  return [
    style.bold('Keys'),
    'F2, ctrl-]   from the mission to the shell and back',
    `h            the next hint${hints.nextCost === undefined ? ' (all are read)' : ` (${price(hints.nextCost)})`}`,
    `S            the solution${hints.solution ? '' : ` (${price(hints.solutionCost)})`}`,
    'r            restart: break it anew',
    'x            skip: give the level up',
    'q            to the map; the level stays as it is',
    'ctrl-C       quit the game',
    '↑ ↓ space    scroll this text; esc: back to the briefing',
    'shift-PgUp   scroll the shell back',
    ...(kubeconfig === undefined
      ? []
      : ['', 'In a second terminal:', ...wrapAnsi(`export KUBECONFIG=${kubeconfig}`, width, { hard: true }).split('\n')]),
  ].flatMap((line) => wrapAnsi(line, width, { trim: false }).split('\n'));
}
