// However the game ends, the terminal can be used, nothing runs on, and no folder is left.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { kubectlForTests } from '../kubectl.ts';
import { launcher, pause, TerminalDriver, temporaryHome } from './terminal-driver.ts';

// The machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const brokenGame = resolve(`build/broken-game-${process.pid}`);
let kubectl: string;
let player: ReturnType<typeof temporaryHome>;
let game: TerminalDriver;

beforeAll(async () => {
  kubectl = await kubectlForTests();
  const bundler = '../../scripts/build/bundle.mjs';
  const { bundle } = (await import(bundler)) as { bundle: (entryPoints: Record<string, string>, outdir: string) => Promise<void> };
  await bundle({ 'broken-game': 'tests/tui/broken-game.ts', 'session-worker': 'src/game/session-worker.ts' }, brokenGame);
});
afterAll(() => rmSync(brokenGame, { recursive: true, force: true }));
beforeEach(() => {
  player = temporaryHome();
});
afterEach(() => {
  game.close();
  player.remove();
});

/** Starts a program in a shell that tells afterwards how it ended and in which state the terminal is. */
function playInShell(...words: readonly string[]): TerminalDriver {
  const script = `trap '' HUP INT TERM; "$0" "$@"; code=$?; echo $code > "$HOME/code"; echo "ended with $code"; stty -a; exec cat`;
  return new TerminalDriver(['-c', script, process.execPath, ...words], player.home, {
    program: '/bin/sh',
    environment: { K8SQUEST_KUBECTL: kubectl },
  });
}

/** Plays until the inner shell answers; the process ids of the game and of that shell. */
async function playUntilShell(): Promise<{ gamePid: number; shellPid: number }> {
  game = playInShell(launcher, 'play', '25');
  await game.waitFor('⏎ start');
  game.type('\r');
  await game.waitFor(/^.{0,60}~ \$/m);
  game.type('echo "shell" $$; sleep 1000 &\r');
  const [, shellPid] = /shell (\d+)/.exec(await game.waitFor(/shell \d+/))!;
  const [gamePid] = readdirSync(join(player.home, 'state/run'));
  return { gamePid: Number(gamePid), shellPid: Number(shellPid) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The terminal is as it was, and says so; nothing of the game runs on. */
async function expectCleanEnd(exitCode: number, pids: { gamePid: number; shellPid: number } | Record<string, never>): Promise<void> {
  const screen = await game.waitFor(/ended with \d+[\s\S]*(\+|-| )echo\b/);
  expect(screen).toContain(`ended with ${exitCode}`);
  expect(screen).toMatch(/(^|\s)icanon/);
  expect(screen).toMatch(/(^|\s)echo\b/);
  expect(game.isOnAlternateScreen).toBe(false);
  expect(game.isCursorHidden).toBe(false);
  expect(game.terminal.modes.wraparoundMode).toBe(true);
  for (const pid of Object.values(pids)) await expect.poll(() => isAlive(pid), { timeout: 3000 }).toBe(false);
}

function expectNoFolderLeft(): void {
  const run = join(player.home, 'state/run');
  expect(existsSync(run) ? readdirSync(run) : []).toEqual([]);
}

test('q on the map ends the game', async () => {
  game = playInShell(launcher, 'play');
  await game.waitFor('q quit');
  game.type('q');
  await expectCleanEnd(0, {});
  expectNoFolderLeft();
});

test('ctrl-C in the mission asks, and a second one ends the game', async () => {
  const pids = await playUntilShell();
  game.type('\u001b');
  game.type('\u001d');
  await game.waitFor('h hint');
  game.type('\u0003');
  await game.waitFor('Quit the game and this level?');
  game.type('n');
  await game.waitFor('h hint');
  game.type('\u0003');
  await game.waitFor('Quit the game and this level?');
  game.type('\u0003');
  await expectCleanEnd(0, pids);
  expectNoFolderLeft();
});

for (const [signal, exitCode] of [
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
] as const)
  test(`${signal} leaves nothing behind`, async () => {
    const pids = await playUntilShell();
    process.kill(pids.gamePid, signal);
    await expectCleanEnd(exitCode, pids);
    expectNoFolderLeft();
  });

test('when the terminal is closed, game and shell end', async () => {
  const pids = await playUntilShell();
  game.hangUp();
  for (const pid of Object.values(pids)) await expect.poll(() => isAlive(pid), { timeout: 8000 }).toBe(false);
  expectNoFolderLeft();
  const code = join(player.home, 'code');
  await expect.poll(() => existsSync(code) && readFileSync(code, 'utf8'), { timeout: 8000 }).toBe('129\n');
});

test('after kill -9 the shell ends too, and the next start sweeps what was left', async () => {
  const pids = await playUntilShell();
  process.kill(pids.gamePid, 'SIGKILL');
  for (const pid of Object.values(pids)) await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  expect(readdirSync(join(player.home, 'state/run'))).toEqual([String(pids.gamePid)]);
  game.close();
  game = playInShell(launcher, 'play');
  await game.waitFor('q quit');
  await expect.poll(() => readdirSync(join(player.home, 'state/run')), { timeout: 10_000 }).not.toContain(String(pids.gamePid));
  game.type('q');
  await game.waitFor('ended with 0');
  expectNoFolderLeft();
});

test.each(['component', 'thread'])(
  'an error thrown in a %s is told on a usable terminal',
  async (where) => {
    game = playInShell(join(brokenGame, 'broken-game.js'), where);
    const screen = await game.waitFor('ended with');
    await pause(100);
    expect(game.transcript).toContain('a mistake of ours');
    expect(game.transcript).toMatch(/TypeError/);
    expect(screen).toContain('ended with 2');
    expect(game.isOnAlternateScreen).toBe(false);
    expect(game.isCursorHidden).toBe(false);
    expect(game.terminal.modes.wraparoundMode).toBe(true);
    expectNoFolderLeft();
  },
  60_000,
);
