// The log: a file in the state folder that says what a maintainer would ask.
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const logBytesMax = 1024 * 1024;

/** A log that keeps at most two megabytes, and never disturbs the game when it can't be written. */
export class GameLog {
  readonly path: string;

  constructor(stateFolder: string) {
    this.path = join(stateFolder, 'k8squest.log');
    try {
      mkdirSync(stateFolder, { recursive: true });
      if ((statSync(this.path, { throwIfNoEntry: false })?.size ?? 0) > logBytesMax) renameSync(this.path, `${this.path}.1`);
    } catch {
      // Without a log the game goes on.
    }
  }

  write(text: string): void {
    try {
      appendFileSync(this.path, `${new Date().toISOString()} ${process.pid} ${text}\n`);
    } catch {
      // Without a log the game goes on.
    }
  }
}
