// /openapi/v3: what kubectl reads for explain, apply, create -f, edit, diff and replace.
// kubernetes: k8s.io/kube-openapi/pkg/handler3/handler.go
import { answerKept, type KeptDocument, keptDocument } from '../document.ts';
import type { ApiResponse } from '../request.ts';
import { openapiDocument, openapiHashes } from './openapi-documents.ts';

type Headers = Readonly<Record<string, string>>;

// Unlike Kubernetes: a fixed date, not one year from now. A document's address holds its hash, so that it never changes.
const expires = 'Thu, 31 Dec 2099 23:59:59 GMT';
const prefix = '/openapi/v3';
const encoder = new TextEncoder();
let root: KeptDocument | undefined;

/** Answers GET of /openapi/v3 and the documents below it; undefined for other paths. */
export function openapiAnswer(path: string, query: URLSearchParams, headers: Headers): ApiResponse | undefined {
  if (path === prefix || path === `${prefix}/`) {
    // Unlike Kubernetes, which has a Last-Modified here: a client must not take another cluster's answer for ours.
    return answerKept(rootDocument(), headers, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache, private' });
  }
  if (!path.startsWith(`${prefix}/`)) return undefined;
  const name = path.slice(prefix.length + 1);
  const document = openapiDocument(name);
  if (!document) return undefined;
  const hash = query.get('hash');
  if (!hash) return answerKept(document, headers, { 'content-type': 'application/json' });
  if (hash !== openapiHashes()[name]) return moved(addressOf(name));
  return answerKept(document, headers, {
    'content-type': 'application/json',
    vary: 'Accept',
    'cache-control': 'public, immutable',
    expires,
  });
}

function rootDocument(): KeptDocument {
  root ??= keptDocument(
    JSON.stringify({
      paths: Object.fromEntries(Object.keys(openapiHashes()).map((name) => [name, { serverRelativeURL: addressOf(name) }])),
    }),
  );
  return root;
}

function addressOf(name: string): string {
  return `${prefix}/${name}?hash=${openapiHashes()[name]}`;
}

function moved(location: string): ApiResponse {
  const body = encoder.encode(`<a href="${location}">Moved Permanently</a>.\n\n`);
  return { kind: 'response', status: 301, headers: { location, 'content-type': 'text/html; charset=utf-8' }, body };
}
