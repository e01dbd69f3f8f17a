// `k8squest new`: what it makes is whole and proved; what it refuses leaves nothing behind.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TerminalDriver } from '../tui/terminal-driver.ts';
import { newHome, runCommand } from './run-command.ts';

test('what it makes lints clean, is proved, and needs each of its goals', async () => {
  const home = newHome();
  const words = [
    '3-networking/90-my-level',
    '--title',
    'Nobody Home: "At All"',
    '--xp',
    '120',
    '--difficulty',
    'advanced',
    '--minutes',
    '7',
  ];
  const made = await runCommand(['new', ...words], home);
  expect(made.stderr).toBe('');
  expect(made.stdout).toContain('k8squest test 90 --levels my-levels');
  expect(made.exitCode).toBe(0);

  const folder = join(home, 'my-levels/3-networking/90-my-level');
  const mission = readFileSync(join(folder, 'mission.yaml'), 'utf8').split('\n');
  expect(mission.slice(0, 5)).toEqual([
    '# yaml-language-server: $schema=../../mission.schema.json',
    'title: "Nobody Home: \\"At All\\""',
    'xp: 120',
    'difficulty: advanced',
    'minutes: 7',
  ]);
  expect(JSON.parse(readFileSync(join(folder, '../../mission.schema.json'), 'utf8'))).toHaveProperty('properties.objectives');

  expect((await runCommand(['lint', 'my-levels'], home)).stdout).toBe('1 level, 0 findings\n');
  const proof = await runCommand(['test', '90', '--levels', 'my-levels'], home);
  expect(proof.stdout).toContain('1 of 1 level proved');
  expect(proof.exitCode, proof.stdout).toBe(0);
  const mutations = await runCommand(['test', '90', '--levels', 'my-levels', '--mutations'], home);
  expect(mutations.stdout).toBe('3 of 3 objectives and guards are needed\n');
}, 120_000);

test('a second level keeps what is there of its world', async () => {
  const home = newHome();
  mkdirSync(join(home, 'own/1-doors'), { recursive: true });
  writeFileSync(join(home, 'own/1-doors/world.yaml'), 'title: Doors\n');
  expect((await runCommand(['new', '1-doors/90-first', '--levels', 'own'], home)).exitCode).toBe(0);
  expect((await runCommand(['new', '1-doors/91-second', '--levels', 'own'], home)).exitCode).toBe(0);
  expect(readFileSync(join(home, 'own/1-doors/world.yaml'), 'utf8')).toBe('title: Doors\n');
  expect(readFileSync(join(home, 'own/1-doors/91-second/mission.yaml'), 'utf8')).toContain(
    'title: "Second"\nxp: 100\ndifficulty: beginner',
  );
});

test.each([
  ['a name without its world', ['my-level'], /"my-level" is no name for a level\. Name its world and itself/],
  ['a way out', ['../90-my-level'], /is no name for a level/],
  ['capitals and blanks', ['3-Net works/90-my level'], /is no name for a level/],
  ['no number', ['networking/my-level'], /is no name for a level/],
  ["a number of the game's", ['3-networking/25-mine'], /number 25 is taken: .*25-networkpolicy-too-restrictive\. Choose another/],
  ['too much XP', ['3-networking/90-mine', '--xp', '5000'], /xp must be 1000 at most/],
  ['XP as a word', ['3-networking/90-mine', '--xp', 'lots'], /--xp takes a whole number/],
  ['an unknown difficulty', ['3-networking/90-mine', '--difficulty', 'easy'], /difficulty must be beginner, intermediate/],
  ['no minutes', ['3-networking/90-mine', '--minutes', '0'], /minutes must be 1 at least/],
  ['a long title', ['3-networking/90-mine', '--title', 'x'.repeat(45)], /the title has 45 characters\. Use 44 at most/],
  ['an empty title', ['3-networking/90-mine', '--title', '  '], /title must be the level's title/],
  ['an escape code', ['3-networking/90-mine', '--title', 'a\u001b[2J'], /a character that not every terminal shows/],
])('%s is refused and nothing is written', async (_what, words, says) => {
  const home = newHome();
  const { exitCode, stderr } = await runCommand(['new', ...words], home);
  expect(stderr).toMatch(says);
  expect(exitCode).toBe(2);
  expect(existsSync(join(home, 'my-levels'))).toBe(false);
});

test('a folder that is there is left as it is', async () => {
  const home = newHome();
  const folder = join(home, 'my-levels/3-networking/90-mine');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  const { exitCode, stderr } = await runCommand(['new', '3-networking/90-mine'], home);
  expect(stderr).toContain('my-levels/3-networking/90-mine is there already.');
  expect(exitCode).toBe(2);
  expect(readdirSync(folder)).toEqual(['notes.txt']);
  expect(readdirSync(join(home, 'my-levels'))).toEqual(['3-networking']);
});

test('on a terminal it asks for what it was not told, and asks again after a bad answer', async () => {
  const home = newHome();
  const terminal = new TerminalDriver(['new', '3-networking/90-mine', '--minutes', '5'], home);
  await terminal.waitFor('Title [Mine]');
  terminal.type('Somebody Home\r');
  await terminal.waitFor('XP [100]');
  terminal.type('9999\r');
  await terminal.waitFor('xp must be 1000 at most');
  terminal.type('90\r');
  await terminal.waitFor('Difficulty [beginner]');
  terminal.type('\r');
  expect((await terminal.ended).exitCode).toBe(0);
  terminal.close();
  const mission = readFileSync(join(home, 'my-levels/3-networking/90-mine/mission.yaml'), 'utf8');
  expect(mission).toContain('title: "Somebody Home"\nxp: 90\ndifficulty: beginner\nminutes: 5\n');
}, 30_000);
