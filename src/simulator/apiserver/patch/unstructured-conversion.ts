// From a patched map to what a Go struct can hold, as Kubernetes converts strategic patches and applied objects.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/runtime/converter.go (FromUnstructured)
import { type FieldType, isMap, type JsonMap, type ScalarType } from './field-types.ts';
import { goKind } from './go-print.ts';

/** A value that its field can't hold; the message is Go's. */
export class ConversionError extends Error {}

/** The object as its Go type would hold it: integers wrapped to their size, nulls gone. Unknown fields stay. Throws a ConversionError. */
export function convertUnstructured(object: JsonMap, type: FieldType): JsonMap {
  return convert(object, type) as JsonMap;
}

function convert(value: unknown, type: FieldType): unknown {
  if (value === null || value === undefined) return undefined;
  switch (type.kind) {
    case 'any':
      return value;
    case 'scalar':
      return convertScalar(value, type);
    case 'list':
      if (!Array.isArray(value)) throw new ConversionError(`cannot restore slice from ${goKind(value)}`);
      return value.map((item) => convert(item, type.of) ?? zeroOf(type.of));
    case 'map':
      if (!isMap(value)) throw new ConversionError(`cannot restore map from ${goKind(value)}`);
      return convertMap(value, type.of);
    case 'struct':
      if (!isMap(value)) throw new ConversionError(`cannot restore struct from: ${goKind(value)}`);
      return convertStruct(value, type);
  }
}

/** What a null in a list becomes. */
function zeroOf(type: FieldType): unknown {
  if (type.kind !== 'scalar') return type.kind === 'list' ? [] : {};
  return { numeric: 0, string: '', boolean: false, untyped: null }[type.scalar];
}

function convertMap(value: JsonMap, of: FieldType): JsonMap {
  const result: JsonMap = {};
  for (const key in value) result[key] = convert(value[key], of) ?? zeroOf(of);
  return result;
}

/** In the order of Go's fields, so that of several faults the same one is found first. */
function convertStruct(value: JsonMap, type: Extract<FieldType, { kind: 'struct' }>): JsonMap {
  const result: JsonMap = {};
  for (const [name, field] of type.fields) {
    const converted = convert(value[name], field.type);
    if (converted !== undefined) result[name] = converted;
  }
  for (const key in value) if (!type.fields.has(key)) result[key] = value[key];
  return result;
}

function convertScalar(value: unknown, { scalar, go }: ScalarType): unknown {
  if (go === undefined || scalar === 'untyped') return value;
  if (go === 'bytes') return convertBytes(value);
  const kind = goKind(value);
  if (kind === 'string') {
    if (scalar === 'string') return value;
  } else if (kind === 'bool') {
    if (scalar === 'boolean') return value;
  } else if (typeof value === 'number') {
    if (scalar === 'numeric') return convertNumber(value, go);
    if (scalar === 'string' && kind === 'int64') throw new ConversionError('cannot convert int64 to string');
  }
  throw new ConversionError(`unrecognized type: ${go}`);
}

function convertNumber(value: number, go: string): number {
  if (go.startsWith('float')) return value;
  if (!Number.isInteger(value)) throw new ConversionError(`cannot convert float64 to ${go}`);
  // Go lets a number that is too big overflow.
  return go === 'int32' ? value | 0 : value;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function convertBytes(value: unknown): unknown {
  if (typeof value !== 'string') {
    if (Array.isArray(value)) return value;
    throw new ConversionError(`cannot restore slice from ${goKind(value)}`);
  }
  if (base64.test(value)) return value;
  throw new ConversionError(`error decoding from json: illegal base64 data at input byte ${firstBadByte(value)}`);
}

function firstBadByte(text: string): number {
  const bad = text.search(/[^A-Za-z0-9+/]/);
  return bad < 0 ? Math.floor(text.length / 4) * 4 : bad;
}
