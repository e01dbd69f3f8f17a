// House rules a machine can check. A failure names the file, the rule and the way out.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

// A room may import itself and the rooms below it; rooms on one line do not see each other.
const floors = [['cli'], ['tui', 'authoring'], ['game'], ['cluster'], ['simulator'], ['apimachinery']];
// Outside packages, and the only places that may import them.
const doors: Record<string, RegExp> = {
  ink: /^(tui\/|cli\/play\.)/,
  react: /^(tui\/|cli\/play\.)/,
  '@lydell/node-pty': /^tui\/shell-pane\//,
  '@xterm/headless': /^tui\/shell-pane\//,
  '@kubernetes/client-node': /^cluster\//,
  'node:child_process': /^(cluster|tui\/shell-pane|authoring)\//,
  'node:http': /^simulator\/apiserver\/transport\//,
  'node:https': /^(simulator\/apiserver\/transport\/|cluster\/kubectl\.)/,
  'node:tls': /^simulator\/apiserver\/transport\//,
  ws: /^simulator\/apiserver\/transport\//,
  'node:worker_threads': /^(game\/session-(thread|worker)|authoring\/)/,
  unbash: /^simulator\/container\/shell\//,
};
const hostSide = /^simulator\/apiserver\/transport\//;
const wallClock = /\b(Date\.now|setTimeout|setInterval|setImmediate|Math\.random|performance\.now)\b|\bnew Date\(\)/;
const vague = /(^|\/)(index|utils?|helpers?|common|shared|misc|lib|types|constants)(\.tsx?$|\/)/;
// The formatter keeps every import in one of these shapes (the last one is a worker's entry), so no parser is needed.
const importing =
  /^(?:import|export)\b[^'"`;]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|\bnew URL\(\s*['"](\.[^'"]+)['"]/gm;

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(join('src', file), 'utf8') }))
  .map((source) => ({ ...source, imports: [...source.text.matchAll(importing)].map(([, ...found]) => found.find(Boolean)!) }));
const local = (file: string, target: string) => normalize(join(dirname(file), target)).replace(/\.[jt]sx?$/, '');
const floor = (path: string) => floors.findIndex((rooms) => rooms.includes(path.split('/')[0]!));
const sameRoom = (a: string, b: string) => a.split('/')[0] === b.split('/')[0];

test('imports only go down the house', () => {
  expect(
    sources.flatMap(({ file, imports }) =>
      imports
        .filter((name) => name.startsWith('.'))
        .map((name) => local(file, name))
        .filter((target) => !sameRoom(file, target) && floor(target) <= floor(file))
        .map((target) => `${file} imports ${target}: move the part they both need down, or pass it in`),
    ),
  ).toEqual([]);
});

test('outside packages come in by their own door', () => {
  expect(
    sources.flatMap(({ file, imports }) =>
      imports.filter((name) => doors[name] && !doors[name].test(file)).map((name) => `${file} imports ${name}: ask the room that owns it`),
    ),
  ).toEqual([]);
});

test('the simulator gets time and chance from clock.ts and random.ts', () => {
  expect(
    sources
      .filter(({ file, text }) => file.startsWith('simulator/') && !hostSide.test(file) && wallClock.test(text))
      .map(({ file }) => `${file}: use the Clock or Random it is given`),
  ).toEqual([]);
});

test('file names say what is inside', () => {
  expect(
    sources
      .filter(({ file }) => vague.test(file) || file !== file.toLowerCase() || file.includes('_'))
      .map(({ file }) => `${file}: name it in kebab-case after the thing it holds`),
  ).toEqual([]);
});

test('every file is reached from cli/main.ts', () => {
  const byName = new Map(sources.map((source) => [source.file.replace(/\.tsx?$/, ''), source]));
  const seen = new Set<string>();
  const visit = (name: string) => {
    const source = byName.get(name);
    if (!source || seen.has(name)) return;
    seen.add(name);
    for (const target of source.imports) if (target.startsWith('.')) visit(local(source.file, target));
  };
  visit('cli/main');
  expect([...byName.keys()].filter((name) => !seen.has(name))).toEqual([]);
});

test('generated files are what `npm run generate` writes', () => {
  // The generators read and write below the working directory: give them one with everything but the generated files.
  const folder = mkdtempSync(join(tmpdir(), 'generate-'));
  try {
    for (const name of ['tests', 'scripts', 'node_modules', 'package.json']) symlinkSync(join(process.cwd(), name), join(folder, name));
    for (const { file } of sources) mkdirSync(join(folder, 'src', dirname(file), 'model'), { recursive: true });
    execFileSync(process.execPath, [join(process.cwd(), 'scripts/generate.mjs')], { cwd: folder });
    const written = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|json)$/.test(file));
    expect(written.length).toBeGreaterThan(3);
    expect(
      written
        .filter((file) => readFileSync(join(folder, 'src', file), 'utf8') !== readFileSync(join('src', file), 'utf8'))
        .map((file) => `${file}: run \`npm run generate\``),
    ).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
