// Documents that don't change while the server runs: their bytes, and what lets clients keep them.
import { createHash } from 'node:crypto';
import type { ApiResponse } from './request.ts';

type RequestHeaders = Readonly<Record<string, string>>;
type Headers = Readonly<Record<string, string>>;

const encoder = new TextEncoder();
const noBody = new Uint8Array();

/** A body, and the mark by which clients ask whether it is still the same. */
export interface KeptDocument {
  readonly body: Uint8Array;
  readonly etag: string;
}

/** `hash` where it is known already: upper-case SHA-512, as the real server has it. */
export function keptDocument(text: string, hash = hashOf(text)): KeptDocument {
  return { body: encoder.encode(text), etag: `"${hash}"` };
}

/** The document, or 304 if the client has this very one. */
export function answerKept(document: KeptDocument, requestHeaders: RequestHeaders, headers: Headers): ApiResponse {
  const { etag, body } = document;
  const known = (requestHeaders['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!known.includes(etag)) return { kind: 'response', status: 200, headers: { ...headers, etag }, body };
  const { 'content-type': _, ...rest } = headers;
  return { kind: 'response', status: 304, headers: { ...rest, etag }, body: noBody };
}

/** A document that clients do not keep. */
export function answerDocument(text: string, contentType: string): ApiResponse {
  const headers = { 'content-type': contentType, 'cache-control': 'no-cache, private' };
  return { kind: 'response', status: 200, headers, body: encoder.encode(text) };
}

function hashOf(text: string): string {
  return createHash('sha512').update(text).digest('hex').toUpperCase();
}
