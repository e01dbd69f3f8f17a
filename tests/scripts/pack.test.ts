// The published package: small, without dependencies, and it plays.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { playerEnvironment, TerminalDriver, temporaryHome } from '../tui/terminal-driver.ts';

// The machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const build = resolve(`build/pack-${process.pid}`);
const away = mkdtempSync(join(tmpdir(), 'k8squest-packed-'));
const installed = join(away, 'package');
const launcher = join(installed, 'bin/k8squest.mjs');
const player = temporaryHome();
let said: string;

beforeAll(() => {
  mkdirSync(build, { recursive: true });
  said = execFileSync(process.execPath, ['scripts/pack.mjs', join(build, 'package')], { encoding: 'utf8' });
  const archive = readdirSync(build).find((name) => name.endsWith('.tgz'))!;
  execFileSync('tar', ['-xzf', join(build, archive), '-C', away]);
});
afterAll(() => {
  player.remove();
  rmSync(build, { recursive: true, force: true });
  rmSync(away, { recursive: true, force: true });
});

test('it is smaller than 15 MB unpacked and depends on nothing but the pseudo-terminal, which may be missing', () => {
  const [, megabytes] = /unpacked ([\d.]+) MB/.exec(said)!;
  expect(Number(megabytes)).toBeLessThan(15);
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest['dependencies']).toBeUndefined();
  expect(manifest['scripts']).toBeUndefined();
  expect(Object.keys(manifest['optionalDependencies'] as object)).toEqual(['@lydell/node-pty']);
});

test('it names the licence of everything bundled', () => {
  const licences = readFileSync(join(installed, 'LICENSES'), 'utf8');
  for (const name of ['ink', 'react', 'yoga-layout', '@xterm/headless', 'marked', 'highlight.js', 'zod', 'js-yaml', 'commander', 'ws'])
    expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
  expect(readdirSync(installed)).toEqual(expect.arrayContaining(['LICENSE', 'NOTICE', 'README.md']));
});

test('its commands work from an empty folder', () => {
  const run = (...words: string[]) =>
    execFileSync(process.execPath, [launcher, ...words], { cwd: player.home, env: playerEnvironment(player.home), encoding: 'utf8' });
  expect(run('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(run('levels')).toContain('25  NetworkPolicy Too Restrictive');
  expect(run('lint', join(installed, 'levels/3-networking/25-networkpolicy-too-restrictive'))).toContain('1 level, 0 findings');
});

test('it plays as lines of text', () => {
  const stdout = execFileSync(process.execPath, [launcher, 'play', '25', '--plain'], {
    cwd: player.home,
    env: playerEnvironment(player.home),
    encoding: 'utf8',
    input: 'status\nquit\n',
  });
  expect(stdout).toContain('Level 25, NetworkPolicy Too Restrictive, is being started.');
});

test('without the pseudo-terminal the shell takes the whole screen and gives it back', async () => {
  const game = new TerminalDriver([launcher, 'play', '25'], player.home, { program: process.execPath });
  try {
    await game.waitFor('⏎ start');
    game.type('\r');
    await game.waitFor('h hint');
    game.type('\u001bOQ');
    await game.waitFor('"exit" goes back to the mission.');
    await game.waitFor(/~ \$/);
    game.type('echo "it is $((40 + 2))"\r');
    await game.waitFor('it is 42');
    game.type('exit\r');
    await game.waitFor('h hint');
    game.type('q');
    await game.waitFor('q quit');
    game.type('q');
    await game.waitFor('Quit the game and this level?');
    game.type('y');
    expect((await game.ended).exitCode).toBe(0);
  } finally {
    game.close();
  }
});
