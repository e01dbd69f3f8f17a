// A real shell in the pane's terminal.
import { spawn } from '@lydell/node-pty';
import { afterEach, expect, test, vi } from 'vitest';
import { PtyTerminal } from '../../../src/tui/shell-pane/pty-terminal.ts';

/** The machine may be busy. */
const patient = { timeout: 20_000 };
vi.setConfig({ testTimeout: 60_000 });

let terminal: PtyTerminal;
afterEach(() => terminal.close());
const open = (program: string, ...words: string[]) => {
  const environment = { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', PS1: '$ ' };
  terminal = new PtyTerminal({ program, arguments: words, environment, folder: '/' }, { columns: 40, rows: 10 }, spawn);
};
const screen = () => terminal.rows.join('\n');

test('what is typed is run, and the rows change', async () => {
  open('/bin/sh');
  terminal.input('echo $((6 * 7)); stty size\r');
  await expect.poll(screen, patient).toMatch(/42\n10 40/);
  terminal.resize({ columns: 50, rows: 12 });
  terminal.input('stty size\r');
  await expect.poll(screen, patient).toContain('12 50');
});

test('a shell that ends is followed by a fresh one', async () => {
  open('/bin/sh');
  terminal.input('sleep 1; exit\r');
  await expect.poll(screen, patient).toContain('here is a fresh one');
  terminal.input('echo $((6 * 7))\r');
  await expect.poll(screen, patient).toContain('42');
}, 10_000);

test('one that ends at once is not started for ever', async () => {
  open('/bin/false');
  await expect.poll(screen, patient).toContain('ends as soon as it is started');
  expect(screen().match(/fresh one/g)).toHaveLength(2);
}, 10_000);

test('a flood is taken in without being lost, and ctrl-C stops it', async () => {
  open('/bin/sh');
  terminal.input('seq 1 20000; echo done\r');
  await expect.poll(screen, patient).toMatch(/20000\ndone/);
  terminal.input('yes\r');
  await expect.poll(screen, patient).toMatch(/y\ny\ny/);
  terminal.input('\u0003');
  terminal.input('echo $((6 * 7))\r');
  await expect.poll(screen, patient).toContain('42');
}, 20_000);

test('programs that ask the terminal get their answer', async () => {
  open('/bin/sh');
  terminal.input(`stty raw -echo; printf '\\033[6n'; dd bs=1 count=6 2>/dev/null | od -c | head -1; stty sane\r`);
  await expect.poll(screen, patient).toMatch(/033 +\[ +\d+ +;/);
});

test('what it shows can be forgotten, but not the line that is being typed, nor what a program draws', async () => {
  open('/bin/sh');
  terminal.input('seq 1 100; echo $((6 * 7))\r');
  await expect.poll(screen, patient).toMatch(/42\n\$/);
  terminal.input('echo next');
  await expect.poll(screen, patient).toContain('$ echo next');
  terminal.clear();
  await expect.poll(screen, patient).toMatch(/^\$ echo next\n*$/);
  terminal.scroll(-50);
  terminal.input(`; printf '\\033[?1049h\\033[Hdrawn'; read key; printf '\\033[?1049l'\r`);
  await expect.poll(screen, patient).toMatch(/^drawn/);
  terminal.clear();
  terminal.input('\r');
  await expect.poll(screen, patient).toMatch(/^\$ echo next.*\nnext\n\$/s);
});

test('scrolling back hides the cursor, typing comes back', async () => {
  open('/bin/sh');
  terminal.input('seq 1 100\r');
  await expect.poll(screen, patient).toMatch(/99\n100\n/);
  terminal.scroll(-50);
  await expect.poll(screen, patient).not.toContain('100');
  expect(terminal.cursor).toBeUndefined();
  terminal.input('\r');
  await expect.poll(() => terminal.cursor !== undefined, patient).toBe(true);
});
