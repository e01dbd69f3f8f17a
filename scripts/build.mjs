// Bundles src/ into dist/ (or the folder that is named): cli.js (commands), session-worker.js (the game's own thread) and the chunks that both load when needed.
// It is built aside and takes the old one's place at the end, so that a game or a test never meets half a build.
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { capabilities } from '../src/cluster/cluster.ts';
import { viewCampaign } from '../src/game/campaign.ts';
import { loadLevels } from '../src/game/load-levels.ts';
import { fastStart } from './build/fast-start.mjs';

const target = process.argv[2] ?? 'dist';
const aside = `${target}.new-${process.pid}`;
const old = `${target}.old-${process.pid}`;
process.on('exit', () => {
  for (const folder of [aside, old]) rmSync(folder, { recursive: true, force: true });
});

await build({
  entryPoints: { cli: 'src/cli/main.ts', 'session-worker': 'src/game/session-worker.ts' },
  outdir: aside,
  bundle: true,
  splitting: true,
  chunkNames: '[name]-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'node22',
  jsx: 'automatic',
  minifyWhitespace: true,
  minifySyntax: true,
  keepNames: false,
  legalComments: 'none',
  loader: { '.gz': 'binary' },
  // A static import of this optional tool would end the program at its start.
  alias: { 'react-devtools-core': './scripts/build/react-devtools-stub.mjs' },
  // Native, and optional: without it the shell takes the whole screen.
  external: ['@lydell/node-pty'],
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  // What CommonJS modules expect to be there.
  banner: {
    js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url); const __filename = import.meta.filename, __dirname = import.meta.dirname;",
  },
  logLevel: 'warning',
  plugins: [fastStart],
});

// The first frame shows the map before any level file is read.
writeFileSync(`${aside}/levels.json`, JSON.stringify(viewCampaign(loadLevels(['levels']), { levels: {} }, new Set(capabilities))));

if (existsSync(target)) renameSync(target, old);
renameSync(aside, target);
