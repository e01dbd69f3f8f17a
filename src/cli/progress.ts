// `k8squest progress`: what the player has earned.
import { levelRoots } from '../game/level-roots.ts';
import { loadLevels } from '../game/load-levels.ts';
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
  const { levels } = loadLevels(levelRoots([]));
  const done = levels.filter(({ id }) => data.levels[id]).length;
  console.log(`${rankFor(xp)} · ${xp} XP · ${done} of ${levels.length} levels`);
  // Ids begin with the number; one without a level is of a folder that isn't named here.
  for (const [id, { xp: earned, bestMs, runs }] of Object.entries(data.levels).sort(([one], [other]) => (one < other ? -1 : 1))) {
    const level = levels.find((candidate) => candidate.id === id);
    const name = level ? `${level.number}  ${level.mission.title}` : id;
    console.log(`  ${name}  ${earned} XP · best time ${formatElapsed(bestMs)} · ${runs} ${runs === 1 ? 'run' : 'runs'}`);
  }
  return 0;
}
