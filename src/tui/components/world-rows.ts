// The worlds as rows of level signs: how many fit beside each other, which rows are visible, and where the arrows lead.
import type { LevelEntry, WorldView } from '../../game/session-view.ts';

/** One line of the map: a world's title with its first levels, or more of its levels. */
export interface WorldRow {
  readonly world: WorldView;
  readonly isFirst: boolean;
  readonly levels: readonly LevelEntry[];
}

/** Each world's levels, `perRow` to a line. */
export function worldRows(worlds: readonly WorldView[], perRow: number): WorldRow[] {
  return worlds.flatMap((world) =>
    Array.from({ length: Math.max(1, Math.ceil(world.levels.length / perRow)) }, (_, line) => ({
      world,
      isFirst: line === 0,
      levels: world.levels.slice(line * perRow, (line + 1) * perRow),
    })),
  );
}

/** The part of `rows` that is shown in `height` lines, with the current level's line in it. */
export function visibleRows(rows: readonly WorldRow[], height: number, current: string | undefined): readonly WorldRow[] {
  if (rows.length <= height) return rows;
  const at = Math.max(
    0,
    rows.findIndex(({ levels }) => levels.some(({ id }) => id === current)),
  );
  const first = Math.max(0, Math.min(rows.length - height, at - Math.floor(height / 2)));
  // The title is seen even where the world's first line is out of sight.
  return rows.slice(first, first + height).map((row, index) => (index === 0 ? { ...row, isFirst: true } : row));
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** Left and right go through all levels in order, up and down to the line above or below. */
export function neighbour(rows: readonly WorldRow[], current: string, direction: Direction): LevelEntry | undefined {
  const all = rows.flatMap(({ levels }) => levels);
  const at = all.findIndex(({ id }) => id === current);
  if (direction === 'left') return all[Math.max(0, at - 1)];
  if (direction === 'right') return all[Math.min(all.length - 1, at + 1)];
  const filled = rows.filter(({ levels }) => levels.length > 0);
  const line = filled.findIndex(({ levels }) => levels.some(({ id }) => id === current));
  const column = filled[line]?.levels.findIndex(({ id }) => id === current) ?? 0;
  const other = filled[line + (direction === 'down' ? 1 : -1)];
  return other?.levels[Math.min(column, other.levels.length - 1)];
}
