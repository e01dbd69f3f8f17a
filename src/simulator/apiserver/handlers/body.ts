// Reads bodies and patched documents into objects of their kinds.
import { apiVersionOf } from '../../../apimachinery/kinds.ts';
import type { StatusError } from '../../../apimachinery/status-error.ts';
import { decodeBody as decode, decodeObject, isDecodeError } from '../decode/body.ts';
import { goTypeOf, messageOf } from '../model/schema.ts';
import type { JsonMap } from '../patch/field-types.ts';
import type { StoredObject } from '../stored-object.ts';
import type { Call } from './call.ts';
import type { BodyKind } from './target.ts';
import type { FieldValidation } from './write-options.ts';

/** The object in the body, of that kind; what Warn finds goes into the call's warnings. */
export function decodeBody(call: Call, kind: BodyKind, validation: FieldValidation): StoredObject {
  const { object, warnings } = decode(call.request.headers['content-type'], call.request.body, kind, validation);
  call.warnings.push(...warnings);
  object['metadata'] ??= {};
  return object as unknown as StoredObject;
}

/** A patched document as an object of its kind; `refuse` makes the error of one that can't be. */
export function readPatched(
  call: Call,
  kind: BodyKind,
  document: JsonMap,
  validation: FieldValidation,
  refuse: (why: string) => StatusError,
): StoredObject {
  const read = () => {
    checkKindOf(document, kind, refuse);
    try {
      return decodeObject(apiVersionOf(kind), kind.kind, document);
    } catch (error) {
      if (isDecodeError(error)) throw refuse(error.message);
      throw error;
    }
  };
  const { object, strictErrors } = read();
  if (strictErrors.length > 0 && validation === 'Strict') throw refuse(`strict decoding error: ${strictErrors.join(', ')}`);
  if (validation === 'Warn') call.warnings.push(...strictErrors);
  object['metadata'] ??= {};
  const result = object as unknown as StoredObject;
  // An empty list says something that none doesn't: forget who owns what.
  if (isEmptyList((document['metadata'] as JsonMap | undefined)?.['managedFields'])) result.metadata.managedFields = [];
  return result;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** A patch can't make another kind of an object. */
function checkKindOf(document: JsonMap, expected: BodyKind, refuse: (why: string) => StatusError): void {
  const apiVersion = String(document['apiVersion'] ?? '');
  const kind = String(document['kind'] ?? '');
  if (apiVersion === apiVersionOf(expected) && kind === expected.kind) return;
  const message = messageOf(apiVersion, kind);
  if (!message)
    throw refuse(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:110"`,
    );
  const internal = `${expected.group.split('.')[0] || 'core'}.${expected.kind}`;
  throw refuse(`converting (${goTypeOf(message)}) to (${internal}): unknown conversion`);
}
