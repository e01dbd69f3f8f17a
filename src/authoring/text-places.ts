// Places in a level's texts, for findings.
import { join } from 'node:path';
import type { Level } from '../game/level.ts';
import type { LevelFault } from '../game/level-fault.ts';
import { readLevelFile } from '../game/level-files.ts';

/** A line of a file, counted from 1. */
export interface TextLine {
  readonly line: number;
  readonly text: string;
  /** Within a fenced block: its language, '' for none. */
  readonly fence?: string;
}

/** The lines of one of the level's files; [] where it has none. */
export function linesOf(level: Level, name: string): TextLine[] {
  let fence: string | undefined;
  return (readLevelFile(level.folder, name) ?? '').split('\n').map((text, index) => {
    const mark = /^\s*```(\w*)/.exec(text);
    const line = { line: index + 1, text, ...(fence !== undefined && !mark && { fence }) };
    if (mark) fence = fence === undefined ? mark[1]! : undefined;
    return line;
  });
}

/** A finding in one of the level's files. */
export function finding(
  level: Level,
  name: string,
  place: { readonly line: number; readonly column?: number },
  message: string,
  fix: string,
): LevelFault {
  return { file: join(level.folder, name), line: place.line, column: place.column ?? 1, message, fix };
}
