// JSON patch beyond the recorded cases.
import { expect, test } from 'vitest';
import { applyJsonPatch } from '../../../../src/simulator/apiserver/patch/json-patch.ts';

const document = { list: ['a', 'b'], map: { 'x/y': 1, 'a~b': 2 }, zero: 0 };
const patched = (...operations: unknown[]) => applyJsonPatch(document, JSON.stringify(operations));

test('the document that is patched stays as it was', () => {
  patched({ op: 'remove', path: '/list/0' }, { op: 'add', path: '/map/new', value: 1 });
  expect(document).toEqual({ list: ['a', 'b'], map: { 'x/y': 1, 'a~b': 2 }, zero: 0 });
});

test('paths may hold slashes and tildes', () => {
  expect(patched({ op: 'replace', path: '/map/x~1y', value: 3 }, { op: 'remove', path: '/map/a~0b' })).toMatchObject({ map: { 'x/y': 3 } });
});

test('move and copy take the value from where it is', () => {
  expect(patched({ op: 'move', from: '/list/0', path: '/list/-' })).toMatchObject({ list: ['b', 'a'] });
  expect(patched({ op: 'copy', from: '/list/0', path: '/list/1' })).toMatchObject({ list: ['a', 'a', 'b'] });
});

test('an index below zero counts from the end', () => {
  expect(patched({ op: 'remove', path: '/list/-1' })).toMatchObject({ list: ['a'] });
});

test('test compares numbers by their digits', () => {
  expect(() => applyJsonPatch(document, '[{"op":"test","path":"/zero","value":0}]')).not.toThrow();
  expect(() => applyJsonPatch(document, '[{"op":"test","path":"/zero","value":0.0}]')).toThrow(
    'the server rejected our request due to an error in our request',
  );
});

test('a body that is no list is refused with what it is', () => {
  expect(() => applyJsonPatch(document, '{}')).toThrow(
    'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
  );
});
