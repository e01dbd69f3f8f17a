// What the API server answers when a patch itself is no good, before anything is known of its result.
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go
import { badRequest, StatusError } from '../../../apimachinery/status-error.ts';
import { JsonSyntaxError, readJson } from '../decode/json-reader.ts';

/** A patch that doesn't apply to this object. Why isn't told. */
export function unprocessable(): StatusError {
  return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** A failure without a reason: kubectl prints the bare text as an internal error. */
export function internalError(message: string): StatusError {
  return new StatusError(500, '', message);
}

/** A result that the kind can't hold: `subject` is the patch or the patched object, as the server prints it. */
export function invalidPatch(subject: string, why: string): StatusError {
  const message = `Invalid value: ${JSON.stringify(subject)}: ${why}`;
  return new StatusError(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
    causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
  });
}

/** Parses the body of a patch that must be a list or a map. */
export function parsePatch(body: string, wanted: 'list' | 'map', goType: string, prefix: string): unknown {
  const patch = parseJson(body, prefix);
  const actual = Array.isArray(patch) ? 'list' : typeof patch === 'object' ? 'map' : typeof patch;
  if (patch === null || actual === wanted) return patch;
  const names: Record<string, string> = { list: 'array', map: 'object', boolean: 'bool' };
  throw badRequest(`${prefix}json: cannot unmarshal ${names[actual] ?? actual} into Go value of type ${goType}`);
}

/** A number that isn't written as Go would write it: 1.0, 1e3. `test` compares it by its digits. */
export class WrittenNumber {
  readonly source: string;
  readonly value: number;

  constructor(source: string, value: number) {
    this.source = source;
    this.value = value;
  }
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

const keepDigits: Reviver = (_, value, context) =>
  typeof value === 'number' && context.source !== undefined && context.source !== String(value)
    ? new WrittenNumber(context.source, value)
    : value;

function parseJson(body: string, prefix: string): unknown {
  try {
    return (JSON.parse as (text: string, reviver: Reviver) => unknown)(body, keepDigits);
  } catch {
    throw badRequest(`${prefix}${syntaxFault(body)}`);
  }
}

/** Why it is no JSON, in Go's words. */
function syntaxFault(body: string): string {
  try {
    readJson(body);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
  return 'invalid character in JSON';
}

/** The value as plain JSON again. */
export function plain(value: unknown): unknown {
  if (value instanceof WrittenNumber) return value.value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, inside] of Object.entries(value)) result[key] = plain(inside);
  return result;
}
