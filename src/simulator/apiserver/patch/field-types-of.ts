// From the generated model of Kubernetes' messages to what patches must know of their fields.
import { anyType, type Field, type FieldType, type ListType, type ScalarType, type StructType } from './field-types.ts';

/** One field of a message, as the model describes it. */
export interface ModelField {
  /** Its name in JSON; '' when `inline`. */
  readonly name: string;
  /** A scalar of protobuf (string, int32, bytes…) or the name of a message. */
  readonly type: string;
  readonly repeated?: boolean;
  readonly map?: boolean;
  readonly inline?: boolean;
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  readonly listType?: string;
  readonly listMapKeys?: readonly string[];
  readonly mapType?: string;
  readonly default?: unknown;
}

/** The fields of a message in Go's order; undefined for types that read their own JSON. */
export type Model = (message: string) => readonly ModelField[] | undefined;

const scalars: Readonly<Record<string, ScalarType>> = {
  string: { kind: 'scalar', scalar: 'string', go: 'string' },
  bytes: { kind: 'scalar', scalar: 'string', go: 'bytes' },
  bool: { kind: 'scalar', scalar: 'boolean', go: 'bool' },
  int32: { kind: 'scalar', scalar: 'numeric', go: 'int32' },
  int64: { kind: 'scalar', scalar: 'numeric', go: 'int64' },
  double: { kind: 'scalar', scalar: 'numeric', go: 'float64' },
};
const untyped: ScalarType = { kind: 'scalar', scalar: 'untyped' };
const raw = /\.(FieldsV1|RawExtension|JSON|Unknown)$/;

/** Makes and keeps the types of a model's messages. */
export class FieldTypes {
  readonly #model: Model;
  readonly #isKind: (message: string) => boolean;
  readonly #made = new Map<string, FieldType>();

  /** `isKind` tells the messages that carry apiVersion and kind, which protobuf doesn't list. */
  constructor(model: Model, isKind: (message: string) => boolean) {
    this.#model = model;
    this.#isKind = isKind;
  }

  /** The type of a message, or of a scalar. */
  of(message: string): FieldType {
    const scalar = scalars[message];
    if (scalar) return scalar;
    let type = this.#made.get(message);
    if (!type) {
      type = this.#make(message);
      this.#made.set(message, type);
    }
    return type;
  }

  #make(message: string): FieldType {
    const fields = this.#model(message);
    if (!fields) return raw.test(message) ? anyType : untyped;
    return new LazyStruct(message.slice(message.lastIndexOf('.') + 1), atomicStructs.has(message), () => this.#rootFields(message, fields));
  }

  #rootFields(message: string, fields: readonly ModelField[]): Map<string, Field> {
    const result = this.#fieldsOf(fields);
    if (!this.#isKind(message)) return result;
    const named = ['kind', 'apiVersion'].map((name): [string, Field] => [name, { name, type: this.of('string') }]);
    return new Map([...named, ...result]);
  }

  #fieldsOf(fields: readonly ModelField[]): Map<string, Field> {
    const result = new Map<string, Field>();
    for (const field of fields) {
      if (field.inline) for (const [name, inner] of this.#fieldsOf(this.#model(field.type) ?? [])) result.set(name, inner);
      else result.set(field.name, this.#field(field));
    }
    return result;
  }

  #field(field: ModelField): Field {
    const value = field.default;
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return {
      name: field.name,
      type: this.#typeOf(field),
      ...(isPlain && { default: value }),
      ...(field.patchStrategy && { patchStrategy: field.patchStrategy.split(',') }),
      ...(field.patchMergeKey && { patchMergeKey: field.patchMergeKey }),
    };
  }

  #typeOf(field: ModelField): FieldType {
    const inside = this.of(field.type);
    const atomic = field.mapType === 'atomic';
    if (field.repeated) return listOf(inside, field);
    if (field.map) return { kind: 'map', of: inside, atomic };
    if (inside.kind !== 'struct' || !field.mapType || inside.atomic === atomic) return inside;
    return new LazyStruct(inside.name, atomic, () => inside.fields);
  }
}

function listOf(of: FieldType, field: ModelField): ListType {
  const relationship = field.listType === 'map' || field.listType === 'set' ? field.listType : 'atomic';
  return { kind: 'list', of, relationship, keys: field.listMapKeys ?? [] };
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

/** Structs that are owned as a whole wherever they stand (+structType=atomic). */
const atomicStructs = new Set([
  'k8s.io.api.admissionregistration.v1.MatchResources',
  'k8s.io.api.admissionregistration.v1.NamedRuleWithOperations',
  'k8s.io.api.admissionregistration.v1.ParamKind',
  'k8s.io.api.admissionregistration.v1.ParamRef',
  'k8s.io.api.admissionregistration.v1.Variable',
  'k8s.io.api.autoscaling.v1.CrossVersionObjectReference',
  'k8s.io.api.core.v1.ConfigMapKeySelector',
  'k8s.io.api.core.v1.EndpointAddress',
  'k8s.io.api.core.v1.EndpointPort',
  'k8s.io.api.core.v1.FileKeySelector',
  'k8s.io.api.core.v1.LocalObjectReference',
  'k8s.io.api.core.v1.NodeSelector',
  'k8s.io.api.core.v1.NodeSelectorTerm',
  'k8s.io.api.core.v1.ObjectFieldSelector',
  'k8s.io.api.core.v1.ObjectReference',
  'k8s.io.api.core.v1.ResourceFieldSelector',
  'k8s.io.api.core.v1.ScopeSelector',
  'k8s.io.api.core.v1.SecretKeySelector',
  'k8s.io.api.core.v1.SecretReference',
  'k8s.io.api.core.v1.TopologySelectorTerm',
  'k8s.io.api.core.v1.TypedLocalObjectReference',
  'k8s.io.api.discovery.v1.EndpointPort',
  'k8s.io.api.networking.v1.ServiceBackendPort',
  'k8s.io.api.rbac.v1.RoleRef',
  'k8s.io.api.rbac.v1.Subject',
  'k8s.io.apimachinery.pkg.apis.meta.v1.LabelSelector',
  'k8s.io.apimachinery.pkg.apis.meta.v1.OwnerReference',
]);
