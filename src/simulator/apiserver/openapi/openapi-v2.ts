// /openapi/v2: where kubectl looks when /openapi/v3 doesn't know a kind.
// Unlike Kubernetes: it describes nothing, so that a client validates nothing by it and goes on to say that there is no such kind.
// The kubectl that learn more here (1.28 and older) are older than those that play.

import { gitVersion } from '../discovery.ts';
import { answerKept, keptDocument } from '../document.ts';
import type { ApiResponse } from '../request.ts';

const asked = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/** Go's mime package can't read an @ in a type. */
const answered = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const encoder = new TextEncoder();

/** Answers GET of /openapi/v2; undefined for other paths. */
export function openapiV2Answer(path: string, headers: Readonly<Record<string, string>>): ApiResponse | undefined {
  if (path !== '/openapi/v2') return undefined;
  if (!(headers['accept'] ?? '').includes(asked)) {
    const document = { swagger: '2.0', info: { title: 'Kubernetes', version: gitVersion }, paths: {}, definitions: {} };
    return answerKept(keptDocument(JSON.stringify(document)), headers, { 'content-type': 'application/json', vary: 'Accept' });
  }
  return { kind: 'response', status: 200, headers: { 'content-type': answered, vary: 'Accept' }, body: gnosticDocument() };
}

/** The same as gnostic's Document: swagger (1), info (2) with title (1) and version (2), paths (8). */
// https://github.com/google/gnostic: openapiv2/OpenAPIv2.proto
function gnosticDocument(): Uint8Array {
  const info = [...field(1, text('Kubernetes')), ...field(2, text(gitVersion))];
  return new Uint8Array([...field(1, text('2.0')), ...field(2, info), ...field(8, [])]);
}

function text(value: string): number[] {
  return [...encoder.encode(value)];
}

/** A field of protobuf that is shorter than 128 bytes. */
function field(number: number, bytes: readonly number[]): number[] {
  return [(number << 3) | 2, bytes.length, ...bytes];
}
