// Kubernetes' protobuf bodies (application/vnd.kubernetes.protobuf), which kubectl and helm send for most writes, as the JSON that Go prints of them.

import { formatGoDuration } from '../../../apimachinery/duration.ts';
import { type FieldSchema, messageOf, type StructSchema, structOf } from '../model/schema.ts';

type JsonObject = Record<string, unknown>;
type WireValue = bigint | Uint8Array;

/** Bytes that are no protobuf, or of a kind that isn't known. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

/** What the envelope says is inside. */
export interface ProtobufBody {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

const utf8 = new TextDecoder();
const magic = [0x6b, 0x38, 0x73, 0x00];

/** Opens the envelope: `k8s\0` and a runtime.Unknown. */
export function openEnvelope(bytes: Uint8Array): ProtobufBody {
  if (!magic.every((byte, index) => bytes[index] === byte))
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  const unknown = readWire(bytes.subarray(magic.length));
  const typeMeta = readWire(lastBytes(unknown, 1));
  return { apiVersion: text(lastBytes(typeMeta, 1)), kind: text(lastBytes(typeMeta, 2)), raw: lastBytes(unknown, 2) };
}

/** The object in an envelope, with kind and apiVersion, as Go would print it. */
export function decodeProtobuf({ apiVersion, kind, raw }: ProtobufBody): JsonObject {
  const message = messageOf(apiVersion, kind);
  if (!message)
    throw new ProtobufError(`no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`);
  return { kind, apiVersion, ...decodeStruct(structOf(message)!, raw) };
}

function decodeStruct(struct: StructSchema, bytes: Uint8Array): JsonObject {
  const wire = readWire(bytes);
  const result: JsonObject = {};
  for (const field of struct.members) {
    const values = wire.get(field.number) ?? [];
    if (field.inline) {
      const inner = structOf(field.type)!;
      Object.assign(result, decodeStruct(inner, asBytes(values.at(-1))));
    } else {
      const value = decodeField(field, values);
      if (value !== undefined) result[field.name] = value;
    }
  }
  return result;
}

/** undefined: Go leaves the field out. */
function decodeField(field: FieldSchema, values: readonly WireValue[]): unknown {
  const nothing = field.omitempty ? undefined : null;
  if (field.map) return values.length === 0 ? nothing : decodeMap(field, values);
  if (field.repeated) return values.length === 0 ? nothing : values.map((value) => decodeValue(field.type, value));
  if (field.pointer) return values.length === 0 ? nothing : decodeValue(field.type, values.at(-1));
  const struct = structOf(field.type);
  if (!struct || struct.custom === 'list') {
    if (values.length === 0 && (struct || field.type === 'bytes')) return nothing;
    const value = decodeValue(field.type, values.at(-1));
    return field.omitempty && isEmpty(value) ? undefined : value;
  }
  // A struct is never empty to Go: omitempty does nothing.
  const value = decodeValue(field.type, values.at(-1));
  return field.omitzero && value === null ? undefined : value;
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0);
}

function decodeMap(field: FieldSchema, entries: readonly WireValue[]): JsonObject {
  const result: JsonObject = {};
  for (const entry of entries) {
    const wire = readWire(asBytes(entry));
    result[text(lastBytes(wire, 1))] = decodeValue(field.type, wire.get(2)?.at(-1));
  }
  return result;
}

/** One value; undefined on the wire is Go's zero value. */
function decodeValue(type: string, value: WireValue | undefined): unknown {
  switch (type) {
    case 'string':
      return text(asBytes(value));
    case 'bytes':
      return base64(asBytes(value));
    case 'bool':
      return asInteger(value) !== 0n;
    case 'int32':
    case 'int64':
      return Number(asInteger(value));
    case 'double': {
      const bytes = asBytes(value);
      return bytes.length === 8 ? new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true) : 0;
    }
    default: {
      const struct = structOf(type);
      if (!struct) throw new ProtobufError(`unknown type ${type}`);
      return struct.custom ? decodeCustom(struct, asBytes(value)) : decodeStruct(struct, asBytes(value));
    }
  }
}

function decodeCustom(struct: StructSchema, bytes: Uint8Array): unknown {
  const wire = readWire(bytes);
  const integer = (number: number) => asInteger(wire.get(number)?.at(-1));
  switch (struct.custom) {
    case 'time':
    case 'microtime':
      return bytes.length === 0 ? null : formatTime(Number(integer(1)), Number(integer(2)), struct.custom === 'microtime');
    case 'duration':
      return formatGoDuration(Number(integer(1)) / 1e6);
    case 'list':
      return (wire.get(struct.members[0]!.number) ?? []).map((value) => decodeValue(struct.members[0]!.type, value));
    case 'raw': {
      const raw = lastBytes(wire, 1);
      return raw.length === 0 ? null : JSON.parse(text(raw));
    }
    case 'quantity':
      return text(lastBytes(wire, 1)) || '0';
    case 'intOrString':
      return integer(1) === 0n ? Number(integer(2)) : text(lastBytes(wire, 3));
    default:
      return decodeSchemaChoice(struct, wire);
  }
}

// A CRD's schema where a list, a boolean or a list of names may stand as well.
function decodeSchemaChoice(struct: StructSchema, wire: ReadonlyMap<number, readonly WireValue[]>): unknown {
  const first = wire.get(1)?.at(-1);
  const second = wire.get(2);
  const schema = struct.members.find((member) => structOf(member.type))!;
  if (struct.custom === 'schemaOrBool') return second ? decodeValue(schema.type, second.at(-1)) : asInteger(first) !== 0n;
  if (second) return second.map((value) => decodeValue(struct.custom === 'schemaOrArray' ? schema.type : 'string', value));
  return first === undefined ? null : decodeValue(schema.type, first);
}

function formatTime(seconds: number, nanoseconds: number, micro: boolean): string {
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return micro ? `${whole}.${String(Math.floor(nanoseconds / 1000)).padStart(6, '0')}Z` : `${whole}Z`;
}

/** The fields of a message by number: integers, or bytes. */
function readWire(bytes: Uint8Array): Map<number, WireValue[]> {
  const result = new Map<number, WireValue[]>();
  let position = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[position++];
      if (byte === undefined || shift > 63n) throw new ProtobufError('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (position + length > bytes.length) throw new ProtobufError('unexpected EOF');
    position += length;
    return bytes.subarray(position - length, position);
  };
  while (position < bytes.length) {
    const tag = Number(varint());
    const kind = tag & 7;
    const value = kind === 0 ? varint() : kind === 2 ? take(Number(varint())) : kind === 1 ? take(8) : kind === 5 ? take(4) : undefined;
    if (value === undefined) throw new ProtobufError(`proto: illegal wireType ${kind}`);
    const number = tag >>> 3;
    const values = result.get(number);
    if (values) values.push(value);
    else result.set(number, [value]);
  }
  return result;
}

const noBytes = new Uint8Array();

function asBytes(value: WireValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : noBytes;
}

function asInteger(value: WireValue | undefined): bigint {
  return typeof value === 'bigint' ? BigInt.asIntN(64, value) : 0n;
}

function lastBytes(wire: ReadonlyMap<number, readonly WireValue[]>, number: number): Uint8Array {
  return asBytes(wire.get(number)?.at(-1));
}

function text(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
