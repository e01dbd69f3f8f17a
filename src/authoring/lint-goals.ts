// Objectives, guards and the files that prove them: nobody is asked for a name that was never told, and wrong repairs are tried.

import type { Goal, Level } from '../game/level.ts';
import type { LevelFault } from '../game/level-fault.ts';
import { kindCalled, parseReference } from '../game/object-reference.ts';
import { finding, linesOf } from './text-places.ts';

const mistakesMin = 4;

export function lintGoals(level: Level): LevelFault[] {
  const faults = [...untoldNames(level)];
  if (level.mistakes.length < mistakesMin) {
    faults.push({
      file: level.folder,
      message: `has ${level.mistakes.length} mistakes.`,
      fix: `Try at least ${mistakesMin} wrong repairs that people reach for, each a file in mistakes/.`,
    });
  }
  for (const goal of [...level.mission.objectives, ...level.mission.guards]) {
    if (level.mistakes.some(({ refusedBy }) => refusedBy === goal.id)) continue;
    const line = linesOf(level, 'mission.yaml').find(({ text }) => text.includes(`id: ${goal.id}`))?.line ?? 1;
    faults.push(
      finding(
        level,
        'mission.yaml',
        { line },
        `no mistake is refused by "${goal.id}".`,
        'Add the wrong repair that it is there for, or leave it out.',
      ),
    );
  }
  return faults;
}

/** Objects that goals name must be in the manifests, or be told to the player. */
function untoldNames(level: Level): LevelFault[] {
  const { mission, setup, broken } = level;
  const namespace = mission.namespaces[0]!;
  const deployed = new Set([...setup, ...broken].map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`));
  const told = [mission.briefing, ...mission.objectives.map(({ title }) => title), ...mission.guards.map(({ title }) => title ?? '')].join(
    '\n',
  );
  const goals = [
    ...mission.objectives.map((goal, index) => ({ goal, path: `objectives[${index}]` })),
    ...mission.guards.map((goal, index) => ({ goal, path: `guards[${index}]` })),
  ];
  return goals.flatMap(({ goal, path }) =>
    namesIn(goal).flatMap((name) => {
      const reference = parseReference(name, namespace)!;
      if (deployed.has(`${reference.kind} ${reference.namespace} ${reference.name}`) || told.includes(reference.name)) return [];
      const line = linesOf(level, 'mission.yaml').find(({ text }) => text.includes(name))?.line ?? 1;
      return [
        finding(
          level,
          'mission.yaml',
          { line },
          `${path} insists on ${name}, which no manifest has and nobody tells the player.`,
          'Name it in the briefing or in a title, or judge by behavior.',
        ),
      ];
    }),
  );
}

/** Every text of a goal that names an object. */
function namesIn(goal: Goal): string[] {
  const names: string[] = [];
  const visit = (value: unknown, key: string) => {
    if (typeof value === 'string') {
      const [first, second] = value.split('/').slice(-2);
      if (['id', 'title', 'to', 'body', 'path', 'stdout', 'name', 'reason'].includes(key)) return;
      if (second !== undefined && kindCalled(first!) && /^[\w./-]+$/.test(value)) names.push(value);
    } else if (Array.isArray(value)) for (const item of value) visit(item, key);
    else if (typeof value === 'object' && value !== null)
      for (const [field, item] of Object.entries(value)) if (field !== 'command') visit(item, field);
  };
  visit(goal, '');
  return [...new Set(names)];
}
