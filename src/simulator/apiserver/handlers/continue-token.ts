// The tokens with which a client fetches the next part of a long list.
// kubernetes: staging/src/k8s.io/apiserver/pkg/storage/continue.go
import { badRequest, StatusError } from '../../../apimachinery/status-error.ts';

/** `start` is the key after which the next part begins, within what is listed: '/name' or '/namespace/name'. */
export interface ContinueToken {
  readonly resourceVersion: number;
  readonly start: string;
}

export function encodeContinue({ resourceVersion, start }: ContinueToken): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: resourceVersion, start: `${start}\0` });
  return Buffer.from(text).toString('base64url');
}

export function decodeContinue(token: string): ContinueToken {
  let parsed: { v?: unknown; rv?: unknown; start?: unknown };
  try {
    parsed = JSON.parse(Buffer.from(token, 'base64url').toString()) as typeof parsed;
  } catch {
    throw badRequest('continue key is not valid: invalid character');
  }
  if (parsed.v !== 'meta.k8s.io/v1')
    throw badRequest(`continue key is not valid: server does not recognize this encoded version "${String(parsed.v ?? '')}"`);
  if (typeof parsed.rv !== 'number' || parsed.rv === 0)
    throw badRequest('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof parsed.start !== 'string' || parsed.start === '')
    throw badRequest('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)');
  return { resourceVersion: parsed.rv, start: parsed.start.replace(/\0$/, '') };
}

/** 410 with a token that goes on with what is there now. */
export function continueExpired(start: string): StatusError {
  const error = new StatusError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  );
  error.status.metadata = { continue: encodeContinue({ resourceVersion: -1, start }) };
  return error;
}
