// Every screen at every size: nothing is wider or higher than the terminal, and what matters is there.
import { stripVTControlCharacters } from 'node:util';
import { renderToString } from 'ink';
import { render } from 'ink-testing-library';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import type { LevelEntry, LevelView, ObjectiveView, SessionView } from '../../../src/game/session-view.ts';
import { BriefingScreen } from '../../../src/tui/screens/briefing.tsx';
import { DebriefScreen } from '../../../src/tui/screens/debrief.tsx';
import { FailureScreen } from '../../../src/tui/screens/failure.tsx';
import { MapScreen } from '../../../src/tui/screens/map.tsx';
import { PlayScreen } from '../../../src/tui/screens/play.tsx';
import { StartingScreen } from '../../../src/tui/screens/starting.tsx';
import { TooSmall } from '../../../src/tui/screens/too-small.tsx';
import { listening } from '../listening.ts';

const sizes = [
  { columns: 60, rows: 16 },
  { columns: 80, rows: 24 },
  { columns: 110, rows: 30 },
  { columns: 140, rows: 44 },
];
const briefing = `Mira, on call, 03:12\n\n${'The shop is up and nobody at Teapot Post can buy a thing. '.repeat(6)}\n\nHelp.`;
const entry: LevelEntry = {
  id: '25-networkpolicy-too-restrictive',
  number: 25,
  title: 'NetworkPolicy Too Restrictive',
  xp: 250,
  difficulty: 'intermediate',
  minutes: 15,
  concepts: ['NetworkPolicy', 'labels'],
  state: 'next',
  teaser: 'The shop is up and nobody can buy a thing.',
  briefing,
  goals: ['The frontend gets an answer from the API', 'The report job is still kept out'],
};
const objective = (id: string, outcome: ObjectiveView['outcome']): ObjectiveView => ({
  id,
  title: `The frontend gets an answer from the API (${id})`,
  outcome,
  expected: '"API Response: Success" from http://backend-service:8080/api',
  observed: 'timed out after 2 s',
  judgedAt: Date.now(),
  turnedAt: 0,
});
const level: LevelView = {
  ...entry,
  namespace: 'k8squest',
  objectives: [objective('a', 'unmet'), objective('b', 'met'), objective('c', 'unknown')],
  brokenGuards: [],
  hints: {
    read: [
      { title: 'Who decides?', text: 'Look at `networkpolicies`.\n\n```sh\nkubectl get networkpolicies\n```' },
      { title: 'Compare', text: 'Compare **labels**.' },
    ],
    total: 3,
    nextCost: 50,
    solutionCost: 225,
  },
  startedAt: Date.now(),
  restarts: 1,
};
const view: SessionView = {
  phase: 'playing',
  player: { xp: 1450, rank: 'Operator' },
  worlds: Array.from({ length: 8 }, (_, index) => ({
    id: `${index}`,
    number: index + 1,
    title: 'Security and production, and a long name',
    levels: Array.from({ length: 10 }, (_level, at) => ({ ...entry, id: `${index}-${at}`, number: index * 10 + at })),
  })),
  cluster: { name: 'simulated', kubeconfig: '/home/player/.local/state/k8squest/run/12345/kubeconfig', environment: {} },
  notices: [{ id: 'kubectl', text: 'There is no kubectl on PATH. Install kubectl 1.31 or newer: https://kubernetes.io/docs/tasks/tools/' }],
  level,
};
const nothing = () => {};

function frame(screen: React.JSX.Element, { columns, rows }: { columns: number; rows: number }): string {
  const text = stripVTControlCharacters(renderToString(screen, { columns }));
  const lines = text.split('\n');
  expect(lines.length, text).toBeLessThanOrEqual(rows);
  for (const line of lines) expect(stringWidth(line), text).toBeLessThanOrEqual(columns);
  return text;
}

test.each(sizes)('the map at $columns×$rows', (size) => {
  const text = frame(
    <MapScreen
      view={view}
      {...size}
      chosen="7-9"
      asksQuit={false}
      onChoose={nothing}
      onStart={nothing}
      onRead={nothing}
      onQuit={nothing}
      onDismiss={nothing}
    />,
    size,
  );
  expect(text).toContain('Operator · 1,450 XP');
  expect(text).toContain('[◉]');
  expect(text).toContain('There is no kubectl on PATH.');
  expect(text).toContain('q quit');
});

test('where there is no room for the XP of a world, its count is whole', () => {
  const levels = Array.from({ length: 10 }, (_, at) => ({ ...entry, id: `${at}`, number: at, state: 'done', earned: 250 }) as const);
  const earned = { ...view, notices: [], worlds: [{ id: '1', number: 1, title: 'Core Basics', levels }] };
  const size = { columns: 60, rows: 16 };
  const text = frame(
    <MapScreen
      view={earned}
      {...size}
      chosen="0"
      asksQuit={false}
      onChoose={nothing}
      onStart={nothing}
      onRead={nothing}
      onQuit={nothing}
      onDismiss={nothing}
    />,
    size,
  );
  expect(text).toMatch(/10\/10 *$/m);
});

test.each(sizes)('the briefing at $columns×$rows', (size) => {
  const text = frame(
    <BriefingScreen entry={entry} briefing={briefing} objectives={entry.goals} {...size} onStart={nothing} onBack={nothing} />,
    size,
  );
  expect(text).toContain('Mira, on call, 03:12');
  expect(text).toContain('⏎ start');
});

test('a long briefing is read by pages, to its end and back', { timeout: 60_000 }, async () => {
  const long = Array.from({ length: 40 }, (_, at) => `Line ${at}.`).join('\n\n');
  const size = { columns: 80, rows: 24 };
  const screen = render(
    <BriefingScreen entry={entry} briefing={long} objectives={entry.goals} {...size} onStart={nothing} onBack={nothing} />,
  );
  const shows = (what: string) => expect.poll(() => screen.lastFrame(), { timeout: 20_000 }).toContain(what);
  await shows('Line 0.');
  await listening(screen);
  screen.stdin.write('\u001b[6~');
  await shows('Line 10.');
  expect(screen.lastFrame()).not.toContain('Line 0.');
  screen.stdin.write('\u001b[5~');
  await shows('Line 0.');
  screen.unmount();
});

test.each(sizes)('the mission at $columns×$rows', (size) => {
  const props = { view, level, shell: 'opening', asksQuit: false, ...size, act: nothing, onDebrief: nothing } as const;
  const text = frame(<PlayScreen {...props} focus="mission" />, size);
  expect(text).toContain('timed out after 2 s');
  expect(text).toContain('✔ The frontend');
  expect(text).toContain('! The frontend');
  expect(text).toMatch(/hints 2( of |\/)3.* · next: 50 XP/);
  expect(text).toContain('? keys');
  expect(frame(<PlayScreen {...props} focus="mission" asksQuit />, size)).toContain('Quit the game');
  const shell = frame(<PlayScreen {...props} focus="shell" />, size);
  expect(shell).toContain('opening your shell');
  expect(shell).toMatch(size.columns < 110 ? /F2 mission/ : /F2 or ctrl-\] to the mission/);
  if (size.columns < 110) expect(shell.includes('ctrl-]/F2 mission')).toBe(size.columns >= 80);
});

test('a hint has room before the details of what is unmet, and is still there after a look at the shell', async () => {
  const size = { columns: 80, rows: 24 };
  const objectives = ['a', 'b', 'c'].map((id) => objective(id, 'unmet'));
  const hints = { ...level.hints, read: [{ title: 'Long', text: Array.from({ length: 7 }, (_, at) => `Line ${at}.`).join('\n\n') }] };
  const props = {
    view,
    level: { ...level, objectives, hints },
    shell: 'opening',
    asksQuit: false,
    ...size,
    act: nothing,
    onDebrief: nothing,
  } as const;
  const screen = render(<PlayScreen {...props} focus="mission" />);
  const shows = (what: string) => expect.poll(() => screen.lastFrame(), { timeout: 20_000 }).toContain(what);
  await shows('observed');
  await listening(screen);
  expect(screen.lastFrame()).not.toContain('Line 6.');
  screen.stdin.write('h');
  await shows('Read hint 2 for 50 XP?');
  screen.stdin.write('y');
  await shows('Line 6.');
  screen.rerender(<PlayScreen {...props} focus="shell" />);
  await shows('F2 mission');
  screen.rerender(<PlayScreen {...props} focus="mission" />);
  await shows('Line 6.');
  screen.unmount();
});

test('four objectives that are unmet tell all they lack at 80×24, more of them below what can be scrolled', {
  timeout: 60_000,
}, async () => {
  const size = { columns: 80, rows: 24 };
  const objectives = ['a', 'b', 'c', 'd'].map((id) => ({ ...objective(id, 'unmet'), observed: `door ${id} is closed` }));
  const props = { view, shell: 'opening', asksQuit: false, ...size, act: nothing, onDebrief: nothing } as const;
  const text = frame(<PlayScreen {...props} level={{ ...level, objectives }} focus="mission" />, size);
  for (const { observed } of objectives) expect(text).toContain(observed);
  const more = ['e', 'f', 'g'].map((id) => ({ ...objective(id, 'unmet'), observed: `door ${id} is closed` }));
  const screen = render(
    <PlayScreen {...props} level={{ ...level, briefing: 'Help.', objectives: [...objectives, ...more] }} focus="mission" />,
  );
  const shows = (what: string) => expect.poll(() => screen.lastFrame(), { timeout: 20_000 }).toContain(what);
  await shows('↓ what the others lack');
  expect(screen.lastFrame()).not.toContain('door g is closed');
  await listening(screen);
  for (let page = 0; page < 60 && !screen.lastFrame()!.includes('door g is closed'); page++) {
    screen.stdin.write('\u001b[B');
    await new Promise((done) => setTimeout(done, 20));
  }
  await shows('door g is closed');
  screen.unmount();
});

test('a question of three lines takes nothing from the objectives', () => {
  for (const rows of [24, 25, 26, 27, 28]) {
    const size = { columns: 110, rows };
    const props = { view, level, shell: 'opening', asksQuit: true, ...size, act: nothing, onDebrief: nothing } as const;
    const mission = frame(<PlayScreen {...props} focus="mission" />, size)
      .split('\n')
      .map((line) => line.split('│')[0]!.trim());
    expect(mission.join(' ')).toContain('answer from the API (c) · could not tell');
    expect(mission.join(' ').replaceAll(/\s+/g, ' ')).toContain('y: yes, any other key: no');
  }
});

test.each(sizes)('a passed level at $columns×$rows', (size) => {
  const passed: LevelView = {
    ...level,
    objectives: level.objectives.map((goal) => ({ ...goal, outcome: 'met' })),
    result: { xp: 250, elapsedMs: 271_000, gained: 250 },
  };
  const props = { view, level: passed, shell: 'opening', asksQuit: false, ...size, act: nothing, onDebrief: nothing } as const;
  expect(frame(<PlayScreen {...props} focus="mission" />, size)).toContain('Passed in 4m31s');
  expect(frame(<PlayScreen {...props} focus="shell" />, size)).toContain('Passed');
  const risen = { ...props, level: { ...passed, result: { ...passed.result!, newRank: 'Engineer' } } };
  // At 110 columns the pane has only 29: there the debrief tells it alone.
  expect(frame(<PlayScreen {...risen} focus="mission" />, size).includes('250 XP · now Engineer')).toBe(size.columns !== 110);
  const again = { ...props, level: { ...passed, result: { ...passed.result!, gained: 0 } } };
  expect(frame(<PlayScreen {...again} focus="mission" />, size)).toContain('why it broke');
  if (size.columns >= 110) expect(frame(<PlayScreen {...again} focus="shell" />, size)).toMatch(/Passed .*F2 ⏎ why it broke/);
});

test.each(sizes)('the debrief at $columns×$rows', (size) => {
  const debrief = `# Doors\n\n## What you saw\n\n${'A door. '.repeat(300)}\n\n## An incident, as it could happen\n\nInvented.\n`;
  const done: LevelView = { ...level, debrief, result: { xp: 250, elapsedMs: 271_000, gained: 250, nextLevel: 26 } };
  const props = { place: { section: 0, top: 0 }, onMove: nothing, hasShell: true, ...size, onNext: nothing, onBack: nothing };
  const text = frame(<DebriefScreen level={done} {...props} />, size);
  expect(text).toContain('What you saw');
  expect(text).toContain('✔ 250 XP in 4m31s   1/2');
  for (const key of ['q map', '⏎ next level', 'F2 shell', '? keys']) expect(text).toContain(key);
  if (size.columns >= 100) expect(text).toContain('An incident, as it could happen');
});

test.each(sizes)('a failure and a start at $columns×$rows', (size) => {
  const failure = {
    what: "the save file can't be written: no space left on device.",
    safe: 'What you have earned so far is saved.',
    fix: 'Make room in /home/player/.local/share/k8squest, or make it writable.',
    logPath: '/home/player/.local/state/k8squest/k8squest.log',
  };
  const text = frame(<FailureScreen failure={failure} {...size} onBack={nothing} onQuit={nothing} />, size);
  for (const part of [failure.what.slice(0, 40), 'Make room in', 'q quit']) expect(text).toContain(part);
  expect(text.replaceAll(/\s/g, '')).toContain(failure.logPath);
  expect(frame(<StartingScreen level={level} typed="" {...size} onBack={nothing} />, size)).toContain('breaking a cluster for you');
  const typed = frame(<StartingScreen level={level} typed={'kubectl get pods\r'} {...size} onBack={nothing} />, size);
  expect(typed).toContain('for the shell: kubectl get pods ⏎');
  expect(typed).toContain('esc map');
});

test('a terminal that is too small says how much it needs', () => {
  expect(frame(<TooSmall columns={40} rows={8} />, { columns: 40, rows: 8 })).toContain('60×16 at');
});
