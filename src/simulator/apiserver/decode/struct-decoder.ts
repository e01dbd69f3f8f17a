// From JSON to a kind's Go struct: refuses wrong types in Go's words, collects what strict decoding finds, drops what the struct doesn't have.
// kubernetes: sigs.k8s.io/json (UnmarshalStrict)

import { childPath, elementPath } from '../../../apimachinery/field-path.ts';
import { type CustomJson, type FieldSchema, type StructSchema, structOf } from '../model/schema.ts';
import { readCustom } from './custom-json.ts';
import { jsonTypeName, TypeMismatch } from './type-error.ts';

type JsonObject = Record<string, unknown>;

/** A value that fits its struct, and what a strict decoder has against it: `unknown field "spec.replicaz"`. */
export interface Decoded {
  readonly object: JsonObject;
  readonly strictErrors: readonly string[];
}

/** Go stops listing them there. */
const mostStrictErrors = 100;

/** Throws TypeMismatch (or QuantityError) for the first value that doesn't fit. `doubles`: keys that came twice, by object. */
export function decodeStruct(struct: StructSchema, value: JsonObject, doubles?: ReadonlyMap<object, readonly string[]>): Decoded {
  const decoder = new StructDecoder(doubles);
  const object = decoder.struct(struct, value, '', '');
  return { object, strictErrors: decoder.strictErrors };
}

class StructDecoder {
  readonly strictErrors: string[] = [];
  private readonly doubles: ReadonlyMap<object, readonly string[]> | undefined;

  constructor(doubles: ReadonlyMap<object, readonly string[]> | undefined) {
    this.doubles = doubles;
  }

  /** `path` is with indexes, as strict errors have it; `goPath` without, as type errors have it. */
  struct(struct: StructSchema, value: JsonObject, path: string, goPath: string): JsonObject {
    const result: JsonObject = {};
    const doubled = this.doubles?.get(value);
    for (const [key, inner] of Object.entries(value)) {
      const below = childPath(path, key);
      const field = struct.byName.get(key);
      if (field) this.set(result, struct, field, inner, below, childPath(goPath, key));
      else if (struct.typed && (key === 'kind' || key === 'apiVersion')) setTypeMeta(result, struct, key, inner, childPath(goPath, key));
      else this.complain(`unknown field ${JSON.stringify(below)}`);
      if (doubled?.includes(key)) this.complain(`duplicate field ${JSON.stringify(below)}`);
    }
    return result;
  }

  private set(result: JsonObject, struct: StructSchema, field: FieldSchema, value: unknown, path: string, goPath: string): void {
    if (value === null) return;
    const where = `${struct.name}.${goPath}`;
    if (field.repeated) result[field.name] = this.list(struct, field, value, path, goPath);
    else if (field.map) result[field.name] = this.map(struct, field, value, path, goPath);
    else result[field.name] = this.value(field.type, value, field.goType, where, path, goPath);
  }

  private list(struct: StructSchema, field: FieldSchema, value: unknown, path: string, goPath: string): unknown[] {
    const where = `${struct.name}.${goPath}`;
    if (!Array.isArray(value)) throw mismatch(value, where, field.goType);
    const type = field.goType.startsWith('[]') ? field.goType.slice(2) : field.type;
    return value.map((item, index) =>
      item === null ? zeroOf(field.type) : this.value(field.type, item, type, where, elementPath(path, index), goPath),
    );
  }

  private map(struct: StructSchema, field: FieldSchema, value: unknown, path: string, goPath: string): JsonObject {
    const where = `${struct.name}.${goPath}`;
    if (!isObject(value)) throw mismatch(value, where, field.goType);
    const type = field.goType.startsWith('map[string]') ? field.goType.slice('map[string]'.length) : goElement(field);
    const doubled = this.doubles?.get(value);
    const result: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      const below = childPath(path, key);
      result[key] = item === null ? zeroOf(field.type) : this.value(field.type, item, type, where, below, goPath);
      if (doubled?.includes(key)) this.complain(`duplicate field ${JSON.stringify(below)}`);
    }
    return result;
  }

  private value(type: string, value: unknown, goType: string, where: string, path: string, goPath: string): unknown {
    const struct = structOf(type);
    if (!struct) return scalar(type, value, goType, where);
    if (struct.custom === 'list') return textList(value, goType, where);
    if (struct.custom) return readCustom(struct.custom, value);
    if (!isObject(value)) throw mismatch(value, where, goType);
    return this.struct(struct, value, path, goPath);
  }

  private complain(message: string): void {
    if (this.strictErrors.length < mostStrictErrors && !this.strictErrors.includes(message)) this.strictErrors.push(message);
  }
}

function setTypeMeta(result: JsonObject, struct: StructSchema, key: string, value: unknown, goPath: string): void {
  if (value === null) return;
  if (typeof value !== 'string') throw mismatch(value, `${struct.name}.${goPath}`, 'string');
  if (value !== '') result[key] = value;
}

function scalar(type: string, value: unknown, goType: string, where: string): unknown {
  switch (type) {
    case 'string':
      if (typeof value === 'string') return value;
      break;
    case 'bool':
      if (typeof value === 'boolean') return value;
      break;
    case 'bytes':
      if (typeof value === 'string') return base64(value);
      break;
    case 'double':
      if (typeof value === 'number') return value;
      break;
    default: {
      if (typeof value !== 'number') break;
      const limit = type === 'int32' ? 2 ** 31 : 2 ** 63;
      if (Number.isInteger(value) && value >= -limit && value < limit) return value;
      throw new TypeMismatch(`json: cannot unmarshal number ${value} into Go struct field ${where} of type ${goType}`);
    }
  }
  throw mismatch(value, where, goType);
}

/** Standard base64, padded, line feeds allowed; else Go's complaint. */
function base64(text: string): string {
  const clean = text.replace(/[\r\n]/g, '');
  const body = /^[A-Za-z0-9+/]*/.exec(clean)![0];
  const padding = clean.slice(body.length);
  const wanted = (4 - (body.length % 4)) % 4;
  if (wanted !== 3 && padding === '='.repeat(wanted)) return clean;
  throw new TypeMismatch(`illegal base64 data at input byte ${badByte(body.length, padding)}`);
}

function badByte(valid: number, padding: string): number {
  const inQuartet = valid % 4;
  const start = valid - inQuartet;
  if (padding === '') return start;
  if (padding[0] !== '=' || inQuartet < 2) return valid;
  if (inQuartet === 2 && padding.length === 1) return valid + 1;
  return inQuartet === 2 && padding[1] !== '=' ? valid + 1 : valid + (4 - inQuartet);
}

function textList(value: unknown, goType: string, where: string): unknown[] {
  if (!Array.isArray(value)) throw mismatch(value, where, goType);
  return value.map((item) => (item === null ? '' : scalar('string', item, 'string', where)));
}

/** What stands for null inside a list or map: Go leaves the zero value there. */
function zeroOf(type: string): unknown {
  const struct = structOf(type);
  if (!struct) return { string: '', bytes: '', bool: false }[type] ?? 0;
  return zeroOfCustom(struct.custom);
}

function zeroOfCustom(custom: CustomJson | undefined): unknown {
  if (custom === 'quantity') return '0';
  if (custom === 'intOrString') return 0;
  if (custom === 'list') return [];
  return custom ? null : {};
}

function goElement(field: FieldSchema): string {
  return field.goType === 'v1.ResourceList' ? 'resource.Quantity' : field.type;
}

function mismatch(value: unknown, where: string, goType: string): TypeMismatch {
  return new TypeMismatch(`json: cannot unmarshal ${jsonTypeName(value)} into Go struct field ${where} of type ${goType}`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
