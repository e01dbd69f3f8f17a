// What patches must know of a field: how Kubernetes merges it (x-kubernetes-list-type and friends) and what it may hold.

/** How a value is merged. `any` is what no schema describes: scalars and lists are leaves, maps are merged key by key. */
export type FieldType = ScalarType | StructType | MapType | ListType | AnyType;

export interface ScalarType {
  readonly kind: 'scalar';
  /** What server-side apply accepts. Quantities, times and "int or string" are untyped: any scalar will do. */
  readonly scalar: 'string' | 'numeric' | 'boolean' | 'untyped';
  /** What a strategic patch converts to: int32, string, bool, bytes…; undefined for types that read their own JSON. */
  readonly go?: string;
}

/** A Go struct. */
export interface StructType {
  readonly kind: 'struct';
  /** Its name in Go: 'ServiceSpec'. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** x-kubernetes-map-type: atomic, owned and replaced as a whole. */
  readonly atomic: boolean;
}

/** A map from strings, such as labels. */
interface MapType {
  readonly kind: 'map';
  readonly of: FieldType;
  readonly atomic: boolean;
}

export interface ListType {
  readonly kind: 'list';
  readonly of: FieldType;
  /** x-kubernetes-list-type: a leaf, unique scalars, or elements told apart by `keys`. */
  readonly relationship: 'atomic' | 'set' | 'map';
  readonly keys: readonly string[];
}

export interface AnyType {
  readonly kind: 'any';
}

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** What stands in for a list key that an element leaves out: TCP for protocol. */
  readonly default?: string | number | boolean;
  /** Go's tag, split: merge, replace, retainKeys. */
  readonly patchStrategy?: readonly string[];
  readonly patchMergeKey?: string;
}

export const anyType: AnyType = { kind: 'any' };

/** A JSON object that isn't a list. */
export type JsonMap = Record<string, unknown>;

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The type of `key` inside `type`; undefined when the schema declares no such field. */
export function fieldTypeIn(type: FieldType, key: string): FieldType | undefined {
  if (type.kind === 'struct') return type.fields.get(key)?.type;
  if (type.kind === 'map') return type.of;
  return type.kind === 'any' ? anyType : undefined;
}

/** Whether `key` is a named field of a struct rather than a key of a map. */
export function isNamedField(type: FieldType, key: string): boolean {
  return type.kind === 'struct' && type.fields.has(key);
}
