// Order that Kubernetes leaves to chance: what has to be in order is checked, and the rest sorted.
import { blanked, type Side } from './blanked.ts';

/** Lines sorted, the first one stays if it has a table's titles. */
export function sorted(lines: readonly string[]): string[] {
  const titles = lines.filter((line, index) => index === 0 && /^> [A-Z]/.test(line));
  return [...titles, ...lines.slice(titles.length).sort()];
}

export function distinct(lines: readonly string[]): string[] {
  return lines.filter((line, index) => line !== lines[index - 1]);
}

/** Neighbours for which `keyOf` gives the same are sorted among each other. */
export function sortedRuns<T>(
  values: readonly T[],
  keyOf: (value: T) => string | undefined,
  textOf = (value: T): string => String(value),
): T[] {
  const runs: { key: string | undefined; values: T[] }[] = [];
  for (const value of values) {
    const key = keyOf(value);
    const last = runs.at(-1);
    if (key !== undefined && last?.key === key) last.values.push(value);
    else runs.push({ key, values: [value] });
  }
  return runs.flatMap((run) => run.values.sort((one, other) => (textOf(one) < textOf(other) ? -1 : 1)));
}

/** The generated name in a table's first column, or in its second behind a namespace. */
export function generatedName(line: string): string | undefined {
  return /^> ((?:[\w-]+ {3})?[^ ]*<(?:id|hash)>) /.exec(line)?.[1];
}

interface List {
  readonly kind: string;
  readonly items: readonly { readonly metadata: { readonly name: string; readonly deletionTimestamp?: string } }[];
}

/** The list that a command printed, if it did. */
function listIn(stdout: string): List | undefined {
  if (!stdout.startsWith('{')) return undefined;
  const printed = JSON.parse(stdout) as List;
  return printed.kind === 'List' ? printed : undefined;
}

/** A list in JSON, its neighbours of one generated name sorted by what they are. */
export function withItemsOfOneNameOrdered(stdout: string, side: Side): string {
  const list = listIn(stdout);
  if (!list) return stdout;
  const nameOf = ({ metadata }: List['items'][number]) => blanked(metadata.name, side).join('');
  const items = sortedRuns(list.items, nameOf, (item) => blanked(JSON.stringify(item, undefined, 1), side).join('\n'));
  return JSON.stringify({ ...list, items }, undefined, 4);
}

/** A list in JSON without what is just ending: how many of a roll-out's pods still are is a matter of moments. */
export function withoutEnding(stdout: string): string {
  const list = listIn(stdout);
  if (!list) return stdout;
  return JSON.stringify({ ...list, items: list.items.filter(({ metadata }) => metadata.deletionTimestamp === undefined) }, undefined, 4);
}

interface Scaled {
  readonly metadata: { readonly generation: number };
  readonly status: { readonly observedGeneration: number };
}

/** A list in JSON of what roll-outs scale, in as many steps as come about: what counts is that the last one was seen. */
export function withObservedSteps(stdout: string): string {
  const list = listIn(stdout);
  if (!list) return stdout;
  const items = (list.items as unknown as Scaled[]).map((item) => {
    const { metadata, status } = item;
    if (metadata.generation !== status.observedGeneration) return item;
    return { ...item, metadata: { ...metadata, generation: '<observed>' }, status: { ...status, observedGeneration: '<observed>' } };
  });
  return JSON.stringify({ ...list, items }, undefined, 4);
}

interface ContainerStatus {
  readonly name: string;
  readonly state: { readonly terminated?: { readonly exitCode: number }; readonly waiting?: { readonly reason: string } };
}

/** Pods in JSON: a debugger that ends at once and is started again has just ended or waits for its next time. */
export function withRestarting(stdout: string): string {
  const list = listIn(stdout);
  if (!list) return stdout;
  const isRestarting = ({ name, state }: ContainerStatus) =>
    name.startsWith('debugger-') && (state.terminated?.exitCode === 0 || state.waiting?.reason === 'CrashLoopBackOff');
  const change = (key: string, value: unknown) => {
    if (key !== 'containerStatuses') return value;
    return (value as ContainerStatus[]).map((one) =>
      isRestarting(one) ? { ...one, state: '<restarting>', lastState: '<restarting>', restartCount: '<restarting>' } : one,
    );
  };
  return JSON.stringify(JSON.parse(stdout, change), undefined, 4);
}

/** Says so if a table's rows aren't from the oldest to the newest. A second more or less is rounding. */
export function inOrder(stdout: string, heading: string): string {
  const [titles = '', ...rows] = stdout.trimEnd().split('\n');
  let youngest = Number.POSITIVE_INFINITY;
  const wrong = rows.find((row) => {
    const age = secondsOf(row.slice(titles.indexOf(heading)).split(' ')[0] ?? '');
    youngest = Math.min(youngest, age);
    return age > youngest + 1;
  });
  return wrong === undefined ? stdout : `${stdout.trimEnd()}\nnot in order: ${wrong}\n`;
}

function secondsOf(age: string): number {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
  return [...age.matchAll(/(\d+)([smhd])/g)].reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0);
}
