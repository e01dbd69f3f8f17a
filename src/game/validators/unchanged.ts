// The objective type `unchanged`: what the level's manifest spells out of an object still holds. What others add doesn't count.
import { compareQuantities } from '../../apimachinery/quantity.ts';
import type { KubernetesObject } from '../../simulator/client.ts';
import { formatReference, parseReference } from '../object-reference.ts';
import type { Verdict } from '../verdict.ts';
import { show } from './field.ts';
import { objectKey, type Validator, type ValidatorContext } from './validator.ts';

export interface UnchangedParameters {
  readonly objects: readonly string[];
  readonly sameObject: boolean;
}

export const unchanged: Validator<UnchangedParameters> = {
  runs: false,
  watches: ({ objects }, namespace) => objects.map((name) => parseReference(name, namespace)!),
  async judge(parameters, context) {
    for (const name of parameters.objects) {
      const finding = compareObject(name, parameters.sameObject, context);
      if (finding) return finding;
    }
    return { outcome: 'met', code: 'unchanged.same', values: { count: parameters.objects.length } };
  },
};

function compareObject(name: string, sameObject: boolean, context: ValidatorContext): Verdict | undefined {
  const reference = parseReference(name, context.namespace)!;
  const object = formatReference(reference, context.namespace);
  const live = context.objects.get(reference);
  const wanted = context.manifests.get(objectKey(reference));
  if (!live) return { outcome: 'unmet', code: 'unchanged.gone', values: { object } };
  if (live.metadata.deletionTimestamp) return { outcome: 'unmet', code: 'unchanged.ending', values: { object } };
  const uid = context.uids.get(objectKey(reference));
  if (sameObject && uid && live.metadata.uid !== uid) return { outcome: 'unmet', code: 'unchanged.other-object', values: { object } };
  // A StatefulSet's pod has no manifest of its own.
  const difference = wanted && firstDifference(spelledOut(wanted), live, '');
  return difference && { outcome: 'unmet', code: 'unchanged.changed', values: { object, ...difference } };
}

/** Without what a server may write as well. */
function spelledOut({ apiVersion: _version, kind: _kind, metadata, ...rest }: KubernetesObject): Record<string, unknown> {
  const { labels, annotations } = metadata;
  return { ...rest, metadata: { ...(labels && { labels }), ...(annotations && { annotations }) } };
}

interface Difference extends Record<string, string> {
  readonly path: string;
  readonly wanted: string;
  readonly found: string;
}

/** Fields by which Kubernetes tells the elements of a list apart, the first that all elements have. */
const mergeKeys = ['name', 'containerPort', 'port', 'mountPath', 'topologyKey', 'ip', 'key', 'type'];

/** The first field that `wanted` spells out and `live` has otherwise. */
export function firstDifference(wanted: unknown, live: unknown, path: string): Difference | undefined {
  if (wanted === null || wanted === undefined) return undefined;
  if (Array.isArray(wanted)) return listDifference(wanted, live, path);
  if (typeof wanted === 'object') {
    const fields = typeof live === 'object' && live !== null ? (live as Record<string, unknown>) : {};
    for (const [field, value] of Object.entries(wanted)) {
      const difference = firstDifference(value, fields[field], path ? `${path}.${field}` : field);
      if (difference) return difference;
    }
    return undefined;
  }
  return isSameValue(wanted, live) ? undefined : { path, wanted: show(wanted), found: show(live, 'no longer set') };
}

function listDifference(wanted: readonly unknown[], live: unknown, path: string): Difference | undefined {
  const items: readonly unknown[] = Array.isArray(live) ? live : [];
  const key = mergeKeys.find(
    (candidate) => wanted.length > 0 && wanted.every((item) => typeof item === 'object' && item !== null && candidate in item),
  );
  if (!key && items.length !== wanted.length) return { path, wanted: show(wanted), found: show(live, 'no longer set') };
  for (const [index, item] of wanted.entries()) {
    const label = key ? (item as Record<string, unknown>)[key] : index;
    const twin = key ? items.find((other) => (other as Record<string, unknown> | null)?.[key] === label) : items[index];
    const place = `${path}[${label}]`;
    if (twin === undefined) return { path: place, wanted: show(item), found: 'gone' };
    const difference = firstDifference(item, twin, place);
    if (difference) return difference;
  }
  return undefined;
}

function isSameValue(one: unknown, other: unknown): boolean {
  if (one === other || String(one) === String(other)) return true;
  if (typeof one === 'boolean' || other === undefined || other === null) return false;
  try {
    return compareQuantities(String(one), String(other)) === 0;
  } catch {
    return false; // no quantities
  }
}
