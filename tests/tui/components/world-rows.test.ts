// Moving over the map.
import { expect, test } from 'vitest';
import type { LevelEntry, WorldView } from '../../../src/game/session-view.ts';
import { neighbour, visibleRows, worldRows } from '../../../src/tui/components/world-rows.ts';

const level = (id: string): LevelEntry => ({
  id,
  number: Number(id.slice(1)),
  title: id,
  xp: 100,
  difficulty: 'beginner',
  minutes: 5,
  concepts: [],
  state: 'open',
  teaser: '',
  briefing: '',
  goals: [],
});
const world = (id: string, count: number): WorldView => ({
  id,
  number: 1,
  title: id,
  levels: Array.from({ length: count }, (_, index) => level(`${id}${index + 1}`)),
});
const rows = worldRows([world('a', 12), world('b', 2), world('c', 7)], 5);

test('a world that is too long goes on in the next line', () => {
  expect(rows.map(({ isFirst, levels }) => [isFirst, levels.length])).toEqual([
    [true, 5],
    [false, 5],
    [false, 2],
    [true, 2],
    [true, 5],
    [false, 2],
  ]);
});

test('left and right go through all levels, up and down to the lines beside', () => {
  expect(neighbour(rows, 'a5', 'right')?.id).toBe('a6');
  expect(neighbour(rows, 'a12', 'right')?.id).toBe('b1');
  expect(neighbour(rows, 'a1', 'left')?.id).toBe('a1');
  expect(neighbour(rows, 'a4', 'down')?.id).toBe('a9');
  expect(neighbour(rows, 'a9', 'down')?.id).toBe('a12');
  expect(neighbour(rows, 'b2', 'down')?.id).toBe('c2');
  expect(neighbour(rows, 'c7', 'down')).toBeUndefined();
  expect(neighbour(rows, 'a1', 'up')).toBeUndefined();
});

test('a world without levels is stepped over', () => {
  const sparse = worldRows([world('a', 2), world('b', 0), world('c', 2)], 5);
  expect(neighbour(sparse, 'a2', 'down')?.id).toBe('c2');
});

test('the line of the chosen level is always visible, and the first line says its world', () => {
  for (const id of ['a1', 'a12', 'b1', 'c7']) {
    const shown = visibleRows(rows, 3, id);
    expect(shown).toHaveLength(3);
    expect(shown.flatMap(({ levels }) => levels.map((entry) => entry.id))).toContain(id);
    expect(shown[0]!.isFirst).toBe(true);
  }
});
