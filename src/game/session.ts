// The session: what is being played, and everything that happens in it. It knows the levels, the save and a cluster; the screen knows it by its view.
import { type Cluster, ClusterError, type Scene } from '../cluster/cluster.ts';
import { nextLevel, viewCampaign } from './campaign.ts';
import { Judge } from './judge.ts';
import type { Goal, Level } from './level.ts';
import type { Campaign } from './load-levels.ts';
import { describeVerdict } from './messages.ts';
import { type SaveData, SaveError, type SaveFile, totalXp, withHelp, withResult } from './save.ts';
import { earnedXp, nextHintCost, rankFor } from './scoring.ts';
import type {
  Action,
  ClusterView,
  DebriefView,
  FailureView,
  LevelEntry,
  LevelView,
  Notice,
  ObjectiveView,
  SessionHandle,
  SessionView,
} from './session-view.ts';

export interface SessionOptions {
  readonly campaign: Campaign;
  readonly save: SaveFile;
  readonly cluster: Cluster;
  readonly clusterView: ClusterView;
  readonly notices?: readonly Notice[];
  readonly logPath: string;
  /** Writes a line to the log. */
  readonly log: (text: string) => void;
  /** The level being played changed; undefined: none. */
  readonly onLevel?: (level: Level | undefined) => void;
  /** Everything has ended: the last chance to clean up. */
  readonly onClosed?: () => void;
}

/** How far a level has come in this run of the game. */
interface Play {
  readonly level: Level;
  judge: Judge;
  readonly startedAt: number;
  hintsRead: number;
  hasSolution: boolean;
  restarts: number;
  /** When each goal's outcome last turned and was last found, by id (host time). */
  readonly turns: Map<string, { outcome: string; turnedAt: number; judgedAt: number; lookedAt: number | undefined }>;
  result?: LevelView['result'];
}

export class Session implements SessionHandle {
  view: SessionView;
  private readonly options: SessionOptions;
  private readonly listeners = new Set<() => void>();
  private data: SaveData;
  private notices: Notice[];
  private phase: SessionView['phase'] = 'map';
  private play: Play | undefined;
  private reading: Level | undefined;
  private progress: string | undefined;
  private failure: FailureView | undefined;
  private isClosed = false;
  /** Each loss is a notice of its own: who listens to lines of text is told each time. */
  private losses = 0;
  private work: Promise<void> = Promise.resolve();

  /** Reads the save. Throws SaveError. */
  constructor(options: SessionOptions) {
    this.options = options;
    const opened = options.save.read();
    this.data = opened.data;
    const given = options.notices ?? [];
    const isTold = given.some(({ id }) => id === 'save');
    this.notices = [...given, ...(opened.notice && !isTold ? [{ id: 'save', text: opened.notice }] : [])];
    this.view = this.draw();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Actions are done one after the other. */
  act(action: Action): void {
    if (action.type === 'quit') void this.close();
    else this.do(() => this.perform(action));
  }

  private do(work: () => Promise<void> | void): void {
    this.work = this.work.then(work).catch((error: unknown) => this.fail(error));
  }

  /** Resolves when all actions so far are done. */
  async idle(): Promise<void> {
    await this.work;
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.play?.judge.stop();
    this.options.cluster.interrupt?.();
    await this.work;
    await this.options.cluster.close();
    this.options.onClosed?.();
  }

  /** The level being played, for whoever asks from outside. */
  get level(): Level | undefined {
    return this.play?.level;
  }

  private async perform(action: Exclude<Action, { type: 'quit' }>): Promise<void> {
    if (this.isClosed) return;
    switch (action.type) {
      case 'start':
        return this.start(action.level);
      case 'restart':
        return this.restart();
      case 'skip':
        return this.skip();
      case 'hint':
        return this.help((play) => {
          if (nextHintCost(play.level.mission.xp, play.hintsRead, play.hasSolution) !== undefined) play.hintsRead++;
        });
      case 'solution':
        return this.help((play) => {
          play.hasSolution = true;
        });
      case 'read':
        this.reading = this.levelCalled(action.level);
        return this.changed();
      case 'leave':
        this.phase = 'map';
        return this.changed();
      case 'dismiss':
        this.notices = this.notices.filter(({ id }) => id !== action.notice);
        return this.changed();
    }
  }

  private levelCalled(word: string): Level | undefined {
    return this.options.campaign.levels.find(({ id, number }) => id === word || String(number) === word);
  }

  private async start(id: string): Promise<void> {
    const level = this.levelCalled(id);
    if (!level) return;
    if (this.play?.level === level && !this.play.result) {
      this.phase = 'playing';
      return this.changed();
    }
    await this.stage(level, 0);
  }

  private async restart(): Promise<void> {
    const { play } = this;
    if (!play) return;
    await this.stage(play.level, play.restarts + 1);
  }

  private async stage(level: Level, restarts: number): Promise<void> {
    this.play?.judge.stop();
    const judge = this.judgeOf(level);
    this.play = {
      level,
      judge,
      startedAt: Date.now(),
      hintsRead: this.data.help[level.id]?.hints ?? 0,
      hasSolution: this.data.help[level.id]?.solution ?? false,
      restarts,
      turns: new Map(),
    };
    this.phase = 'starting';
    this.changed();
    await this.options.cluster.stage(sceneOf(level), (what) => {
      this.progress = what;
      this.changed();
    });
    this.progress = undefined;
    if (this.isClosed) return;
    this.play = { ...this.play, startedAt: Date.now() };
    this.options.onLevel?.(level);
    this.phase = 'playing';
    judge.start();
    this.changed();
  }

  private judgeOf(level: Level): Judge {
    const { cluster } = this.options;
    return new Judge({
      level,
      api: cluster.api,
      clock: cluster.clock,
      onChange: () => this.judged(),
      onPassed: () => this.do(() => this.passed()),
      onLost: (why) => this.lost(why),
      onFound: () => this.found(),
    });
  }

  private lost(why: string): void {
    this.options.log(`lost the cluster: ${why}`);
    this.notices = [
      ...this.notices.filter(({ id }) => !id.startsWith('lost-')),
      { id: `lost-${++this.losses}`, text: `${why} The game goes on when it answers again.` },
    ];
    this.changed();
  }

  private found(): void {
    this.options.log('the cluster answers again');
    this.notices = this.notices.filter(({ id }) => !id.startsWith('lost-'));
    this.changed();
  }

  private skip(): void {
    const { play } = this;
    if (!play) return;
    play.judge.stop();
    this.play = undefined;
    this.options.onLevel?.(undefined);
    this.phase = 'map';
    this.changed();
  }

  /** Gives a hint or the solution; the save remembers it until the level is passed. */
  private async help(give: (play: Play) => void): Promise<void> {
    const { play } = this;
    if (!play) return;
    give(play);
    this.changed();
    if (play.result) return;
    const { level, hintsRead: hints, hasSolution: solution } = play;
    this.data = await this.options.save.update((data) => withHelp(data, level.id, { hints, solution }));
  }

  private judged(): void {
    const { play } = this;
    if (!play) return;
    const now = Date.now();
    for (const { id, verdict, lookedAt } of play.judge.states) {
      if (!verdict) continue;
      const before = play.turns.get(id);
      if (before && before.lookedAt === lookedAt) continue;
      const turnedAt = before && before.outcome === verdict.outcome ? before.turnedAt : now;
      play.turns.set(id, { outcome: verdict.outcome, turnedAt, judgedAt: now, lookedAt });
    }
    this.changed();
  }

  private async passed(): Promise<void> {
    const { play } = this;
    if (!play?.judge.hasPassed || play.result) return;
    const { level } = play;
    play.judge.stop();
    const elapsedMs = Date.now() - play.startedAt;
    const xp = earnedXp(level.mission.xp, play.hintsRead, play.hasSolution);
    const before = totalXp(this.data);
    this.data = await this.options.save.update((data) => withResult(data, level.id, { xp, elapsedMs, passedAt: new Date().toISOString() }));
    const next = nextLevel(this.entries(), level.number);
    const after = totalXp(this.data);
    const rank = rankFor(after);
    play.result = {
      xp,
      elapsedMs,
      gained: after - before,
      ...(rank !== rankFor(before) && { newRank: rank }),
      ...(next !== undefined && next !== level.number && { nextLevel: next }),
    };
    this.phase = 'passed';
    this.changed();
  }

  private fail(error: unknown): void {
    const { log, logPath } = this.options;
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const isExpected = error instanceof ClusterError || error instanceof SaveError;
    this.failure = {
      what: error instanceof Error ? error.message : String(error),
      safe: 'What you have earned so far is saved.',
      fix: isExpected ? error.fix : 'This is a mistake of ours: please report it with the log.',
      logPath,
    };
    this.phase = 'failed';
    this.changed();
  }

  private changed(): void {
    this.view = this.draw();
    for (const listener of this.listeners) listener();
  }

  private entries(): LevelEntry[] {
    return viewCampaign(this.options.campaign, this.data, this.options.cluster.capabilities).flatMap(({ levels }) => levels);
  }

  private draw(): SessionView {
    const xp = totalXp(this.data);
    const worlds = viewCampaign(this.options.campaign, this.data, this.options.cluster.capabilities);
    const entries = worlds.flatMap(({ levels }) => levels);
    const level = this.play && this.drawLevel(this.play, entries.find(({ id }) => id === this.play!.level.id)!);
    const reading = this.reading && drawReading(this.reading, entries.find(({ id }) => id === this.reading!.id)!);
    return {
      phase: this.phase,
      player: { xp, rank: rankFor(xp) },
      worlds,
      cluster: this.options.clusterView,
      notices: this.notices,
      ...(level && { level }),
      ...(reading && { reading }),
      ...(this.failure && { failure: this.failure }),
    };
  }

  private drawLevel(play: Play, entry: LevelEntry): LevelView {
    const { cluster } = this.options;
    const { mission, hints, debrief, solutions } = play.level;
    const states = new Map(play.judge.states.map((state) => [state.id, state]));
    const objective = (goal: Goal): ObjectiveView => {
      const state = states.get(goal.id);
      const verdict = state?.verdict;
      const turn = play.turns.get(goal.id);
      return {
        id: goal.id,
        title: goal.title ?? goal.id,
        outcome: verdict?.outcome ?? 'checking',
        ...(verdict && describeVerdict(verdict)),
        ...(state?.lacksObject && { lacksObject: true as const }),
        ...(turn && { turnedAt: turn.turnedAt }),
        ...(turn && state?.isAskedAgain && { judgedAt: turn.judgedAt }),
      };
    };
    const nextCost = nextHintCost(mission.xp, play.hintsRead, play.hasSolution);
    const solution = shownSolution(solutions);
    const showsSolution = play.hasSolution || play.result !== undefined;
    return {
      ...entry,
      namespace: mission.namespaces[0]!,
      ...(cluster.ingressAddress && { ingressAddress: cluster.ingressAddress }),
      ...(this.progress !== undefined && { progress: this.progress }),
      objectives: mission.objectives.map(objective),
      brokenGuards: mission.guards.filter((guard) => (states.get(guard.id)?.verdict?.outcome ?? 'met') !== 'met').map(objective),
      hints: {
        read: hints.slice(0, play.hintsRead).map(({ title, text }) => ({ title, text })),
        total: hints.length,
        ...(nextCost !== undefined && { nextCost }),
        solutionCost: earnedXp(mission.xp, play.hintsRead, play.hasSolution),
        ...(showsSolution && solution && { solution }),
      },
      startedAt: play.startedAt,
      restarts: play.restarts,
      ...(play.result && { result: play.result }),
      ...(showsSolution && { debrief }),
    };
  }
}

/** Nothing of a level that wasn't passed yet. */
function drawReading({ debrief, solutions }: Level, { id, number, title, earned, bestMs }: LevelEntry): DebriefView | undefined {
  if (earned === undefined || bestMs === undefined) return undefined;
  const solution = shownSolution(solutions);
  return { id, number, title, debrief, hints: { ...(solution && { solution }) }, result: { xp: earned, elapsedMs: bestMs } };
}

/** The reference solution is the first. */
function shownSolution([solution]: Level['solutions']): LevelView['hints']['solution'] {
  return solution && { name: solution.name, text: solution.text, language: solution.language };
}

/** What a cluster is given of a level. */
export function sceneOf(level: Level): Scene {
  const { mission, setup, broken, images, ageMs } = level;
  return { namespaces: mission.namespaces, setup, broken, images, ageMs, requires: mission.requires };
}
