// `k8squest levels`: the campaign with progress.
import { capabilities } from '../cluster/cluster.ts';
import { viewCampaign } from '../game/campaign.ts';
import { levelRoots } from '../game/level-roots.ts';
import { loadLevels } from '../game/load-levels.ts';
import { playerFiles } from '../game/player-files.ts';
import { SaveFile } from '../game/save.ts';
import type { LevelEntry } from '../game/session-view.ts';

export function levels(options: { readonly levels: readonly string[]; readonly json?: boolean }): number {
  const campaign = loadLevels(levelRoots(options.levels));
  const worlds = viewCampaign(campaign, new SaveFile(playerFiles().data).read().data, new Set(capabilities));
  if (options.json) {
    console.log(JSON.stringify({ worlds }, null, 2));
    return 0;
  }
  for (const world of worlds) {
    console.log(`${world.number} ${world.title}`);
    for (const level of world.levels) console.log(`  ${describeLevel(level)}`);
  }
  return 0;
}

/** One line: a sign and a word for the state, number, title, XP. */
export function describeLevel({ number, title, xp, difficulty, minutes, state, reason, earned }: LevelEntry): string {
  if (state === 'faulty') return `! ${number}  ${title}  faulty: ${reason}`;
  const sign = { done: '●', next: '◉', open: '○', unavailable: '◌' }[state];
  const result = earned === undefined ? `${xp} XP · ${difficulty} · ${minutes} min` : `done, ${earned} of ${xp} XP`;
  return `${sign} ${number}  ${title}  ${result}${reason ? ` · ${reason}` : ''}`;
}
