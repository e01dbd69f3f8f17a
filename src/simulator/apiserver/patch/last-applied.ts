// The bridge from kubectl's client-side apply: what its annotation says was applied may be taken over by its server-side apply.
// kubernetes: staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedmanager.go, lastappliedupdater.go
import { clone } from '../../../apimachinery/clone.ts';
import { goJson, sortedKeys } from '../../../apimachinery/go-json.ts';
import { compareTyped } from './field-comparison.ts';
import { difference, type FieldSet, union } from './field-set.ts';
import { type FieldType, isMap, type JsonMap } from './field-types.ts';
import { fieldsOf } from './owned-fields.ts';
import { schemaFault } from './schema-validation.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
/** kubernetes: TotalAnnotationSizeLimitB */
const annotationsBytesMax = 256 * 1024;

/** Fields of the annotation that still have its values; undefined when there is no annotation that could be believed. */
export function lastAppliedFields(live: unknown, apiVersion: string, type: FieldType): FieldSet | undefined {
  const lastApplied = parse(annotationOf(live));
  if (!isMap(lastApplied) || lastApplied.apiVersion !== apiVersion || schemaFault(lastApplied, type)) return undefined;
  const comparison = compareTyped(lastApplied, live, type);
  const differing = union(union(comparison.modified, comparison.added), comparison.removed);
  return difference(fieldsOf(lastApplied, type), differing);
}

/** Writes what kubectl applied into the annotation of the result, in place, if it has that annotation. */
export function updateLastApplied(result: JsonMap, applied: JsonMap): void {
  if (annotationOf(result) === undefined) return;
  const source = clone(applied);
  const annotations = isMap(source.metadata) ? source.metadata.annotations : undefined;
  if (isMap(annotations)) delete annotations[annotation];
  const metadata = { ...(result.metadata as JsonMap) };
  const own: JsonMap = { ...(metadata.annotations as JsonMap), [annotation]: `${goJson(sortedKeys(source))}\n` };
  if (sizeOf(own) > annotationsBytesMax) delete own[annotation];
  metadata.annotations = own;
  result.metadata = metadata;
}

function annotationOf(object: unknown): string | undefined {
  if (!isMap(object) || !isMap(object.metadata) || !isMap(object.metadata.annotations)) return undefined;
  const value = object.metadata.annotations[annotation];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sizeOf(annotations: JsonMap): number {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) bytes += Buffer.byteLength(key) + Buffer.byteLength(String(value));
  return bytes;
}
