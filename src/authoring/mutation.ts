// Whether a level's objectives and guards are all needed: each is taken away in turn, and then a mistake, or the broken state, must be accepted.
import type { Level } from '../game/level.ts';
import { acceptsAnyOf, type ProofOptions } from './proof.ts';

export interface IdleGoal {
  readonly level: string;
  readonly goal: string;
}

/** The goals without which nothing wrong is accepted: they are idle. */
export async function findIdleGoals(level: Level, options: ProofOptions): Promise<IdleGoal[]> {
  const idle: IdleGoal[] = [];
  for (const { id } of [...level.mission.objectives, ...level.mission.guards]) {
    const without = withoutGoal(level, id);
    // What names the goal comes first: it is the likeliest to get through.
    const mistakes = [...level.mistakes].sort((one, other) => Number(other.refusedBy === id) - Number(one.refusedBy === id));
    const isNeeded = without.mission.objectives.length === 0 || (await acceptsAnyOf(without, mistakes, options));
    if (!isNeeded) idle.push({ level: level.id, goal: id });
  }
  return idle;
}

function withoutGoal(level: Level, id: string): Level {
  const { mission } = level;
  const objectives = mission.objectives.filter((goal) => goal.id !== id);
  return { ...level, mission: { ...mission, objectives, guards: mission.guards.filter((goal) => goal.id !== id) } };
}
