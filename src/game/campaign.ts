// The campaign as the map shows it: levels, what was earned, what comes next.
import type { Capability } from '../cluster/cluster.ts';
import type { Level, World } from './level.ts';
import { formatFault } from './level-fault.ts';
import type { Campaign, FaultyLevel } from './load-levels.ts';
import type { SaveData } from './save.ts';
import type { LevelEntry, WorldView } from './session-view.ts';

/** Worlds with their levels in order of play. `next` is the first open one behind the last that was done. */
export function viewCampaign(campaign: Campaign, save: SaveData, capabilities: ReadonlySet<Capability>): WorldView[] {
  const entries = [...campaign.levels.map((level) => entryOf(level, save, capabilities)), ...campaign.faulty.map(faultyEntry)];
  const worlds = new Map<string, World>([...campaign.levels, ...campaign.faulty].map(({ world }) => [world.id, world]));
  const next = nextLevel(entries);
  return [...worlds.values()]
    .sort((one, other) => one.number - other.number)
    .map((world) => ({
      id: world.id,
      number: world.number,
      title: world.title,
      levels: entries
        .filter((entry) => entry.world === world.id)
        .sort((one, other) => one.number - other.number)
        .map(({ world: _world, ...entry }): LevelEntry => (entry.number === next ? { ...entry, state: 'next' } : entry)),
    }));
}

type PlacedEntry = LevelEntry & { readonly world: string };

/** The number of the first open level behind `after`, else of the first open one at all. */
export function nextLevel(entries: readonly LevelEntry[], after?: number): number | undefined {
  const open = entries
    .filter(({ state }) => state === 'open' || state === 'next')
    .map(({ number }) => number)
    .sort((one, other) => one - other);
  const last = after ?? Math.max(0, ...entries.filter(({ state }) => state === 'done').map(({ number }) => number));
  return open.find((number) => number > last) ?? open[0];
}

/** Capabilities that the level needs and the cluster doesn't have, as a reason; undefined when it can be played. */
export function unavailableReason(level: Level, capabilities: ReadonlySet<Capability>): string | undefined {
  const missing = level.mission.requires.filter((capability) => !capabilities.has(capability));
  return missing.length > 0 ? `this cluster has no ${missing.map((name) => name.replaceAll('-', ' ')).join(', no ')}` : undefined;
}

function entryOf(level: Level, save: SaveData, capabilities: ReadonlySet<Capability>): PlacedEntry {
  const { mission } = level;
  const result = save.levels[level.id];
  const reason = unavailableReason(level, capabilities);
  return {
    world: level.world.id,
    id: level.id,
    number: level.number,
    title: mission.title,
    xp: mission.xp,
    difficulty: mission.difficulty,
    minutes: mission.minutes,
    concepts: mission.concepts,
    teaser: teaserOf(mission.briefing),
    briefing: mission.briefing,
    goals: mission.objectives.map((objective) => objective.title),
    state: result ? 'done' : reason ? 'unavailable' : 'open',
    ...(reason && { reason }),
    ...(result && { earned: result.xp, bestMs: result.bestMs }),
  };
}

function faultyEntry({ world, id, number, faults }: FaultyLevel): PlacedEntry {
  const first = faults[0] ? formatFault(faults[0]) : 'its files are wrong';
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more; k8squest lint shows all)` : '';
  return {
    world: world.id,
    id,
    number,
    title: id,
    xp: 0,
    difficulty: '',
    minutes: 0,
    concepts: [],
    teaser: '',
    briefing: '',
    goals: [],
    state: 'faulty',
    reason: `${first}${more}`,
  };
}

/** The first paragraph that is no sender line. */
function teaserOf(briefing: string): string {
  const paragraphs = briefing.split(/\n\s*\n/).map((paragraph) => paragraph.replace(/\s+/g, ' ').trim());
  return paragraphs.find((paragraph) => /[.?!]$/.test(paragraph)) ?? paragraphs[0] ?? '';
}
