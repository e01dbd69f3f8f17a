// Tables, revisions, and what is still known of the past.
import { beforeEach, expect, test } from 'vitest';
import { type Change, Etcd } from '../../../src/simulator/apiserver/etcd.ts';
import { Clock } from '../../../src/simulator/clock.ts';

let clock: Clock;
let etcd: Etcd;

beforeEach(() => {
  clock = new Clock(0);
  etcd = new Etcd(clock, 100);
});

const object = (name: string, namespace = 'a') => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name, namespace } });
const names = (objects: readonly { metadata: { name: string } }[]) => objects.map(({ metadata }) => metadata.name);
const collect = (after: number) => {
  const seen: string[] = [];
  const cancel = etcd.watch('things', after, (change: Change) =>
    seen.push(`${change.revision} ${change.type} ${change.object.metadata.name}`),
  );
  return { seen, cancel };
};

test('objects are listed by namespace and name, as their keys are in etcd', () => {
  for (const [name, namespace] of [
    ['z', 'a'],
    ['b', 'a-b'],
    ['a', 'b'],
    ['c', 'a'],
  ] as const)
    etcd.put('things', object(name, namespace));
  expect(names(etcd.list('things', ''))).toEqual(['b', 'c', 'z', 'a']);
  expect(names(etcd.list('things', 'a'))).toEqual(['c', 'z']);
});

test('every change is a revision, whatever its table', () => {
  etcd.put('things', object('one'));
  etcd.put('others', object('two'));
  etcd.remove('things', object('one'));
  expect(etcd.revision).toBe(103);
  expect(etcd.get('things', 'a', 'one')).toBeUndefined();
});

test('a watch of the past is told of it later in the same instant, then of the present, each change once', () => {
  etcd.put('things', object('one'));
  etcd.put('things', object('two'));
  const { seen } = collect(101);
  etcd.put('things', object('three'));
  expect(seen).toEqual([]);
  clock.settle();
  expect(seen).toEqual(['102 ADDED two', '103 ADDED three']);
});

test('a listener that writes is not called again before it returns', () => {
  const order: string[] = [];
  etcd.watch('things', 100, ({ object: { metadata } }) => {
    order.push(`begin ${metadata.name}`);
    if (metadata.name === 'one') etcd.put('things', object('two'));
    order.push(`end ${metadata.name}`);
  });
  etcd.put('things', object('one'));
  clock.settle();
  expect(order).toEqual(['begin one', 'end one', 'begin two', 'end two']);
});

test('a watch that is called off is told nothing more, not even what is under way', () => {
  const { seen, cancel } = collect(100);
  etcd.put('things', object('one'));
  cancel();
  clock.settle();
  expect(seen).toEqual([]);
});

test('a list can be had as it was', () => {
  etcd.put('things', object('one'));
  etcd.put('things', object('two'));
  etcd.remove('things', object('one'));
  expect(names(etcd.listAt('things', '', 102))).toEqual(['one', 'two']);
  expect(names(etcd.listAt('things', '', 101))).toEqual(['one']);
  expect(names(etcd.listAt('things', '', 103))).toEqual(['two']);
});

test('after five minutes and many changes the past is forgotten, and says so', () => {
  etcd.put('things', object('one'));
  clock.runUntil(400_000);
  for (let count = 0; count < 600; count++) etcd.put('things', object('one'));
  expect(() => collect(100)).toThrow('too old resource version: 100 (');
  expect(() => etcd.listAt('things', '', 100)).toThrow('too old');
  const { seen } = collect(etcd.revision - 1);
  clock.settle();
  expect(seen).toHaveLength(1);
});

test('a revision from before the cluster began is too old', () => {
  expect(() => collect(5)).toThrow('too old resource version: 5 (100)');
});
