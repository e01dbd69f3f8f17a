// The shell's rows as text with styles.
import xterm from '@xterm/headless';
import { expect, test } from 'vitest';
import { serializeRow } from '../../../src/tui/shell-pane/serialize-row.ts';

async function rowOf(text: string, columns = 20): Promise<string> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 2, allowProposedApi: true });
  await new Promise<void>((done) => terminal.write(text, done));
  return serializeRow(terminal, 0, terminal.buffer.active.getNullCell());
}

test('plain text has no styles and no blanks at its end', async () => {
  expect(await rowOf('a  b   ')).toBe('a  b');
  expect(await rowOf('')).toBe('');
});

test('palette colours stay palette colours', async () => {
  expect(await rowOf('\u001b[31mred\u001b[0m \u001b[94mblue\u001b[0m')).toBe('\u001b[0;31mred\u001b[0m \u001b[0;94mblue\u001b[0m');
  expect(await rowOf('\u001b[38;5;200mpink\u001b[0m')).toBe('\u001b[0;38;5;200mpink\u001b[0m');
  expect(await rowOf('\u001b[48;2;1;2;3mx\u001b[0m')).toBe('\u001b[0;48;2;1;2;3mx\u001b[0m');
});

test('bold, inverse and the blanks of an inverse bar are kept', async () => {
  expect(await rowOf('\u001b[1;7m ok \u001b[0m')).toBe('\u001b[0;1;7m ok \u001b[0m');
});

test('wide characters count once', async () => {
  expect(await rowOf('你好a')).toBe('你好a');
});

test('a row that does not exist is empty', async () => {
  const terminal = new xterm.Terminal({ cols: 4, rows: 2, allowProposedApi: true });
  expect(serializeRow(terminal, 99, terminal.buffer.active.getNullCell())).toBe('');
});
