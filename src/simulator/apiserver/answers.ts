// Answers of the API server: JSON, plain text and Status objects, with their headers.
import type { StatusError } from '../../apimachinery/status-error.ts';
import type { ApiResponse, ApiStream, Stream } from './request.ts';

const encoder = new TextEncoder();

type Headers = Record<string, string | readonly string[]>;

/** A JSON document as the body; Kubernetes ends it with a line feed. */
export function json(status: number, text: string, warnings: readonly string[] = []): ApiResponse {
  return { kind: 'response', status, headers: headers('application/json', warnings), body: encoder.encode(`${text}\n`) };
}

export function text(status: number, body: string): ApiResponse {
  const kind: Headers = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache, private',
  };
  return { kind: 'response', status, headers: kind, body: encoder.encode(body) };
}

/** A failure, as its Status object. */
export function failure({ status }: StatusError, warnings: readonly string[] = []): ApiResponse {
  const answer = json(status.code, JSON.stringify(status), warnings);
  const seconds = status.details?.retryAfterSeconds;
  return seconds ? { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } } : answer;
}

/** An answer that goes on, as lines of JSON or as text. */
export function streaming(stream: Stream, contentType: string, warnings: readonly string[] = []): ApiStream {
  return { kind: 'stream', status: 200, headers: headers(contentType, warnings), stream };
}

/** An answer to exec and attach, which switches protocols. */
export function upgraded(stream: Stream): ApiStream {
  return { kind: 'stream', status: 101, headers: {}, upgrade: 'remotecommand', stream };
}

export function notFoundPage(): ApiResponse {
  return text(404, '404 page not found\n');
}

function headers(contentType: string, warnings: readonly string[]): Headers {
  const result: Headers = { 'content-type': contentType, 'cache-control': 'no-cache, private' };
  const distinct = [...new Set(warnings)];
  if (distinct.length > 0) result['warning'] = distinct.map((warning) => `299 - ${quoted(warning)}`);
  return result;
}

// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/net/http.go NewWarningHeader
function quoted(warning: string): string {
  return `"${warning.replace(/[\n\r\t\0]/g, ' ').replace(/[\\"]/g, '\\$&')}"`;
}
