// What fast-start changes in string-width changes no width.
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import stringWidth from 'string-width';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

// The machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

type Width = (text: string, options?: { countAnsiEscapeCodes?: boolean; ambiguousIsNarrow?: boolean }) => number;
const folder = resolve(`build/fast-start-${process.pid}`);
let fastWidth: Width;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  const plugin = '../../scripts/build/fast-start.mjs';
  const { fastStart } = (await import(plugin)) as { fastStart: Plugin };
  const outfile = join(folder, 'width.mjs');
  await build({
    stdin: { contents: "export { default } from 'string-width';", resolveDir: process.cwd() },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    plugins: [fastStart],
  });
  fastWidth = ((await import(outfile)) as { default: Width }).default;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The texts whose widths differ. */
function differences(texts: Iterable<string>): string[] {
  const found: string[] = [];
  for (const text of texts) {
    for (const options of [{}, { ambiguousIsNarrow: false }, { countAnsiEscapeCodes: true }]) {
      if (fastWidth(text, options) !== stringWidth(text, options)) found.push(`${JSON.stringify(text)} ${JSON.stringify(options)}`);
    }
  }
  return found.slice(0, 10);
}

function* codePoints(from: number, to: number): Generator<string> {
  for (let point = from; point <= to; point++) if (point < 0xd800 || point > 0xdfff) yield String.fromCodePoint(point);
}

test('it is not the original', () => {
  expect(fastWidth.toString()).not.toBe(stringWidth.toString());
  expect(fastWidth.toString()).toContain('\\u2500');
});

test('every character of the first planes is as wide as before, alone and between others', () => {
  expect(differences(codePoints(0, 0x33ff))).toEqual([]);
  expect(differences(codePoints(0x1f000, 0x1fbff))).toEqual([]);
  expect(differences([...codePoints(0, 0x2fff)].map((character) => `a${character}─`))).toEqual([]);
});

test('thirty thousand mixed texts are as wide as before', () => {
  const pieces = [
    'a',
    ' ',
    '─',
    '│',
    '●',
    '✔',
    '✘',
    '…',
    '→',
    'é',
    '\u0301',
    '\u00ad',
    '你',
    '👩',
    '\u200d',
    '💻',
    '\ufe0f',
    '❤',
    '🇩',
    '🇪',
    '\u{1f3fd}',
    '1',
    '\u20e3',
    '\u001b[31m',
    '\u001b[0m',
    '\t',
    '\n',
    '한',
    'ᄀ',
    'ᅡ',
    '\u200b',
    'ﬀ',
    '½',
    '°',
  ];
  let seed = 1;
  const next = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const texts = Array.from({ length: 30_000 }, () => Array.from({ length: 1 + next(8) }, () => pieces[next(pieces.length)]!).join(''));
  expect(differences(texts)).toEqual([]);
});

test('a pattern that no longer matches stops the build', async () => {
  const plugin = '../../scripts/build/fast-start.mjs';
  const { withFastWidths } = (await import(plugin)) as { withFastWidths: (source: string) => string };
  expect(() => withFastWidths('export default () => 1;')).toThrow(/string-width no longer contains/);
});
