// What a cluster can is found out by trying; a level that needs what isn't there says why, on the map and when it is started all the same.
import { afterEach, expect, test } from 'vitest';
import { unavailableReason } from '../../src/game/campaign.ts';
import type { Level } from '../../src/game/level.ts';
import { loadLevel } from '../../src/game/load-levels.ts';
import { sceneOf } from '../../src/game/session.ts';
import { type ForeignCluster, lastingChanges, openForeignCluster, policyAgent, realContext } from './foreign-cluster.ts';

const level = loadLevel('levels/3-networking/25-networkpolicy-too-restrictive') as Level;
let foreign: ForeignCluster;
afterEach(() => foreign?.close(), 200_000);

// On a real cluster they are ignored while the agent is away that enforces them.
const canIgnore = realContext === undefined || policyAgent !== undefined;

test.each([['enforced', true] as const, ...(canIgnore ? [['ignored', false] as const] : [])])(
  'policies that are %s are found to be so, and nothing is left of the trial',
  async (networkPolicies, isThere) => {
    foreign = await openForeignCluster({ networkPolicies });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const before = await foreign.dump();
    const game = foreign.game();
    await game.open();
    await game.learn();
    expect(game.capabilities.has('network-policy')).toBe(isThere);
    expect(game.capabilities.has('exec')).toBe(true);
    expect(game.capabilities.has('several-nodes')).toBe(true);
    if (!isThere) {
      expect(unavailableReason(level, game.capabilities)).toBe('this cluster has no network policy');
      await expect(game.stage(sceneOf(level))).rejects.toThrow(
        `can't be played on context "${foreign.context}": the cluster has no network policy`,
      );
    }
    await game.clean();
    expect(await lastingChanges(foreign, before)).toEqual([]);

    const next = foreign.game();
    await next.open();
    const progress: string[] = [];
    await next.learn((what) => progress.push(what));
    expect(progress).toEqual([]); // remembered
    expect(new Set(next.capabilities)).toEqual(new Set(game.capabilities));
  },
  400_000,
);
