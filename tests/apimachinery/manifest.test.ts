import { expect, test } from 'vitest';
import { formatYaml, parseManifest, parseYaml } from '../../src/apimachinery/manifest.ts';

test('several documents and Lists become objects, empty documents are left out', () => {
  const text = `---
# nothing
---
apiVersion: v1
kind: Pod
metadata: {name: a}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: b}}
- {apiVersion: v1, kind: Pod}
`;
  expect(parseManifest(text).map((object) => object.metadata.name)).toEqual(['a', 'b', undefined]);
  expect(parseManifest('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"j"}}')[0]!.metadata.name).toBe('j');
});

test('scalars are read as Kubernetes reads them', () => {
  expect(parseYaml('{a: y, b: "y", c: off, d: 0755, e: 1:30, f: 2024-01-01, g: 1e3, h: ~, i: 08, j: 0x1F, k: 1_000, l: .5}')).toEqual({
    a: true,
    b: 'y',
    c: false,
    d: 493,
    e: '1:30',
    f: '2024-01-01',
    g: 1000,
    h: null,
    i: 8,
    j: 31,
    k: 1000,
    l: 0.5,
  });
});

test('a doubled key passes, the last one counts', () => {
  expect(parseYaml('a: 1\na: 2\n')).toEqual({ a: 2 });
});

test('errors say where', () => {
  expect(() => parseManifest('apiVersion: v1\nkind: Pod\n  bad: x\n')).toThrow(/^line 3, column \d+: /);
  expect(() => parseManifest('kind: Pod')).toThrow("Object 'apiVersion' is missing");
  expect(() => parseManifest('- 1')).toThrow('a manifest must be an object');
});

test('YAML comes out as kubectl prints it', () => {
  expect(formatYaml({ b: [{ y: 1, x: 'y' }], a: null })).toBe('a: null\nb:\n- x: "y"\n  "y": 1\n');
});
