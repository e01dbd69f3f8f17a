// Server-side apply: shared fields, conflicts, giving fields up, and the way over from kubectl's client-side apply.
import { expect, test } from 'vitest';
import type { ManagedFieldsEntry } from '../../../../src/apimachinery/objects.ts';
import { StatusError } from '../../../../src/apimachinery/status-error.ts';
import { fieldTypeOf } from '../../../../src/simulator/apiserver/patch/field-types-of.ts';
import { updateManagedFields } from '../../../../src/simulator/apiserver/patch/managed-fields.ts';
import { parentEntries, scaleEntries } from '../../../../src/simulator/apiserver/patch/scale-managed-fields.ts';
import { type Applied, serverSideApply } from '../../../../src/simulator/apiserver/patch/server-side-apply.ts';

const type = fieldTypeOf('v1', 'ConfigMap');
type ConfigMap = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string; annotations?: Record<string, string> };
  data: Record<string, string>;
};
const configMap = (data: Record<string, string>, annotations?: Record<string, string>): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'default', ...(annotations && { annotations }) },
  data,
});

function apply(
  manager: string,
  applied: unknown,
  live?: { object: unknown; entries: readonly ManagedFieldsEntry[] },
  force = false,
): Applied {
  return serverSideApply({
    live: live?.object as ConfigMap | undefined,
    entries: live?.entries ?? [],
    applied,
    apiVersion: 'v1',
    kind: 'ConfigMap',
    type,
    manager,
    force,
    subresource: '',
    time: '2026-01-01T00:00:00Z',
  });
}
const live = ({ object, managedFields }: Applied) => ({ object, entries: managedFields });

test('applying what is not there creates it, owned by who applied', () => {
  const { object, managedFields } = apply('m1', configMap({ a: '1' }));
  expect(object).toEqual(configMap({ a: '1' }));
  expect(managedFields).toMatchObject([{ manager: 'm1', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } }]);
});

test('two managers who want the same value share the field; another value is a conflict that names the owner', () => {
  const first = apply('m1', configMap({ a: '1' }));
  const second = apply('m2', configMap({ a: '1' }), live(first));
  expect(second.managedFields).toHaveLength(2);
  expect(() => apply('m2', configMap({ a: '2' }), live(first))).toThrow('Apply failed with 1 conflict: conflict with "m1": .data.a');
});

test('force takes the field over', () => {
  const taken = apply('m2', configMap({ a: '2' }), live(apply('m1', configMap({ a: '1' }))), true);
  expect(taken.object.data).toEqual({ a: '2' });
  expect(taken.managedFields.map((entry) => entry.manager)).toEqual(['m2']);
});

test('what is no longer applied goes, unless somebody else wants it', () => {
  const both = apply('m2', configMap({ b: '2' }), live(apply('m1', configMap({ a: '1', b: '2' }))));
  expect(apply('m1', configMap({}), live(both)).object).toEqual({ ...configMap({ b: '2' }) });
});

test('several conflicts are listed by manager', () => {
  const two = apply('m2', configMap({ b: '2' }), live(apply('m1', configMap({ a: '1' }))));
  try {
    apply('m3', configMap({ a: 'x', b: 'x' }), live(two));
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(StatusError);
    expect((error as StatusError).message).toBe(
      'Apply failed with 2 conflicts: conflicts with "m1":\n- .data.a\nconflicts with "m2":\n- .data.b',
    );
    expect((error as StatusError).status.details?.causes).toHaveLength(2);
  }
});

test('an object that nobody tracked belongs to before-first-apply', () => {
  const { managedFields } = apply('m1', configMap({ a: '1' }), { object: configMap({ a: '1', b: '2' }), entries: [] });
  expect(managedFields.map((entry) => [entry.manager, entry.operation])).toEqual([
    ['m1', 'Apply'],
    ['before-first-apply', 'Update'],
  ]);
});

test('a field that the schema does not know is refused with its path', () => {
  expect(() => apply('m1', { ...configMap({}), dada: {} })).toThrow(
    'failed to create typed patch object (default/c; /v1, Kind=ConfigMap): .dada: field not declared in schema',
  );
});

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

test('kubectl takes over without force what its client-side apply put there, and keeps the annotation up to date', () => {
  const clientSide = configMap({ a: '1' }, { [annotation]: JSON.stringify(configMap({ a: '1' })) });
  const entries = updateManagedFields({
    before: undefined,
    after: clientSide,
    entries: [],
    type,
    manager: 'kubectl-client-side-apply',
    apiVersion: 'v1',
    subresource: '',
    time: '2026-01-01T00:00:00Z',
  });
  expect(() => apply('argocd', configMap({ a: '2' }), { object: clientSide, entries })).toThrow(
    'conflict with "kubectl-client-side-apply" using v1: .data.a',
  );
  const { object } = apply('kubectl', configMap({ a: '2 & 3' }), { object: clientSide, entries });
  expect(object.data).toEqual({ a: '2 & 3' });
  expect((object as ConfigMap).metadata.annotations?.[annotation]).toBe(
    '{"apiVersion":"v1","data":{"a":"2 \\u0026 3"},"kind":"ConfigMap","metadata":{"name":"c","namespace":"default"}}\n',
  );
});

test("a change of its scale takes replicas from the parent's owner", () => {
  const fieldsV1 = { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } };
  const parent: ManagedFieldsEntry[] = [{ manager: 'm1', operation: 'Apply', apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1 }];
  const scale = scaleEntries(parent);
  expect(scale).toMatchObject([{ manager: 'm1', apiVersion: 'autoscaling/v1', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }]);
  const scaler = {
    manager: 's',
    operation: 'Update',
    apiVersion: 'autoscaling/v1',
    subresource: 'scale',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
  };
  expect(parentEntries(parent, [scaler], 'apps/v1')).toMatchObject([
    { manager: 'm1', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:paused': {} } } },
    { manager: 's', operation: 'Update', apiVersion: 'apps/v1', subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
  ]);
});
