// The algebra of field sets, kept as the JSON of managedFields.
import { expect, test } from 'vitest';
import {
  difference,
  type FieldSet,
  fieldSet,
  intersection,
  memberPaths,
  recursiveDifference,
  setHas,
  sorted,
  union,
} from '../../../../src/simulator/apiserver/patch/field-set.ts';

const labels = fieldSet(['f:metadata', 'f:labels'], ['f:metadata', 'f:labels', 'f:app']);

test('a set is written as fieldsV1: a dot for a field that is owned besides what is in it', () => {
  expect(labels).toEqual({ 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } } });
  expect(setHas(labels, ['f:metadata', 'f:labels'])).toBe(true);
  expect(setHas(labels, ['f:metadata'])).toBe(false);
});

test('union keeps what either owns, and the set itself when nothing is new', () => {
  const both = union(labels, fieldSet(['f:metadata', 'f:labels', 'f:tier'], ['f:metadata']));
  expect(both).toEqual({ 'f:metadata': { '.': {}, 'f:labels': { '.': {}, 'f:app': {}, 'f:tier': {} } } });
  expect(union(both, labels)).toBe(both);
});

test('difference takes a field but leaves what is below it', () => {
  expect(difference(labels, fieldSet(['f:metadata', 'f:labels']))).toEqual({ 'f:metadata': { 'f:labels': { 'f:app': {} } } });
  expect(difference(labels, fieldSet(['f:metadata', 'f:labels', 'f:app']))).toEqual({ 'f:metadata': { 'f:labels': {} } });
  expect(difference(labels, fieldSet(['f:spec']))).toBe(labels);
  expect(difference(labels, labels)).toEqual({});
});

test('recursive difference takes what is below too', () => {
  expect(recursiveDifference(union(labels, fieldSet(['f:spec'])), fieldSet(['f:metadata']))).toEqual({ 'f:spec': {} });
});

test('intersection keeps what both own', () => {
  expect(intersection(labels, fieldSet(['f:metadata', 'f:labels', 'f:app'], ['f:spec']))).toEqual({
    'f:metadata': { 'f:labels': { 'f:app': {} } },
  });
  expect(intersection(labels, fieldSet(['f:metadata', 'f:labels', 'f:other']))).toEqual({});
});

test('fields are written by name, then keys by their numbers, then values', () => {
  const set: FieldSet = {
    'v:"b"': {},
    'k:{"containerPort":443,"protocol":"TCP"}': {},
    'k:{"containerPort":80,"protocol":"TCP"}': {},
    'f:b': {},
    'f:a': {},
  };
  expect(Object.keys(sorted(set))).toEqual([
    'f:a',
    'f:b',
    'k:{"containerPort":80,"protocol":"TCP"}',
    'k:{"containerPort":443,"protocol":"TCP"}',
    'v:"b"',
  ]);
});

test('paths are printed with the keys of list elements', () => {
  const set = fieldSet(['f:spec', 'k:{"port":80,"protocol":"TCP"}', 'f:name'], ['f:data'], ['f:metadata', 'f:finalizers', 'v:"x"']);
  expect(memberPaths(set)).toEqual(['.data', '.metadata.finalizers[="x"]', '.spec[port=80,protocol="TCP"].name']);
});
