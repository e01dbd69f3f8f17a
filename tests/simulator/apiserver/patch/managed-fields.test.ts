// Owners of fields after writes by POST, PUT and merging patches.
import { expect, test } from 'vitest';
import type { ManagedFieldsEntry } from '../../../../src/apimachinery/objects.ts';
import { fieldTypeOf } from '../../../../src/simulator/apiserver/patch/field-types-of.ts';
import {
  type ManagedUpdate,
  startingEntries,
  updateManagedFields,
  withOldTimes,
} from '../../../../src/simulator/apiserver/patch/managed-fields.ts';

const type = fieldTypeOf('v1', 'ConfigMap');
const configMap = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'default' },
  data,
});

function update(change: Pick<ManagedUpdate, 'before' | 'after' | 'manager'> & Partial<ManagedUpdate>): readonly ManagedFieldsEntry[] {
  return updateManagedFields({ entries: [], type, apiVersion: 'v1', subresource: '', time: '2026-01-01T00:00:00Z', ...change });
}

const created = update({ before: undefined, after: configMap({ a: '1', b: '2' }), manager: 'one' });

test('who creates an object owns what is in it, but neither its name nor its kind', () => {
  expect(created).toEqual([
    {
      manager: 'one',
      operation: 'Update',
      apiVersion: 'v1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } },
    },
  ]);
});

test('a changed field goes to who changed it; what was removed belongs to nobody', () => {
  const entries = update({
    before: configMap({ a: '1', b: '2' }),
    after: configMap({ a: '3' }),
    entries: created,
    manager: 'two',
    time: '2026-01-01T00:00:09Z',
  });
  expect(entries.map(({ manager, fieldsV1, time }) => ({ manager, fieldsV1, time }))).toEqual([
    { manager: 'one', fieldsV1: { 'f:data': {} }, time: '2026-01-01T00:00:00Z' },
    { manager: 'two', fieldsV1: { 'f:data': { 'f:a': {} } }, time: '2026-01-01T00:00:09Z' },
  ]);
});

test('a write that changes nothing leaves the entries as they are', () => {
  expect(update({ before: configMap({ a: '1' }), after: configMap({ a: '1' }), entries: created, manager: 'two' })).toBe(created);
});

test('the eleventh manager who updates makes the oldest two one', () => {
  let entries = created;
  let before = configMap({ a: '1', b: '2' });
  for (let count = 1; count <= 10; count++) {
    const after = configMap({ ...before.data, [`key${count}`]: 'x' });
    entries = update({ before, after, entries, manager: `m${count}`, time: `2026-01-01T00:01:${String(count).padStart(2, '0')}Z` });
    before = after;
  }
  expect(entries).toHaveLength(10);
  expect(entries[0]).toMatchObject({
    manager: 'ancient-changes',
    time: '2026-01-01T00:01:01Z',
    fieldsV1: { 'f:data': { 'f:a': {}, 'f:key1': {} } },
  });
});

test('a request may hand over entries or forget them, but not through a sub-resource', () => {
  const stored = created;
  const other = [{ ...created[0], manager: 'other' }];
  expect(startingEntries(stored, undefined, '')).toBe(stored);
  expect(startingEntries(stored, other, '')).toBe(other);
  expect(startingEntries(stored, [], '')).toEqual([]);
  expect(startingEntries(stored, [{}], '')).toEqual([]);
  expect(startingEntries(stored, other, 'status')).toBe(stored);
});

test('status is owned by who writes /status only', () => {
  const pods = fieldTypeOf('v1', 'Pod');
  const pod = (phase: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { nodeName: 'n' }, status: { phase } });
  const entries = update({ before: undefined, after: pod('Pending'), type: pods, manager: 'client' });
  expect(entries[0]?.fieldsV1).toEqual({ 'f:spec': { '.': {}, 'f:nodeName': {} } });
  const later = update({ before: pod('Pending'), after: pod('Running'), entries, type: pods, manager: 'kubelet', subresource: 'status' });
  expect(later[1]).toMatchObject({ manager: 'kubelet', subresource: 'status', fieldsV1: { 'f:status': { 'f:phase': {} } } });
});

test('times that alone changed are put back', () => {
  const later = created.map((entry) => ({ ...entry, time: '2027-01-01T00:00:00Z' }));
  expect(withOldTimes(created, later, () => true)).toBe(created);
  expect(withOldTimes(created, later, () => false)).toBe(later);
});
