// The body of a write as an object of the kind that its URL stands for.
// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/create.go, rest.go transformDecodeError

import { ManifestError, parseYaml } from '../../../apimachinery/manifest.ts';
import { QuantityError } from '../../../apimachinery/quantity.ts';
import { badRequest, type StatusError } from '../../../apimachinery/status-error.ts';
import { arrange, roundTrip } from '../model/round-trip.ts';
import { messageOf, schemaOf, structOf } from '../model/schema.ts';
import { bodyFormat } from '../negotiate.ts';
import { JsonSyntaxError, readJson } from './json-reader.ts';
import { decodeProtobuf, openEnvelope, ProtobufError } from './protobuf.ts';
import { type Decoded, decodeStruct } from './struct-decoder.ts';
import { jsonTypeName, TypeMismatch } from './type-error.ts';

type JsonObject = Record<string, unknown>;

/** The kind that a URL's bodies are of. */
export interface ExpectedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What to do about fields that a kind doesn't have, or that came twice. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface DecodedBody {
  /** With kind and apiVersion, in Go's order, without nulls. */
  readonly object: JsonObject;
  /** Texts for Warning headers. */
  readonly warnings: readonly string[];
}

const utf8 = new TextDecoder();
const scheme = 'in scheme "pkg/api/legacyscheme/scheme.go:30"';

/** Reads JSON, YAML or protobuf. Throws StatusError: 400 for what can't be this kind, 415 for other media types. */
export function decodeBody(
  contentType: string | undefined,
  body: Uint8Array,
  expected: ExpectedKind,
  validation: FieldValidation,
): DecodedBody {
  const format = bodyFormat(contentType);
  try {
    if (format === 'protobuf') return decodeProtobufBody(body, expected);
    const { value, doubles } =
      format === 'json' ? readJson(utf8.decode(body)) : { value: parseYaml(utf8.decode(body)), doubles: undefined };
    return decodeJsonBody(value, doubles, expected, validation);
  } catch (error) {
    if (error instanceof JsonSyntaxError)
      throw unrecognized(expected, `couldn't get version/kind; json parse error: ${error.message}`, body);
    if (error instanceof ManifestError) throw unrecognized(expected, `error converting YAML to JSON: yaml: ${error.message}`, body);
    if (error instanceof MetaError || error instanceof ProtobufError) throw unrecognized(expected, error.message, body);
    throw error;
  }
}

/** An object of a kind (a patched one, say) checked against its Go struct. Throws TypeMismatch or QuantityError. */
export function decodeObject(apiVersion: string, kind: string, value: JsonObject): Decoded {
  const struct = schemaOf(apiVersion, kind);
  if (!struct) return { object: value, strictErrors: [] };
  const { object, strictErrors } = decodeStruct(struct, value);
  return { object: arrange(struct, object, false), strictErrors };
}

/** True for what `decodeObject` throws. */
export function isDecodeError(error: unknown): error is Error {
  return error instanceof TypeMismatch || error instanceof QuantityError;
}

function decodeProtobufBody(body: Uint8Array, expected: ExpectedKind): DecodedBody {
  const envelope = openEnvelope(body);
  const actual = withDefaults(envelope, expected);
  if (!messageOf(actual.apiVersion, actual.kind)) throw unknownKind(actual, expected);
  checkKind(actual, expected);
  const object = decodeProtobuf({ ...actual, raw: envelope.raw });
  return { object: roundTrip(actual.apiVersion, actual.kind, object), warnings: [] };
}

function decodeJsonBody(
  value: unknown,
  doubles: ReadonlyMap<object, readonly string[]> | undefined,
  expected: ExpectedKind,
  validation: FieldValidation,
): DecodedBody {
  const actual = withDefaults(typeMetaOf(value), expected);
  const struct = schemaOf(actual.apiVersion, actual.kind);
  if (!struct) {
    // A custom resource has no struct: its schema is checked elsewhere.
    if (
      actual.kind === expected.kind &&
      actual.apiVersion === apiVersionOf(expected) &&
      !messageOf(apiVersionOf(expected), expected.kind)
    ) {
      return { object: { ...(value as JsonObject), apiVersion: actual.apiVersion, kind: actual.kind }, warnings: [] };
    }
    throw unknownKind(actual, expected);
  }
  const { object, strictErrors } = fitting(() => decodeStruct(struct, (value ?? {}) as JsonObject, doubles), actual, expected);
  if (validation === 'Strict' && strictErrors.length > 0)
    throw cannotBe(actual, expected, `strict decoding error: ${strictErrors.join(', ')}`);
  checkKind(actual, expected);
  const typed = { ...object, kind: actual.kind, apiVersion: actual.apiVersion };
  return { object: arrange(struct, typed, false), warnings: validation === 'Warn' ? strictErrors : [] };
}

function fitting(decode: () => Decoded, actual: TypeMeta, expected: ExpectedKind): Decoded {
  try {
    return decode();
  } catch (error) {
    if (isDecodeError(error)) throw cannotBe(actual, expected, error.message);
    throw error;
  }
}

interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

/** A body whose kind can't even be looked for. */
class MetaError extends Error {}

function typeMetaOf(value: unknown): TypeMeta {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    if (value === null) return { apiVersion: '', kind: '' };
    const struct = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
    throw new MetaError(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${struct}`,
    );
  }
  return { apiVersion: metaString(value as JsonObject, 'apiVersion'), kind: metaString(value as JsonObject, 'kind') };
}

function metaString(value: JsonObject, key: string): string {
  const found = value[key] ?? '';
  if (typeof found === 'string') return found;
  throw new MetaError(
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeName(found)} into Go struct field .${key} of type string`,
  );
}

function withDefaults(actual: TypeMeta, expected: ExpectedKind): TypeMeta {
  return { apiVersion: actual.apiVersion || apiVersionOf(expected), kind: actual.kind || expected.kind };
}

function apiVersionOf({ group, version }: ExpectedKind): string {
  return group ? `${group}/${version}` : version;
}

/** Another kind, or another version of it, is refused once it is read. */
function checkKind(actual: TypeMeta, expected: ExpectedKind): void {
  const wanted = apiVersionOf(expected);
  if (actual.kind === expected.kind && actual.apiVersion === wanted) return;
  const message = messageOf(actual.apiVersion, actual.kind);
  // Options stand in every group and version.
  if (message === messageOf(wanted, expected.kind)) return;
  if (actual.kind === expected.kind && groupOf(actual.apiVersion) === expected.group) {
    throw badRequest(`the API version in the data (${actual.apiVersion}) does not match the expected API version (${wanted})`);
  }
  const from = structOf(message ?? '')?.goType ?? actual.kind;
  throw cannotBe(actual, expected, `converting (${from}) to (${internalPackage(expected.group)}.${expected.kind}): unknown conversion`);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
}

function internalPackage(group: string): string {
  return group === '' || group === 'events.k8s.io' ? 'core' : group.split('.')[0]!;
}

function unknownKind(actual: TypeMeta, expected: ExpectedKind): StatusError {
  return cannotBe(actual, expected, `no kind "${actual.kind}" is registered for version "${actual.apiVersion}" ${scheme}`);
}

function cannotBe(actual: TypeMeta, expected: ExpectedKind, why: string): StatusError {
  const version = actual.apiVersion.split('/').at(-1)!;
  return badRequest(`${actual.kind} in version ${JSON.stringify(version)} cannot be handled as a ${expected.kind}: ${why}`);
}

function unrecognized(expected: ExpectedKind, why: string, body: Uint8Array): StatusError {
  return badRequest(`the object provided is unrecognized (must be of type ${expected.kind}): ${why} (${summaryOf(body)})`);
}

// kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go summarizeData
function summaryOf(body: Uint8Array): string {
  const longest = 30;
  if (body.length === 0) return '<empty>';
  const head = body.subarray(0, longest);
  const summary = body[0] === 0x7b ? utf8.decode(head) : Buffer.from(head).toString('hex');
  return body.length > longest ? `${summary} ...` : summary;
}
