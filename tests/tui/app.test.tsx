// Keys lead from screen to screen, and what the player does reaches the session.
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { render } from 'ink-testing-library';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Action, LevelEntry, LevelView, SessionHandle, SessionView } from '../../src/game/session-view.ts';
import { App } from '../../src/tui/app.tsx';
import { DebriefScreen } from '../../src/tui/screens/debrief.tsx';
import { PlayScreen } from '../../src/tui/screens/play.tsx';
import type { PtyTerminal } from '../../src/tui/shell-pane/pty-terminal.ts';
import { StdinMux } from '../../src/tui/shell-pane/stdin-mux.ts';

/** The machine may be busy. */
const patient = { timeout: 20_000 };
vi.setConfig({ testTimeout: 60_000 });

const entry = (number: number, more: Partial<LevelEntry> = {}): LevelEntry => ({
  id: `${number}-level`,
  number,
  title: `Level of ${number}`,
  xp: 100,
  difficulty: 'beginner',
  minutes: 5,
  concepts: [],
  state: 'open',
  teaser: 'Something broke.',
  briefing: 'Mira, 03:12\n\nSomething broke.',
  goals: ['It works'],
  ...more,
});
const worlds = [
  { id: '1-basics', number: 1, title: 'Basics', levels: [entry(1, { state: 'next' }), entry(2)] },
  { id: '2-more', number: 2, title: 'More', levels: [entry(11), entry(12, { state: 'faulty', reason: 'mission.yaml:1:1: is empty.' })] },
];
const level: LevelView = {
  ...entry(2),
  namespace: 'k8squest',
  objectives: [{ id: 'a', title: 'It works', outcome: 'checking' }],
  brokenGuards: [],
  hints: { read: [], total: 3, nextCost: 0, solutionCost: 100 },
  startedAt: 0,
  restarts: 0,
};

class FakeSession implements SessionHandle {
  view: SessionView = {
    phase: 'map',
    player: { xp: 0, rank: 'Newcomer' },
    worlds,
    cluster: { name: 'simulated', environment: {}, kubeconfig: '/kubeconfig' },
    notices: [{ id: 'kubectl', text: 'There is no kubectl.' }],
  };
  readonly actions: Action[] = [];
  private readonly listeners = new Set<() => void>();

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  act(action: Action): void {
    this.actions.push(action);
  }

  async close(): Promise<void> {}

  show(change: Partial<SessionView>): void {
    this.view = { ...this.view, ...change };
    for (const listener of this.listeners) listener();
  }
}

let session: FakeSession;
let app: ReturnType<typeof render>;
let keyboard: PassThrough;
const play = (wanted?: string, shell?: PtyTerminal) => {
  keyboard = new PassThrough();
  const mux = new StdinMux(keyboard as unknown as ReadStream, [], () => {});
  app = render(
    <App
      session={session}
      mux={mux}
      loadLevelScreens={async () => ({ PlayScreen, DebriefScreen })}
      openShell={async () => shell}
      runShell={async () => {}}
      {...(wanted !== undefined && { level: wanted })}
    />,
  );
};
const shows = (what: string | RegExp) => expect.poll(() => app.lastFrame(), patient).toMatch(what);
const type = async (keys: string, what: string | RegExp) => {
  await new Promise((done) => setTimeout(done, 20)); // Ink listens after its first effects
  app.stdin.write(keys);
  await shows(what);
};
const right = '\u001b[C';
const down = '\u001b[B';

/** From its briefing to its mission. */
const playLevel2 = async () => {
  play('2');
  await shows('You are done when');
  await type('\r', 'breaking a cluster');
  session.show({ phase: 'playing', level });
  await shows('hints 0 of 3 read');
};

beforeEach(() => {
  session = new FakeSession();
});
afterEach(() => app.unmount());

test('over the map to a briefing, to the level, and back', async () => {
  play();
  await shows('1  Level of 1');
  await type(right, '2  Level of 2');
  await type(down, 'is empty');
  await type('\r', 'is empty'); // a faulty level isn't opened
  await type('\u001b[A', '2  Level of 2');
  await type('\r', 'You are done when');
  await type('q', '⏎ play');
  await type('\r', 'You are done when');
  await type('\r', /2 {2}Level of 2\s+breaking a cluster for you/);
  expect(session.actions).toEqual([{ type: 'start', level: '2-level' }]);
  session.show({ phase: 'playing', level });
  await shows('hints 0 of 3 read');
  await type('h', 'hints');
  await type('q', '⏎ play');
  expect(session.actions.slice(1)).toEqual([{ type: 'hint' }, { type: 'leave' }]);
});

test('the signs go with Esc, or with the next step over the map', async () => {
  session.view = { ...session.view, notices: [] };
  play();
  await shows('1  Level of 1');
  await type('?', 'not on this cluster');
  await type('\u001b', '1  Level of 1');
  await type('?', 'not on this cluster');
  await type(right, '2  Level of 2');
});

test('a notice stays until it was read', async () => {
  play();
  await shows('! There is no kubectl.');
  await type('\u001b', 'esc got it');
  await expect.poll(() => session.actions, patient).toEqual([{ type: 'dismiss', notice: 'kubectl' }]);
});

test('the level that was named begins with its briefing; after it comes the next one', async () => {
  play('11');
  await shows('11  Level of 11');
  await type('\r', 'breaking a cluster');
  const result = { xp: 100, elapsedMs: 1000, gained: 100, newRank: 'Apprentice', nextLevel: 1 };
  session.show({ phase: 'passed', level: { ...level, ...entry(11), result, debrief: '## Why\n\nBecause.' } });
  await shows('Passed in 1s · 100 XP');
  await type('\r', 'Because.');
  await shows('✔ 100 XP in 1s · now Apprentice');
  await type('\r', '1  Level of 1');
  await shows('You are done when');
});

test('d shows on the map again why a level broke that was passed some time', async () => {
  const done = [{ ...worlds[0]!, levels: [entry(1, { state: 'done', earned: 80, bestMs: 61_000 }), entry(2)] }];
  session.view = { ...session.view, worlds: done };
  play('1');
  await type('q', 'd why it broke');
  await type('d', 'd why it broke'); // until it has come
  expect(session.actions).toEqual([{ type: 'read', level: '1-level' }]);
  const reading = { ...entry(1), debrief: '## Why\n\nBecause.', hints: {}, result: { xp: 80, elapsedMs: 61_000 } };
  session.show({ reading });
  await shows('Because.');
  await shows('✔ 80 XP in 1m01s');
  expect(app.lastFrame()).not.toContain('⏎');
  await type('?', 'the reference solution');
  await type('\u001b', 'Because.');
  await type('\r', 'd why it broke');
  expect(session.actions).toHaveLength(1);
});

test('a named level that is faulty is shown on the map', async () => {
  play('12');
  await shows('is empty');
});

test('a failure says what to do, and the map is still there', async () => {
  play();
  session.show({ phase: 'failed', failure: { what: 'the disk is full.', safe: 'All is saved.', fix: 'Make room.', logPath: '/log' } });
  await shows('! the disk is full.');
  await type('\r', 'the disk is full.');
  expect(session.actions).toEqual([{ type: 'leave' }]);
  session.show({ phase: 'map' });
  await shows('⏎ play');
});

test('ctrl-C asks while a level is played', async () => {
  await playLevel2();
  await type('\u0003', 'Quit the game and this level');
  await type('n', 'h hint');
});

test('the map asks before the game ends with a level that is being played', async () => {
  await playLevel2();
  await type('q', 'being played');
  await type('q', 'Quit the game and this level');
  await type('n', 'q quit');
  await type('\u0003', 'Quit the game and this level');
});

test('what is typed while a level is being set up reaches the shell when it is there', async () => {
  const given: string[] = [];
  const shell = { rows: ['~ $'], subscribe: () => () => {}, input: (text: string) => given.push(text), resize() {}, clear() {} };
  play('2', shell as unknown as PtyTerminal);
  await shows('You are done when');
  await type('\r', 'breaking a cluster');
  keyboard.write('kubectl get pods -q');
  await shows('for the shell: kubectl get pods -q');
  keyboard.write('\r');
  await shows('-q ⏎');
  expect(given).toEqual([]);
  session.show({ phase: 'playing', level });
  await expect.poll(() => given, patient).toEqual(['kubectl get pods -q\r']);
  await shows('~ $');
  keyboard.write('q');
  await expect.poll(() => given.at(-1), patient).toBe('q');
  session.show({ phase: 'starting' });
  await shows('breaking a cluster');
  keyboard.write('q');
  await expect.poll(() => session.actions.at(-1), patient).toEqual({ type: 'leave' });
});
