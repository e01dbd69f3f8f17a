// The game as lines: what costs something is asked for, and nothing is shown as Markdown.
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Action, LevelEntry, LevelView, SessionHandle, SessionView } from '../../src/game/session-view.ts';
import { playPlain } from '../../src/tui/plain.ts';

const entry: LevelEntry = {
  id: '02-level',
  number: 2,
  title: 'A Closed Door',
  xp: 100,
  difficulty: 'beginner',
  minutes: 5,
  concepts: [],
  state: 'open',
  teaser: 'It is closed.',
  briefing: 'It is closed.',
  goals: ['It is open'],
};
const level: LevelView = {
  ...entry,
  namespace: 'k8squest',
  objectives: [{ id: 'a', title: 'It is open', outcome: 'checking' }],
  brokenGuards: [],
  hints: {
    read: [{ title: 'Look', text: 'See **who** has the `key`.\n\n```sh\nkubectl get keys\n```\n' }],
    total: 3,
    nextCost: 10,
    solutionCost: 100,
  },
  startedAt: 0,
  restarts: 0,
};

/** What is printed, and what reaches the session, when the player says these lines. */
async function say(lines: readonly string[], view: Partial<SessionView>): Promise<{ printed: string[]; actions: Action[] }> {
  const actions: Action[] = [];
  const printed: string[] = [];
  const session: SessionHandle = {
    view: {
      phase: 'playing',
      player: { xp: 0, rank: 'Newcomer' },
      worlds: [{ id: '1-doors', number: 1, title: 'Doors', levels: [entry] }],
      cluster: { name: 'simulated', environment: {}, kubeconfig: '/kubeconfig' },
      notices: [],
      ...(view.phase !== 'map' && { level }),
      ...view,
    },
    subscribe: () => () => {},
    act: (action) => actions.push(action),
    close: async () => {},
  };
  const input = new PassThrough();
  input.end(`${lines.join('\n')}\n`);
  await playPlain({ session, input, print: (line) => printed.push(line) });
  return { printed, actions };
}

test('a hint and the solution that cost something come after a yes, and after it only', async () => {
  const { printed, actions } = await say(['hint', 'yes', 'solution', 'status', 'yes', 'solution', 'y'], {});
  expect(actions).toEqual([{ type: 'hint' }, { type: 'solution' }]);
  expect(printed).toContain('This costs 10 XP. Say "yes" to read it.');
  expect(printed).toContain('This costs 100 XP. Say "yes" to read it.');
  expect(printed).toContain('Nothing was asked.');
});

test('what costs nothing comes at once, and giving up is confirmed', async () => {
  const free = { ...level, hints: { ...level.hints, nextCost: 0 } };
  const { printed, actions } = await say(['hint', 'restart', 'skip'], { level: free });
  expect(actions).toEqual([{ type: 'hint' }, { type: 'restart' }, { type: 'skip' }]);
  expect(printed.at(-1)).toBe('Level 2 is given up. "map" lists the levels.');
});

test('hints and debriefs are read without marks', async () => {
  const passed = {
    ...level,
    debrief: '# Doors\n\n## What you saw\n\nA `door`.\n\n- closed\n',
    result: { xp: 90, gained: 90, elapsedMs: 61_000 },
  };
  const { printed } = await say(['debrief'], { level: passed, phase: 'passed' });
  expect(printed.join('\n')).toContain('Hint 1: Look\nSee who has the key.\n\n  kubectl get keys\n');
  expect(printed.join('\n')).toContain('Passed in 1m01s, with 90 XP.\n');
  expect(printed.join('\n')).toMatch(/\nWhat you saw\n\nA door\.\n\n• closed$/);
});

test('on the map a number is enough', async () => {
  const { actions } = await say(['2'], { phase: 'map' });
  expect(actions).toEqual([{ type: 'start', level: '02-level' }]);
});

test('a new rank is told once, and what is gone with the way to get it back', async () => {
  const passed = { ...level, result: { xp: 90, gained: 90, elapsedMs: 61_000, newRank: 'Apprentice' } };
  const { printed } = await say(['status'], { level: passed, phase: 'passed' });
  expect(printed.filter((line) => line.includes('Apprentice'))).toEqual(['Your rank is Apprentice now.']);
  const gone = {
    id: 'a',
    title: 'It is open',
    outcome: 'unmet',
    expected: 'a door',
    observed: 'there is none',
    lacksObject: true,
  } as const;
  const told = (await say([], { level: { ...level, objectives: [gone] } })).printed;
  expect(told).toContain('not yet: It is open; expected a door; observed there is none; "restart" brings the level back');
});
