// What `kubectl apply -f` sends, so that the player's own apply neither warns nor conflicts.
// kubernetes: staging/src/k8s.io/kubectl/pkg/cmd/apply/patcher.go, staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go

import { goJson, sortedKeys } from '../apimachinery/go-json.ts';
import { type FieldSchema, type StructSchema, schemaOf, structOf } from '../simulator/apiserver/model/schema.ts';
import type { KubernetesObject } from '../simulator/client.ts';

export const clientSideManager = 'kubectl-client-side-apply';
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

type Fields = Record<string, unknown>;

/** The object with the annotation that remembers what was applied, written as Go does: so the player's own apply of the same file finds it unchanged. */
export function appliedObject(object: KubernetesObject): KubernetesObject {
  const { [lastApplied]: _old, ...annotations } = object.metadata.annotations ?? {};
  const plain = { ...object, metadata: { ...object.metadata, annotations } };
  return {
    ...plain,
    metadata: { ...plain.metadata, annotations: { ...annotations, [lastApplied]: `${goJson(sortedKeys(plain))}\n` } },
  };
}

/** A strategic merge patch that makes `live` what `object` says: all of its fields, and the removal of what was applied before and isn't there now. */
export function applyPatch(live: KubernetesObject, object: KubernetesObject): Fields {
  const modified = appliedObject(object);
  const text = live.metadata.annotations?.[lastApplied];
  const original = text ? (JSON.parse(text) as Fields) : {};
  const schema = schemaOf(object.apiVersion, object.kind);
  return { ...withDeletions(original, modified as unknown as Fields, schema), apiVersion: undefined, kind: undefined };
}

/** `modified` with a null for each field, and a `$patch: delete` for each list element, that only `original` has. */
function withDeletions(original: Fields, modified: Fields, schema: StructSchema | undefined): Fields {
  const patch: Fields = {};
  for (const [name, value] of Object.entries(modified)) patch[name] = mergedValue(original[name], value, schema?.byName.get(name));
  for (const name of Object.keys(original)) {
    if (!(name in modified) && name !== 'status') patch[name] = null;
  }
  return patch;
}

function mergedValue(before: unknown, value: unknown, field: FieldSchema | undefined): unknown {
  if (Array.isArray(value)) return isMergeList(field) && Array.isArray(before) ? mergedList(before, value, field!) : value;
  if (!isFields(value) || !isFields(before)) return value;
  return withDeletions(before, value, field && !field.map ? structOf(field.type) : undefined);
}

function isMergeList(field: FieldSchema | undefined): boolean {
  return field?.patchStrategy?.includes('merge') === true && field.patchMergeKey !== undefined;
}

function mergedList(before: readonly unknown[], value: readonly unknown[], field: FieldSchema): unknown[] {
  const key = field.patchMergeKey!;
  const keyOf = (element: unknown) => (isFields(element) ? element[key] : undefined);
  const struct = structOf(field.type);
  const kept = value.map((element) => {
    const twin = before.find((candidate) => keyOf(candidate) === keyOf(element));
    return isFields(element) && isFields(twin) ? withDeletions(twin, element, struct) : element;
  });
  const gone = before.filter((element) => isFields(element) && !value.some((other) => keyOf(other) === keyOf(element)));
  return [...kept, ...gone.map((element) => ({ $patch: 'delete', [key]: keyOf(element) }))];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
