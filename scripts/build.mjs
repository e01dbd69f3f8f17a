// Bundles src/ into dist/ (or the folder that is named): cli.js (commands), session-worker.js (the game's own thread) and the chunks that both load when needed.
// It is built aside and takes the old one's place at the end, so that a game or a test never meets half a build.
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { capabilities } from '../src/cluster/cluster.ts';
import { viewCampaign } from '../src/game/campaign.ts';
import { loadLevels } from '../src/game/load-levels.ts';
import { bundle } from './build/bundle.mjs';

const target = process.argv[2] ?? 'dist';
const aside = `${target}.new-${process.pid}`;
const old = `${target}.old-${process.pid}`;
process.on('exit', () => {
  for (const folder of [aside, old]) rmSync(folder, { recursive: true, force: true });
});

await bundle(
  { cli: 'src/cli/main.ts', 'session-worker': 'src/game/session-worker.ts', 'proof-worker': 'src/authoring/proof-worker.ts' },
  aside,
);

// The first frame shows the map before any level file is read.
writeFileSync(`${aside}/levels.json`, JSON.stringify(viewCampaign(loadLevels(['levels']), { levels: {} }, new Set(capabilities))));

if (existsSync(target)) renameSync(target, old);
renameSync(aside, target);
