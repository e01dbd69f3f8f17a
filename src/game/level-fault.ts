// What is wrong in a level's files: always where, what, and what to do.

export interface LevelFault {
  /** The file as the author knows it, relative to where the levels were looked for. */
  readonly file: string;
  /** Counted from 1; undefined where the fault has no place in a text. */
  readonly line?: number;
  readonly column?: number;
  /** "objectives[1].connect.to must be a URL." */
  readonly message: string;
  /** "Example: …" or another sentence that helps; '' where the message says it all. */
  readonly fix: string;
}

/** `levels/3-networking/25-…/mission.yaml:12:5: objectives[1] has no title. Add the sentence that a player reads.` */
export function formatFault({ file, line, column, message, fix }: LevelFault): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return `${place}: ${message}${fix ? ` ${fix}` : ''}`;
}
