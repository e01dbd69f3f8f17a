// The objective types `exists` and `absent`: objects are there, or gone for good.
import { formatReference, parseReference } from '../object-reference.ts';
import type { Validator } from './validator.ts';

const watches = (names: readonly string[], namespace: string) => names.map((name) => parseReference(name, namespace)!);

export const exists: Validator<readonly string[]> = {
  runs: false,
  watches,
  async judge(names, { objects, namespace }) {
    for (const reference of watches(names, namespace)) {
      const object = objects.get(reference);
      if (!object || object.metadata.deletionTimestamp)
        return { outcome: 'unmet', code: 'exists.missing', values: { object: formatReference(reference, namespace) } };
    }
    return { outcome: 'met', code: 'exists.all', values: { count: names.length } };
  },
};

export const absent: Validator<readonly string[]> = {
  runs: false,
  watches,
  async judge(names, { objects, namespace }) {
    for (const reference of watches(names, namespace)) {
      const object = objects.get(reference);
      if (!object) continue;
      const state = object.metadata.deletionTimestamp ? 'still being deleted' : 'still there';
      return { outcome: 'unmet', code: 'absent.there', values: { object: formatReference(reference, namespace), state } };
    }
    return { outcome: 'met', code: 'absent.all', values: { count: names.length } };
  },
};
