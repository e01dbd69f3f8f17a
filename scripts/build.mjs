// Bundles src/ into dist/: cli.js (commands), session-worker.js (the game's own thread) and the chunks that both load when needed.
import { rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { viewCampaign } from '../src/game/campaign.ts';
import { loadLevels } from '../src/game/load-levels.ts';
import { capabilities } from '../src/cluster/cluster.ts';
import { fastStart } from './build/fast-start.mjs';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { cli: 'src/cli/main.ts', 'session-worker': 'src/game/session-worker.ts' },
  outdir: 'dist',
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
  banner: { js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);" },
  logLevel: 'warning',
  plugins: [fastStart],
});

// The first frame shows the map before any level file is read.
writeFileSync('dist/levels.json', JSON.stringify(viewCampaign(loadLevels(['levels']), { levels: {} }, new Set(capabilities))));
