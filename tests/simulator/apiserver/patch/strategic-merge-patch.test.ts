// Strategic merge patch: the order of lists and the directives, as kubectl sends them.
import { expect, test } from 'vitest';
import { fieldTypeOf } from '../../../../src/simulator/apiserver/patch/field-types-of.ts';
import { applyStrategicMergePatch } from '../../../../src/simulator/apiserver/patch/strategic-merge-patch.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', finalizers: ['a/a', 'b/b'] },
  spec: {
    containers: [
      { name: 'main', image: 'one' },
      { name: 'side', image: 'two' },
    ],
    tolerations: [{ key: 'a' }],
  },
};
const patched = (spec: unknown) =>
  applyStrategicMergePatch(pod, JSON.stringify({ spec }), fieldTypeOf('v1', 'Pod')).object.spec as {
    containers: { name: string; image: string }[];
  };

test('elements of a list are merged by name, new ones come first', () => {
  expect(
    patched({
      containers: [
        { name: 'new', image: 'three' },
        { name: 'side', image: 'four' },
      ],
    }).containers,
  ).toEqual([
    { name: 'new', image: 'three' },
    { name: 'main', image: 'one' },
    { name: 'side', image: 'four' },
  ]);
  expect(patched({ containers: [{ name: 'new', image: 'three' }] }).containers.map((container) => container.name)).toEqual([
    'new',
    'main',
    'side',
  ]);
});

test('$setElementOrder says how the list comes out', () => {
  const spec = { '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }], containers: [{ name: 'main', image: 'z' }] };
  expect(patched(spec).containers).toEqual([
    { name: 'side', image: 'two' },
    { name: 'main', image: 'z' },
  ]);
});

test('$patch: delete removes an element, $patch: replace all of them', () => {
  expect(patched({ containers: [{ name: 'side', $patch: 'delete' }] }).containers).toEqual([{ name: 'main', image: 'one' }]);
  expect(patched({ containers: [{ $patch: 'replace' }, { name: 'only', image: 'x' }] }).containers).toEqual([{ name: 'only', image: 'x' }]);
});

test('a list without merge keys is replaced', () => {
  expect(patched({ tolerations: [{ key: 'b' }] })).toMatchObject({ tolerations: [{ key: 'b' }] });
});

test('$deleteFromPrimitiveList takes values out of a list', () => {
  const body = JSON.stringify({ metadata: { '$deleteFromPrimitiveList/finalizers': ['a/a'] } });
  expect(applyStrategicMergePatch(pod, body, fieldTypeOf('v1', 'Pod')).object).toMatchObject({ metadata: { finalizers: ['b/b'] } });
});

test("an element without its key is refused in Kubernetes' words", () => {
  expect(() => patched({ containers: [{ image: 'x' }] })).toThrow('map: map[image:x] does not contain declared merge key: name');
});

test('the stored object is left alone', () => {
  patched({ containers: [{ name: 'main', image: 'z' }] });
  expect(pod.spec.containers[0]).toEqual({ name: 'main', image: 'one' });
});

test('what a client adds where it deletes stands behind what others added', () => {
  const stored = { containers: [{ name: 'c', env: ['A', 'B', 'C'].map((name) => ({ name, value: name })) }] };
  const env = [
    { name: 'B', value: 'two' },
    { name: 'D', value: '4' },
    { $patch: 'delete', name: 'A' },
  ];
  const patch = { spec: { containers: [{ name: 'c', '$setElementOrder/env': [{ name: 'B' }, { name: 'D' }], env }] } };
  const { object } = applyStrategicMergePatch({ ...pod, spec: stored }, JSON.stringify(patch), fieldTypeOf('v1', 'Pod'));
  const [container] = (object.spec as { containers: { env: { name: string }[] }[] }).containers;
  expect(container!.env.map(({ name }) => name)).toEqual(['B', 'C', 'D']);
});
