// The objective type `field`: a field of an object, or of each of a workload's pods, compares. Values are compared, not spellings.
import { compareQuantities } from '../../apimachinery/quantity.ts';
import type { KubernetesObject } from '../../simulator/client.ts';
import { parseReference } from '../object-reference.ts';
import type { ObjectiveParameters } from '../objective-types.ts';
import type { Verdict } from '../verdict.ts';
import { podSelections, podsOf } from './pods.ts';
import type { Validator } from './validator.ts';

type Parameters = ObjectiveParameters['field'];

export const field: Validator<Parameters> = {
  runs: false,
  watches: ({ object, podsOf: workload }, namespace) =>
    object === undefined ? podSelections(workload!, namespace) : [parseReference(object, namespace)!],
  async judge(parameters, { objects, namespace }) {
    const named = parameters.object ?? parameters.podsOf!;
    const live =
      parameters.object === undefined
        ? (podsOf(named, objects, namespace) ?? []).filter(({ metadata }) => !metadata.deletionTimestamp)
        : [objects.get(parseReference(named, namespace)!)];
    const found = live.filter((object): object is KubernetesObject => object !== undefined);
    // The path is the pods' own, where a deployment's begins with spec.template.
    const isEachPod = parameters.object === undefined && parseReference(named, namespace)!.kind !== 'Pod';
    const owner = isEachPod ? `the pods of ${named}` : named;
    const values = { what: parameters.called ?? `${parameters.path} of ${owner}`, wanted: describeWanted(parameters) };
    if (found.length === 0) return { outcome: 'unmet', code: isEachPod ? 'field.no-pods' : 'field.no-object', values };
    let verdict: Verdict | undefined;
    for (const object of found) {
      const value = valueAtPath(object, parameters.path);
      const isMet = compares(value, parameters);
      verdict = { outcome: isMet ? 'met' : 'unmet', code: 'field.is', values: { ...values, found: show(value) } };
      if (!isMet) return verdict;
    }
    return verdict!;
  },
};

/** `spec.containers[0].image`, `metadata.labels[app.kubernetes.io/name]`: indexes of lists, names of list elements, keys of maps. */
export function valueAtPath(object: unknown, path: string): unknown {
  let value = object;
  for (const [, name, inBrackets] of path.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    const key = name ?? inBrackets!;
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value))
      value = /^\d+$/.test(key) ? value[Number(key)] : value.find((item) => (item as { name?: unknown } | null)?.name === key);
    else value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function compares(value: unknown, { equals, differs, oneOf, contains, atLeast, atMost, present }: Parameters): boolean {
  if (present !== undefined && (value !== undefined) !== present) return false;
  if (equals !== undefined && !isSame(value, equals)) return false;
  if (differs !== undefined && isSame(value, differs)) return false;
  if (oneOf !== undefined && !oneOf.some((candidate) => isSame(value, candidate))) return false;
  if (contains !== undefined && !String(value ?? '').includes(contains)) return false;
  if (atLeast !== undefined && !(order(value, atLeast) >= 0)) return false;
  if (atMost !== undefined && !(order(value, atMost) <= 0)) return false;
  return true;
}

function isSame(value: unknown, wanted: string | number | boolean): boolean {
  return value !== undefined && (String(value) === String(wanted) || order(value, wanted) === 0);
}

/** -1, 0, 1; NaN where they aren't both quantities. */
function order(value: unknown, other: string | number | boolean): number {
  if (typeof value === 'boolean' || typeof other === 'boolean' || (typeof value !== 'string' && typeof value !== 'number'))
    return Number.NaN;
  try {
    return compareQuantities(String(value), String(other));
  } catch {
    return Number.NaN;
  }
}

function describeWanted({ equals, differs, oneOf, contains, atLeast, atMost, present }: Parameters): string {
  const parts = [
    present === undefined ? '' : present ? 'there' : 'not there',
    equals === undefined ? '' : String(equals),
    differs === undefined ? '' : `other than ${differs}`,
    oneOf === undefined ? '' : `one of ${oneOf.join(', ')}`,
    contains === undefined ? '' : `something with "${contains}"`,
    atLeast === undefined ? '' : `at least ${atLeast}`,
    atMost === undefined ? '' : `at most ${atMost}`,
  ];
  return parts.filter(Boolean).join(' and ');
}

/** As a verdict shows it: on one line, and not too long. */
export function show(value: unknown, nothing = 'not set'): string {
  if (value === undefined || value === null) return nothing;
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, 120);
}
