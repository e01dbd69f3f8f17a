import { expect, test } from 'vitest';
import { childPath, elementPath, formatFieldPath, splitSubscript, valueAt } from '../../src/apimachinery/field-path.ts';

test('a path is written as validation names it', () => {
  expect(formatFieldPath(['spec', 'containers', 0, 'ports', 1, 'name'])).toBe('spec.containers[0].ports[1].name');
  expect(formatFieldPath(['metadata', 'labels', { key: 'app' }])).toBe('metadata.labels[app]');
  expect(childPath(elementPath(childPath('', 'spec'), 2), 'image')).toBe('spec[2].image');
});

test('the downward API takes subscripts', () => {
  expect(splitSubscript("metadata.labels['a.b/c']")).toEqual({ path: 'metadata.labels', subscript: 'a.b/c' });
  expect(splitSubscript('status.podIP')).toEqual({ path: 'status.podIP' });
  expect(valueAt({ spec: { replicas: 2 } }, 'spec.replicas')).toBe(2);
  expect(valueAt({ spec: null }, 'spec.replicas')).toBeUndefined();
});
