// Who gets what is typed.
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { beforeEach, expect, test, vi } from 'vitest';
import { focusChords } from '../../../src/tui/keys.ts';
import { StdinMux } from '../../../src/tui/shell-pane/stdin-mux.ts';

/** The machine may be busy. */
const patient = { timeout: 20_000 };
vi.setConfig({ testTimeout: 60_000 });

let input: PassThrough;
let mux: StdinMux;
let toInk: string;
let toShell: string;
let written: string;
let chords: number;
const typed = async (...chunks: string[]) => {
  for (const chunk of chunks) {
    input.write(chunk);
    await new Promise((done) => setImmediate(done));
  }
};

beforeEach(() => {
  input = new PassThrough();
  [toInk, toShell, written, chords] = ['', '', '', 0];
  mux = new StdinMux(input as unknown as ReadStream, focusChords, (text) => {
    written += text;
  });
  mux.ink.on('data', (chunk: Buffer) => {
    toInk += String(chunk);
  });
  mux.onChord = () => {
    chords++;
    return false;
  };
});
const captureForShell = () =>
  mux.setCapture((text) => {
    toShell += text;
  });

test('without a capture Ink gets everything, with one the shell gets the raw bytes', async () => {
  await typed('h');
  await expect.poll(() => toInk, patient).toBe('h');
  captureForShell();
  await typed('\u001b[A\u0003\u001bb', 'kübectl 🚀\r');
  expect([toInk, toShell]).toEqual(['h', '\u001b[A\u0003\u001bbkübectl 🚀\r']);
});

test.each(focusChords.map((chord) => [JSON.stringify(chord), chord]))(
  'the chord %s is found inside a chunk and in pieces',
  async (_, chord) => {
    captureForShell();
    await typed(`ab${chord}cd`);
    for (const character of chord) await typed(character);
    await typed('ef');
    expect([chords, toShell]).toEqual([2, 'abcdef']);
  },
);

test('a lone escape gets through after a moment', async () => {
  captureForShell();
  await typed('\u001b');
  expect(toShell).toBe('');
  await expect.poll(() => toShell, patient).toBe('\u001b');
});

test('what is typed after a chord goes where the focus went', async () => {
  captureForShell();
  mux.onChord = () => true;
  await typed('ab\u001dq');
  await typed('r');
  expect([toShell, toInk]).toEqual(['ab', '']);
  mux.setCapture(undefined);
  await typed();
  await expect.poll(() => toInk, patient).toBe('qr');
  expect(toShell).toBe('ab');
});

test('pastes are marked for the shell only', () => {
  captureForShell();
  captureForShell();
  mux.setCapture(undefined);
  expect(written).toBe('\u001b[?2004h\u001b[?2004l');
});

test('a suspended one leaves the input alone', async () => {
  captureForShell();
  mux.suspend();
  await typed('child');
  expect(toShell).toBe('');
  mux.resume();
  await typed('!');
  expect(toShell).toContain('!');
});

test('Ink gets one key at a time, however fast they are typed', async () => {
  const keys: string[] = [];
  mux.ink.removeAllListeners('data');
  mux.ink.on('data', (chunk: Buffer) => keys.push(String(chunk)));
  await typed('yq\u001b[C\u001bOP\u001bx\u001b[5;2~é🚀\u001b');
  const expected = ['y', 'q', '\u001b[C', '\u001bOP', '\u001bx', '\u001b[5;2~', 'é', '🚀', '\u001b'];
  await expect.poll(() => keys, patient).toEqual(expected);
});
