// Programs in the shell's pane: an editor, kubectl edit, a pager, and a terminal that changes its size.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { kubectlForTests } from '../kubectl.ts';
import { TerminalDriver, temporaryHome } from './terminal-driver.ts';

// The machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let kubectl: string;
let player: ReturnType<typeof temporaryHome>;
let game: TerminalDriver;

beforeAll(async () => {
  kubectl = await kubectlForTests();
});
beforeEach(async () => {
  player = temporaryHome();
  const environment = { K8SQUEST_KUBECTL: kubectl, EDITOR: 'vi' };
  game = new TerminalDriver(['play', '25'], player.home, { columns: 140, rows: 40, environment });
  await game.waitFor('⏎ start');
  game.type('\r');
  await game.waitFor(/│~ \$/);
});
afterEach(() => {
  game.close();
  player.remove();
});

test('vi edits a file', async () => {
  game.type('vi note\r');
  await game.waitFor(/│~ *$/m);
  game.type('i');
  game.type('one two');
  await game.waitFor('one two');
  game.type('\u001b');
  game.type(':wq\r');
  await game.waitFor(/written/);
  await expect.poll(() => readFileSync(join(player.home, 'note'), 'utf8'), { timeout: 20_000 }).toBe('one two\n');
});

test('kubectl edit mends the level', async () => {
  game.type('kubectl edit networkpolicy backend-network-policy\r');
  await game.waitFor('Please edit the object below.');
  game.type(':%s/app: admin-tool/app: frontend/\r');
  game.type(':wq\r');
  await game.waitFor('backend-network-policy edited');
  await game.waitFor('Passed in');
});

test('after a restart the shell has the focus, as at the start', async () => {
  game.type('\u001bOQ');
  await game.waitFor('r restart');
  game.type('r');
  await game.waitFor('Break it anew?');
  game.type('y');
  await game.waitFor('try 2');
  game.type('echo $((40 + 2))\r');
  await game.waitFor(/│42 *$/m);
});

test('a pager pages, and ctrl-C ends what runs', async () => {
  game.type('seq 1 500 | less\r');
  await game.waitFor(/│1 *$/m);
  game.type('G');
  await game.waitFor(/│500 *$/m);
  game.type('q');
  await game.waitFor(/less\n.*│~ \$/);
  game.type('sleep 1000\r');
  await game.waitFor('sleep 1000');
  game.type('\u0003');
  game.type('echo $((40 + 2))\r');
  await game.waitFor(/│42 *$/m);
});

test('when the terminal changes its size, so does the shell', async () => {
  const sizes = [
    [80, 24, '22 80'],
    [60, 16, '14 60'],
    [140, 44, '42 80'],
  ] as const;
  game.type('while sleep 0.2; do clear; stty size; done\r');
  for (const [columns, rows, size] of sizes) {
    game.resize(columns, rows);
    await game.waitFor(size);
  }
  game.resize(50, 12);
  await game.waitFor('A little more room, please: 60×16');
  game.resize(40, 24);
  await game.waitFor('(this is 40×24)');
  expect(game.screen.match(/A little more/g)).toHaveLength(1);
  game.resize(80, 24);
  await game.waitFor('F2 mission');
});
