// `k8squest progress`: what the player has earned.
import { playerFiles } from '../game/player-files.ts';
import { SaveFile, totalXp } from '../game/save.ts';
import { rankFor } from '../game/scoring.ts';
import { formatElapsed } from '../tui/elapsed.ts';

export function progress(options: { readonly json?: boolean }): number {
  const { data, notice } = new SaveFile(playerFiles().data).read();
  const xp = totalXp(data);
  if (notice) console.error(`k8squest: ${notice}`);
  if (options.json) {
    console.log(JSON.stringify({ xp, rank: rankFor(xp), levels: data.levels }, null, 2));
    return 0;
  }
  console.log(`${rankFor(xp)} · ${xp} XP`);
  for (const [id, { xp: earned, bestMs, runs }] of Object.entries(data.levels)) {
    console.log(`  ${id}  ${earned} XP · best time ${formatElapsed(bestMs)} · ${runs} ${runs === 1 ? 'run' : 'runs'}`);
  }
  return 0;
}
