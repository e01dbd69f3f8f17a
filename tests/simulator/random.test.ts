import { expect, test } from 'vitest';
import { Random } from '../../src/simulator/random.ts';

test('one seed gives one sequence, another seed another', () => {
  const draw = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 5 }, () => random.below(1000));
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test('a forked stream depends on seed and name, not on what others draw', () => {
  const parent = new Random(7);
  const early = parent.fork('scheduler').uuid();
  expect(new Random(7).fork('scheduler').uuid()).toBe(early);
  expect(new Random(7).fork('kubelet').uuid()).not.toBe(early);
});

test('name suffixes have Kubernetes’ letters only', () => {
  expect(new Random(1).nameSuffix(200)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{200}$/);
});

test('uuids are of version 4', () => {
  expect(new Random(1).uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
