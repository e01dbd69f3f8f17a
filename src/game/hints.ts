// hints.md: three `##` sections from nudge to answer, each with the commands that it tells the player to run.
import type { Hint } from './level.ts';
import type { LevelFault } from './level-fault.ts';

export const hintsPerLevel = 3;

/** Splits hints.md. Faults: not three sections, an empty one, text before the first. */
export function parseHints(text: string, file: string): { hints: Hint[]; faults: LevelFault[] } {
  const hints: Hint[] = [];
  const faults: LevelFault[] = [];
  const sections = sectionsOf(text);
  for (const { title, body, line } of sections) {
    if (title === undefined) {
      if (body.trim())
        faults.push({ file, line, column: 1, message: 'has text before the first hint.', fix: 'Begin each hint with a line "## …".' });
      continue;
    }
    if (!body.trim())
      faults.push({ file, line, column: 1, message: `the hint "${title}" is empty.`, fix: 'Write what the player should look at.' });
    hints.push({ title, text: body.replaceAll(/[ \t]*# exits \d+[ \t]*$/gm, '').trim(), commands: commandsOf(body, line + 1) });
  }
  if (hints.length !== hintsPerLevel) {
    faults.push({
      file,
      line: 1,
      column: 1,
      message: `has ${hints.length} hints.`,
      fix: `A level has ${hintsPerLevel}: where to look, what to compare, what to change.`,
    });
  }
  return { hints, faults };
}

function sectionsOf(text: string): { title: string | undefined; body: string; line: number }[] {
  const sections: { title: string | undefined; body: string; line: number }[] = [{ title: undefined, body: '', line: 1 }];
  let isFenced = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (/^```/.test(line)) isFenced = !isFenced;
    const heading = isFenced ? null : /^## +(.+?) *$/.exec(line);
    if (heading) sections.push({ title: heading[1]!, body: '', line: index + 1 });
    else sections.at(-1)!.body += `${line}\n`;
  }
  return sections;
}

/** The commands of fenced sh blocks: a line each, or several joined by a trailing backslash or a here-document. */
function commandsOf(body: string, firstLine: number): Hint['commands'] {
  const commands: { command: string; exitCode: number; line: number }[] = [];
  const lines = body.split('\n');
  let isShell = false;
  let hereDocument: string | undefined;
  let command = '';
  for (const [index, line] of lines.entries()) {
    if (hereDocument === undefined && /^```/.test(line)) {
      isShell = !isShell && /^```sh\b/.test(line);
      continue;
    }
    if (!isShell || (!command && /^\s*(#.*)?$/.test(line))) continue;
    command += command ? `\n${line}` : line;
    hereDocument ??= /<<-?\s*'?"?(\w+)/.exec(line)?.[1];
    if (hereDocument !== undefined && line.trim() !== hereDocument) continue;
    hereDocument = undefined;
    if (line.endsWith('\\')) continue;
    const exits = /#\s*exits\s+(\d+)\s*$/.exec(command);
    commands.push({ command, exitCode: exits ? Number(exits[1]) : 0, line: firstLine + index });
    command = '';
  }
  return commands;
}
