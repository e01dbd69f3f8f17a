// The recorded conversation of kubectl with a real Kubernetes 1.34.4, read for tests.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One request of a recorded command, and what the server answered. */
export interface RecordedRequest {
  readonly m: string;
  readonly url: string;
  readonly ct?: string;
  readonly body?: string;
  /** A protobuf body in base64. */
  readonly b64?: string;
  readonly status: number;
  /** The answer's content type. */
  readonly rct?: string;
  /** The answer: text, or base64 where it is protobuf. */
  readonly resp?: string;
}

export interface RecordedCommand {
  readonly cmd: string;
  readonly reqs: readonly RecordedRequest[];
}

const file = 'tests/recordings/kubernetes-1.34/transcript-kubectl-1.34.json.gz';

export const transcript = JSON.parse(gunzipSync(readFileSync(file)).toString()) as readonly RecordedCommand[];
