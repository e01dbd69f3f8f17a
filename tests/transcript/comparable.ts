// What one command printed, as lines that must be the same on both clusters.
import type { Finished } from '../scenarios/run-command.ts';
import { blanked, type Side } from './blanked.ts';
import { leniences } from './leniences.ts';

/** Both sides go through this; lines begin with > (stdout), ! (stderr) or = (exit code, if not 0). */
export function comparable(command: string, { stdout, stderr, status }: Finished, side: Side): string[] {
  const granted = leniences.filter(({ commands }) => commands.test(command));
  const text = granted.reduce((result, { text: change }) => change?.(result, side) ?? result, stdout);
  const lines = [
    ...blanked(text, side).map((line) => `> ${line}`.trimEnd()),
    ...blanked(stderr, side).map((line) => `! ${line}`.trimEnd()),
    ...(status === 0 ? [] : [`= ${status}`]),
  ];
  return [...granted.reduce<readonly string[]>((result, { lines: change }) => change?.(result, side) ?? result, lines)];
}
