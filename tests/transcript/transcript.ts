// A recorded session of kubectl: commands, and what each printed on a real cluster.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface RecordedCommand {
  /** Words of kubectl, or with a `!` before it a command of the shell in which $K is kubectl. */
  readonly cmd: string;
  readonly rc: number;
  readonly out: string;
  readonly err: string;
  /** How long it took. */
  readonly ms: number;
}

/** The session of kubectl 1.34, in a namespace of its own. */
export const recordedNamespace = 't134';

/** The recorder's pause after each command. */
export const recordedPauseMs = 150;

export function recordedTranscript(): RecordedCommand[] {
  const file = 'tests/recordings/kubernetes-1.34/transcript-kubectl-1.34.json.gz';
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as RecordedCommand[];
}
