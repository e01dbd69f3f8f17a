// The game as lines of text, for screen readers and pipes: what changed is said once; commands are words on a line. The shell is in another terminal.
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { LevelEntry, LevelView, ObjectiveView, SessionHandle, SessionView } from '../game/session-view.ts';
import { formatElapsed } from './elapsed.ts';
import { renderMarkdown } from './markdown/markdown.ts';
import { UnknownLevelError } from './unknown-level-error.ts';

/** Paragraphs are not wrapped: the terminal does it, or the screen reader. */
const longestLine = 4000;
const outcomes = { met: 'met', unmet: 'not yet', unknown: 'could not tell', checking: 'checking' } as const;

export interface PlainOptions {
  readonly session: SessionHandle;
  readonly input: NodeJS.ReadableStream;
  readonly print: (line: string) => void;
  /** Number or id of the level to begin with. */
  readonly level?: string;
}

/** Plays until `quit`, the end of the input or a failure. Resolves to the exit code. */
export async function playPlain({ session, input, print, level }: PlainOptions): Promise<number> {
  if (level !== undefined && !findEntry(session.view, level)) {
    await session.close();
    throw new UnknownLevelError(level);
  }
  const teller = new Teller(print);
  const unsubscribe = session.subscribe(() => teller.tell(session.view));
  const player = new Player(session, print);
  const lines = createInterface({ input, terminal: false });
  teller.tell(session.view);
  if (level === undefined) printMap(session.view, print);
  else start(level, session, print);
  try {
    for await (const line of lines) {
      if (!player.obey(line.trim())) break;
    }
  } finally {
    unsubscribe();
    lines.close();
    await session.close();
  }
  return session.view.phase === 'failed' ? 2 : 0;
}

/** What the player says, line by line. */
class Player {
  private readonly session: SessionHandle;
  private readonly print: (line: string) => void;
  /** Asked for, but it costs something: the next line may say yes. */
  private asked: 'hint' | 'solution' | undefined;

  constructor(session: SessionHandle, print: (line: string) => void) {
    this.session = session;
    this.print = print;
  }

  /** Does what a line says; false means quit. */
  obey(line: string): boolean {
    const { session, print, asked } = this;
    const { level, phase } = session.view;
    const [word = '', argument] = line.split(/\s+/);
    this.asked = undefined;
    switch (word) {
      case '':
        return true;
      case 'quit':
        return false;
      case 'map':
        session.act({ type: 'leave' });
        printMap(session.view, print);
        return true;
      case 'start':
        if (argument) start(argument, session, print);
        else print('Say which level, for example: start 25');
        return true;
      case 'help':
        printHelp(level, print);
        return true;
      case 'status':
        if (level) printLevel(level, print);
        else print('No level is being played.');
        return true;
      case 'hint':
      case 'solution':
      case 'restart':
      case 'skip':
        if (level) this.act(word, level);
        else print('No level is being played.');
        return true;
      case 'debrief':
        if (level?.debrief) printMarkdown(level.debrief, print);
        else print('The debrief comes when the level is passed.');
        return true;
      case 'yes':
      case 'y':
        if (asked) session.act({ type: asked });
        else print('Nothing was asked.');
        return true;
      default:
        if (phase === 'map' && findEntry(session.view, word)) start(word, session, print);
        else print(`"${word}" is no command${phase === 'map' ? ' here' : ''}. help lists them.`);
        return true;
    }
  }

  private act(word: 'hint' | 'solution' | 'restart' | 'skip', level: LevelView): void {
    const { hints, number, result } = level;
    const cost = word === 'hint' ? hints.nextCost : word === 'solution' && !hints.solution ? hints.solutionCost : 0;
    if (word === 'hint' && cost === undefined) this.print('All hints are read.');
    else if (word === 'solution' && result && hints.solution) this.print(hints.solution.text.trimEnd());
    else if (cost && !result) {
      this.asked = word as 'hint' | 'solution';
      this.print(`This costs ${cost} XP. Say "yes" to read it.`);
    } else this.session.act({ type: word });
    if (word === 'skip') this.print(`Level ${number} is given up. "map" lists the levels.`);
  }
}

function start(word: string, session: SessionHandle, print: (line: string) => void): void {
  const entry = findEntry(session.view, word);
  if (!entry) print(`There is no level "${word}". map lists them.`);
  else if (entry.state === 'faulty' || entry.state === 'unavailable') print(`This level can't be played here: ${entry.reason}`);
  else session.act({ type: 'start', level: entry.id });
}

function findEntry({ worlds }: SessionView, word: string): LevelEntry | undefined {
  return worlds.flatMap(({ levels }) => levels).find(({ id, number }) => id === word || String(number) === word);
}

function printHelp(level: LevelView | undefined, print: (line: string) => void): void {
  const price = (cost: number) => (cost === 0 ? 'free' : `costs ${cost} XP`);
  const cost = level?.hints.nextCost;
  print('start NUMBER   begin a level');
  print('status         the mission and its objectives');
  print(`hint           the next hint${level ? ` (${cost === undefined ? 'all are read' : price(cost)})` : ''}`);
  print(`solution       the reference solution${level && !level.hints.solution ? ` (${price(level.hints.solutionCost)})` : ''}`);
  print('restart        the level anew');
  print('skip           give the level up');
  print('map            the list of levels');
  print('debrief        why it broke, after passing');
  print('quit           end the game');
}

/** As text to be read aloud or piped: no marks, and lines as long as they are. */
function printMarkdown(markdown: string, print: (line: string) => void): void {
  for (const line of renderMarkdown(markdown, longestLine)) print(stripVTControlCharacters(line));
}

function printMap(view: SessionView, print: (line: string) => void): void {
  print(`K8sQuest. ${view.player.rank}, ${view.player.xp} XP.`);
  for (const world of view.worlds) {
    print(`World ${world.number}, ${world.title}:`);
    for (const entry of world.levels) print(`  ${describeEntry(entry)}`);
  }
  print('Type "start" and a number, or "help".');
}

function describeEntry({ number, title, xp, state, reason, earned }: LevelEntry): string {
  if (state === 'faulty') return `${number} ${title}, faulty: ${reason}`;
  if (state === 'done') return `${number} ${title}, done with ${earned} of ${xp} XP`;
  return `${number} ${title}, ${xp} XP${state === 'next' ? ', next' : ''}${reason ? `, not here: ${reason}` : ''}`;
}

function printLevel(level: LevelView, print: (line: string) => void): void {
  print(`Level ${level.number}, ${level.title}, ${level.xp} XP.`);
  for (const line of level.briefing.trimEnd().split('\n')) print(line);
  print('To be met:');
  for (const objective of level.objectives) print(`  ${describeObjective(objective)}`);
}

function describeObjective({ title, outcome, expected, observed, lacksObject }: ObjectiveView): string {
  const wayOut = lacksObject ? '; "restart" brings the level back' : '';
  const found = outcome === 'unmet' || outcome === 'unknown' ? `; expected ${expected}; observed ${observed}${wayOut}` : '';
  return `${outcomes[outcome]}: ${title}${found}`;
}

/** Says what is new in a view, and only that. */
class Teller {
  private readonly print: (line: string) => void;
  private said = new Set<string>();
  private level: string | undefined;
  private before = new Map<string, string>();

  constructor(print: (line: string) => void) {
    this.print = print;
  }

  tell(view: SessionView): void {
    for (const notice of view.notices) this.once(`notice ${notice.id}`, () => this.print(notice.text));
    if (view.failure) this.once('failure', () => this.tellFailure(view.failure!));
    const { level } = view;
    if (!level) return;
    const run = `${level.id} ${level.restarts}`;
    if (this.level !== run) {
      this.level = run;
      this.said = new Set([...this.said].filter((key) => key.startsWith('notice')));
      this.before.clear();
      this.print(`Level ${level.number}, ${level.title}, is being started.`);
    }
    if (view.phase === 'playing') this.once('playing', () => this.tellStart(view, level));
    if (view.phase === 'playing' || view.phase === 'passed')
      for (const goal of [...level.objectives, ...level.brokenGuards]) this.tellGoal(goal);
    for (const [index, hint] of level.hints.read.entries()) {
      this.once(`hint ${index}`, () => {
        this.print(`Hint ${index + 1}: ${hint.title}`);
        printMarkdown(hint.text, this.print);
      });
    }
    const { solution } = level.hints;
    if (solution && view.phase !== 'passed') this.once('solution', () => this.print(`Solution:\n${solution.text.trimEnd()}`));
    if (level.result) {
      const { xp, gained, elapsedMs, nextLevel, newRank } = level.result;
      this.once('passed', () => {
        this.print(`Passed in ${formatElapsed(elapsedMs)}, with ${xp} XP${gained === xp ? '' : ` (${gained} more than before)`}.`);
        if (newRank) this.print(`Your rank is ${newRank} now.`);
        this.print(`"debrief" tells why it broke.${nextLevel === undefined ? '' : ` "start ${nextLevel}" goes on.`}`);
      });
    }
  }

  private tellStart(view: SessionView, level: LevelView): void {
    printLevel(level, this.print);
    this.print('In another terminal:');
    this.print(`  export KUBECONFIG=${view.cluster.kubeconfig}`);
    if (level.ingressAddress) this.print(`Ingresses answer at ${level.ingressAddress}, by the Host header.`);
    this.print('"help" lists what you can say here.');
  }

  private tellGoal(goal: ObjectiveView): void {
    if (goal.outcome === 'checking') return;
    const state = `${goal.outcome} ${goal.outcome === 'met' ? '' : goal.observed}`;
    if (this.before.get(goal.id) === state) return;
    this.before.set(goal.id, state);
    this.print(describeObjective(goal));
  }

  private tellFailure({ what, safe, fix, logPath }: NonNullable<SessionView['failure']>): void {
    this.print(`The game can't go on: ${what}`);
    this.print(`${safe} ${fix} The log is ${logPath}.`);
  }

  private once(key: string, say: () => void): void {
    if (this.said.has(key)) return;
    this.said.add(key);
    say();
  }
}
