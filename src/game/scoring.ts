// What a passed level is worth: its XP, less what was asked for on the way. Each level counts once, with its best result.

/** The first hint is free, the second costs a tenth, the third a fifth more; the solution costs all. */
const hintShares = [0, 0.1, 0.2];

/** XP that the hint after `read` ones costs; nothing once the solution has cost all. Undefined when there is no further one. */
export function nextHintCost(xp: number, read: number, hasSolution: boolean): number | undefined {
  const share = hintShares[read];
  if (share === undefined) return undefined;
  return hasSolution ? 0 : Math.round(xp * share);
}

/** XP for passing with `hintsRead` hints, with or without the solution. */
export function earnedXp(xp: number, hintsRead: number, hasSolution: boolean): number {
  if (hasSolution) return 0;
  const cost = hintShares.slice(0, hintsRead).reduce((sum, share) => sum + Math.round(xp * share), 0);
  return xp - cost;
}

const ranks: readonly (readonly [xp: number, rank: string])[] = [
  [0, 'Newcomer'],
  [250, 'Apprentice'],
  [1000, 'Operator'],
  [2500, 'Engineer'],
  [5000, 'Troubleshooter'],
  [8000, 'Specialist'],
  [11_000, 'Keeper of the Cluster'],
];

/** The rank that this much XP gives. */
export function rankFor(xp: number): string {
  return ranks.findLast(([least]) => xp >= least)![1];
}
