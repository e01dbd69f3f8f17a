// The Go structs behind the kinds: their fields in Go's order, with all that decoding, checking, defaulting and patching need to know of them.
import fields from './fields.json' with { type: 'json' };

/** How a type reads and writes JSON that isn't an ordinary struct: 'time' is a string, 'list' an array, 'raw' anything. */
export type CustomJson =
  | 'time'
  | 'microtime'
  | 'duration'
  | 'quantity'
  | 'intOrString'
  | 'raw'
  | 'list'
  | 'schemaOrArray'
  | 'schemaOrBool'
  | 'schemaOrStringArray'
  | 'unknown';

/** One field of a Go struct. */
export interface FieldSchema {
  /** Its name in JSON; '' when `inline`. */
  readonly name: string;
  /** Its number in protobuf. */
  readonly number: number;
  /** A scalar of protobuf (string, bytes, bool, int32, int64, double), or the name of a message: 'k8s.io.api.core.v1.PodSpec'. For lists and maps: of one element. */
  readonly type: string;
  /** Its type is a scalar of protobuf. */
  readonly scalar: boolean;
  /** It is one scalar: no list, no map. */
  readonly single: boolean;
  readonly repeated: boolean;
  /** A map from strings. */
  readonly map: boolean;
  readonly pointer: boolean;
  readonly omitempty: boolean;
  readonly omitzero: boolean;
  /** The fields of `type` stand in this struct's place in JSON. */
  readonly inline: boolean;
  /** Go prints nothing when it isn't set (or null). */
  readonly silent: boolean;
  /** Its type as Go prints it, without a pointer's star: '[]v1.Container', 'v1.RestartPolicy'. */
  readonly goType: string;
  /** Go's tag: 'merge', 'merge,retainKeys', … */
  readonly patchStrategy: string | undefined;
  readonly patchMergeKey: string | undefined;
  readonly listType: string | undefined;
  readonly listMapKeys: readonly string[] | undefined;
  readonly mapType: string | undefined;
  /** From OpenAPI; zero values are left out. */
  readonly default: unknown;
  /** The values that OpenAPI lists. */
  readonly enum: readonly string[] | undefined;
}

/** A Go struct (or a type with JSON of its own). */
export interface StructSchema {
  /** The message's full name: 'k8s.io.api.apps.v1.DeploymentSpec'. */
  readonly message: string;
  /** 'DeploymentSpec' */
  readonly name: string;
  /** 'v1.DeploymentSpec' */
  readonly goType: string;
  /** How it reads its JSON, when not field by field. */
  readonly custom: CustomJson | undefined;
  /** As Go declares them, inlined structs as one field. */
  readonly members: readonly FieldSchema[];
  /** As JSON has them: inlined structs unfolded, in Go's order. */
  readonly fields: readonly FieldSchema[];
  readonly byName: ReadonlyMap<string, FieldSchema>;
  /** Owned and replaced as a whole (+structType=atomic). */
  readonly atomic: boolean;
  /** It has kind and apiVersion before its fields. */
  readonly typed: boolean;
}

type Row = readonly [name: string, number: number, type: string, marks: string, rest?: Partial<FieldSchema>];
interface Model {
  readonly kinds: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly custom: Readonly<Record<string, CustomJson>>;
  readonly atomic: readonly string[];
  readonly messages: Readonly<Record<string, readonly Row[]>>;
}
const model = fields as unknown as Model;
const atomicMessages = new Set(model.atomic);
const typedMessages = new Set(Object.values(model.kinds).flatMap((group) => Object.values(group)));
const structs = new Map<string, StructSchema>();
const scalarGoTypes: Readonly<Record<string, string>> = { bytes: '[]uint8', double: 'float64' };

/** The struct of a kind; undefined when Kubernetes has no such kind (or the simulator doesn't know its group). */
export function schemaOf(apiVersion: string, kind: string): StructSchema | undefined {
  const message = messageOf(apiVersion, kind);
  return message === undefined ? undefined : structOf(message);
}

/** The message of a kind: 'k8s.io.api.apps.v1.Deployment'. */
export function messageOf(apiVersion: string, kind: string): string | undefined {
  const group = model.kinds[apiVersion];
  return group && Object.hasOwn(group, kind) ? group[kind] : undefined;
}

/** The struct of a message; undefined for scalars. */
export function structOf(message: string): StructSchema | undefined {
  let struct = structs.get(message);
  if (!struct && Object.hasOwn(model.messages, message)) {
    struct = makeStruct(message);
    structs.set(message, struct);
  }
  return struct;
}

function makeStruct(message: string): StructSchema {
  const rows = model.messages[message]!;
  const members = rows.map(fieldOf);
  const unfolded = members.flatMap((member) => (member.inline ? structOf(member.type)!.fields : [member]));
  return {
    message,
    name: message.slice(message.lastIndexOf('.') + 1),
    goType: goTypeOf(message),
    custom: model.custom[message],
    members,
    fields: unfolded,
    byName: new Map(unfolded.map((field) => [field.name, field])),
    atomic: atomicMessages.has(message),
    typed: typedMessages.has(message),
  };
}

/** What few fields have. All have the properties: each object on its way into the store meets hundreds of fields, and those of one shape are read faster. */
const noRest = {
  patchStrategy: undefined,
  patchMergeKey: undefined,
  listType: undefined,
  listMapKeys: undefined,
  mapType: undefined,
  default: undefined,
  enum: undefined,
};

function fieldOf([name, number, type, marks, rest]: Row): FieldSchema {
  const repeated = marks.includes('r');
  const map = marks.includes('m');
  const scalar = !Object.hasOwn(model.messages, type);
  return {
    name,
    number,
    type,
    scalar,
    single: scalar && !repeated && !map,
    repeated,
    map,
    pointer: marks.includes('p'),
    omitempty: marks.includes('o'),
    omitzero: marks.includes('z'),
    inline: marks.includes('i'),
    silent: repeated || map || marks.includes('p') || (marks.includes('o') && scalar),
    goType: `${repeated ? '[]' : map ? 'map[string]' : ''}${goTypeOf(type)}`,
    ...noRest,
    ...rest,
  };
}

/** 'v1.PodSpec' for a message, Go's own name for a scalar. */
export function goTypeOf(type: string): string {
  return scalarGoTypes[type] ?? type.split('.').slice(-2).join('.');
}
