// The types of kinds as patches see them, made from the model of Kubernetes' structs.
import { type FieldSchema, messageOf, type StructSchema, structOf } from '../model/schema.ts';
import { anyType, type Field, type FieldType, type ScalarType, type StructType } from './field-types.ts';

const scalars: Readonly<Record<string, ScalarType>> = {
  string: { kind: 'scalar', scalar: 'string', go: 'string' },
  bytes: { kind: 'scalar', scalar: 'string', go: 'bytes' },
  bool: { kind: 'scalar', scalar: 'boolean', go: 'bool' },
  int32: { kind: 'scalar', scalar: 'numeric', go: 'int32' },
  int64: { kind: 'scalar', scalar: 'numeric', go: 'int64' },
  double: { kind: 'scalar', scalar: 'numeric', go: 'float64' },
};
const untyped: ScalarType = { kind: 'scalar', scalar: 'untyped' };
const zeroes: Readonly<Record<string, Field['default']>> = { string: '', bool: false, int32: 0, int64: 0, double: 0 };
const typeMeta: readonly Field[] = ['kind', 'apiVersion'].map((name) => ({ name, type: scalars.string as ScalarType }));

const kinds = new Map<string, StructType>();
const types = new Map<string, FieldType>();

/** The type of a kind. Throws for a kind that the model doesn't know: only served kinds are patched. */
export function fieldTypeOf(apiVersion: string, kind: string): StructType {
  const name = `${apiVersion}/${kind}`;
  let type = kinds.get(name);
  if (!type) {
    const struct = structOf(messageOf(apiVersion, kind) ?? '');
    if (!struct) throw new Error(`the model has no ${kind} of ${apiVersion}`);
    type = new LazyStruct(struct.name, struct.atomic, () => fieldsOf(struct));
    kinds.set(name, type);
  }
  return type;
}

function typeOf(message: string): FieldType {
  const scalar = scalars[message];
  if (scalar) return scalar;
  let type = types.get(message);
  if (!type) {
    type = makeType(message);
    types.set(message, type);
  }
  return type;
}

function makeType(message: string): FieldType {
  const struct = structOf(message);
  if (!struct) return anyType;
  switch (struct.custom) {
    case undefined:
      return new LazyStruct(struct.name, struct.atomic, () => fieldsOf(struct));
    case 'time':
    case 'microtime':
    case 'duration':
    case 'quantity':
    case 'intOrString':
      return untyped;
    case 'list':
      return { kind: 'list', of: scalars.string as ScalarType, relationship: 'atomic', keys: [] };
    default:
      return anyType;
  }
}

function fieldsOf(struct: StructSchema): ReadonlyMap<string, Field> {
  const fields = [...(struct.typed ? typeMeta : []), ...struct.fields.map((field) => fieldOf(field, struct))];
  return new Map(fields.map((field) => [field.name, field]));
}

function fieldOf(field: FieldSchema, struct: StructSchema): Field {
  const value = defaultOf(field, struct);
  return {
    name: field.name,
    type: typeOfField(field),
    ...(value !== undefined && { default: value }),
    ...(field.patchStrategy && { patchStrategy: field.patchStrategy.split(',') }),
    ...(field.patchMergeKey && { patchMergeKey: field.patchMergeKey }),
  };
}

/** A field that Go always writes, or that is marked so, counts as its zero value where it is left out. */
function defaultOf(field: FieldSchema, struct: StructSchema): Field['default'] {
  const value = field.default;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (field.pointer || field.repeated || field.map) return undefined;
  // Marked +default="" in Go.
  const isMarked = struct.name === 'LocalObjectReference' && field.name === 'name';
  return isMarked || !field.omitempty ? zeroes[field.type] : undefined;
}

function typeOfField(field: FieldSchema): FieldType {
  const inside = typeOf(field.type);
  const atomic = field.mapType === 'atomic';
  if (field.repeated) {
    const relationship = field.listType === 'map' || field.listType === 'set' ? field.listType : 'atomic';
    return { kind: 'list', of: inside, relationship, keys: field.listMapKeys ?? [] };
  }
  if (field.map) return { kind: 'map', of: inside, atomic };
  if (inside.kind !== 'struct' || !field.mapType || inside.atomic === atomic) return inside;
  return new LazyStruct(inside.name, atomic, () => inside.fields);
}

/** Structs may hold themselves, so their fields are made when they are asked for. */
class LazyStruct implements StructType {
  readonly kind = 'struct';
  readonly name: string;
  readonly atomic: boolean;
  #make: (() => ReadonlyMap<string, Field>) | undefined;
  #fields: ReadonlyMap<string, Field> = new Map();

  constructor(name: string, atomic: boolean, make: () => ReadonlyMap<string, Field>) {
    this.name = name;
    this.atomic = atomic;
    this.#make = make;
  }

  get fields(): ReadonlyMap<string, Field> {
    if (this.#make) {
      const make = this.#make;
      this.#make = undefined;
      this.#fields = make();
    }
    return this.#fields;
  }
}
