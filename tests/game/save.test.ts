import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SaveError, SaveFile, totalXp, withHelp, withoutLevel, withResult } from '../../src/game/save.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'k8squest-save-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const result = (xp: number, elapsedMs = 1000) => ({ xp, elapsedMs, passedAt: '2026-01-15T09:00:00.000Z' });

test('a result is there after it was written, and XP counts once a level', async () => {
  const save = new SaveFile(folder());
  await save.update((data) => withResult(data, '25-x', result(225, 5000)));
  await save.update((data) => withResult(data, '25-x', result(250, 9000)));
  await save.update((data) => withResult(data, '25-x', result(0, 2000)));
  const { data } = save.read();
  expect(totalXp(data)).toBe(250);
  expect(data.levels['25-x']).toEqual({ xp: 250, bestMs: 2000, passedAt: '2026-01-15T09:00:00.000Z', runs: 3 });
});

test('what was read of a level is remembered until it is passed or reset', async () => {
  const save = new SaveFile(folder());
  const { help: _help, ...old } = save.read().data;
  writeFileSync(save.path, JSON.stringify(old)); // as written before it was kept
  await save.update((data) => withHelp(data, '25-x', { hints: 2, solution: false }));
  await save.update((data) => withHelp(data, '25-x', { hints: 1, solution: true }));
  await save.update((data) => withHelp(data, '26-y', { hints: 1, solution: false }));
  expect(save.read().data.help).toEqual({ '25-x': { hints: 2, solution: true }, '26-y': { hints: 1, solution: false } });
  await save.update((data) => withResult(data, '25-x', result(0)));
  await save.update((data) => withoutLevel(data, '26-y'));
  expect(save.read().data).toMatchObject({ help: {}, levels: { '25-x': { runs: 1 } } });
});

test('two writers lose nothing', async () => {
  const path = folder();
  const saves = [new SaveFile(path), new SaveFile(path)];
  await Promise.all(
    Array.from({ length: 10 }, (_, index) => saves[index % 2]!.update((data) => withResult(data, `level-${index}`, result(10)))),
  );
  expect(totalXp(saves[0]!.read().data)).toBe(100);
});

test('a corrupt save is set aside, named, and the backup used', async () => {
  const path = folder();
  const save = new SaveFile(path);
  await save.update((data) => withResult(data, 'one', result(10)));
  await save.update((data) => withResult(data, 'two', result(10)));
  writeFileSync(save.path, '{"schemaVersion": 1, "levels');
  const { data, notice } = save.read();
  expect(totalXp(data)).toBe(10);
  expect(notice).toBe(`The save file was damaged. It is kept as ${save.path}.corrupt; its backup is used.`);
  expect(readFileSync(`${save.path}.corrupt`, 'utf8')).toBe('{"schemaVersion": 1, "levels');
});

test('a corrupt save of the right JSON but the wrong shape is no save either', () => {
  const save = new SaveFile(folder());
  writeFileSync(save.path, '{"schemaVersion": 1, "levels": []}');
  expect(save.read().notice).toContain('there is no backup');
  expect(existsSync(save.path)).toBe(false);
});

test('a newer version’s save is refused and left as it is', async () => {
  const save = new SaveFile(folder());
  const text = '{"schemaVersion": 99}';
  writeFileSync(save.path, text);
  expect(() => save.read()).toThrow(SaveError);
  await expect(save.update((data) => data)).rejects.toThrow('was written by a newer k8squest');
  expect(readFileSync(save.path, 'utf8')).toBe(text);
});

test('a data folder that is a file is an error with a remedy', () => {
  const path = join(folder(), 'data');
  writeFileSync(path, '');
  expect(() => new SaveFile(path).read()).toThrow(/^the data folder .* can't be used/);
});

test('what a killed writer left is swept after a minute', () => {
  const path = folder();
  const left = join(path, 'save.json.123456');
  const fresh = join(path, 'save.json.654321');
  writeFileSync(left, 'half');
  writeFileSync(fresh, 'half');
  const longAgo = Date.now() / 1000 - 120;
  utimesSync(left, longAgo, longAgo);
  new SaveFile(path).read();
  expect(readdirSync(path)).toEqual(['save.json.654321']);
});
