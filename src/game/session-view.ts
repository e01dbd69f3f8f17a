// What the session shows and what can be done: plain data that crosses the thread. The screen knows no more of the game than this.

/** Everything a screen may show, sent whole after each change. */
export interface SessionView {
  readonly phase: 'loading' | 'map' | 'starting' | 'playing' | 'passed' | 'failed';
  readonly player: PlayerView;
  readonly worlds: readonly WorldView[];
  readonly cluster: ClusterView;
  /** The level that is being started, played or was passed. */
  readonly level?: LevelView;
  /** What the player should know and can dismiss: a save that was set aside, a kubectl that is missing. */
  readonly notices: readonly Notice[];
  /** The debrief that was last asked for with 'read'. */
  readonly reading?: DebriefView;
  /** Phase 'failed': what happened. */
  readonly failure?: FailureView;
}

export interface PlayerView {
  readonly xp: number;
  /** "Operator" */
  readonly rank: string;
}

export interface ClusterView {
  /** "simulated" or a context's name. */
  readonly name: string;
  /** Path of the kubeconfig for shells; undefined until the cluster serves. */
  readonly kubeconfig?: string;
  /** What the shell pane sets besides KUBECONFIG: KUBECACHEDIR, HISTFILE, PATH additions. */
  readonly environment: Readonly<Record<string, string>>;
  /** The cluster's clock is this far behind, milliseconds, while it catches up after the machine slept. */
  readonly behindMs?: number;
}

export interface WorldView {
  /** "3-networking" */
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly levels: readonly LevelEntry[];
}

/** A level as the map shows it. */
export interface LevelEntry {
  /** The folder's name, "25-networkpolicy-too-restrictive". */
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly xp: number;
  readonly difficulty: string;
  readonly minutes: number;
  readonly concepts: readonly string[];
  /** 'faulty': its files are wrong; 'unavailable': this cluster can't show it. `reason` says why. */
  readonly state: 'open' | 'next' | 'done' | 'faulty' | 'unavailable';
  readonly reason?: string;
  /** XP earned, where done. */
  readonly earned?: number;
  /** Best time in milliseconds, where done. */
  readonly bestMs?: number;
  /** First paragraph of the briefing. */
  readonly teaser: string;
  /** Paragraphs, already stripped of control characters. */
  readonly briefing: string;
  /** Titles of the objectives. */
  readonly goals: readonly string[];
}

export interface LevelView extends LevelEntry {
  readonly namespace: string;
  /** Where the level's ingress controller is reached from the host, "http://127.0.0.1:43210"; levels that need none have none. */
  readonly ingressAddress?: string;
  /** While starting: what is being waited for. */
  readonly progress?: string;
  readonly objectives: readonly ObjectiveView[];
  /** Guards that are unmet, which keep the level from being passed. */
  readonly brokenGuards: readonly ObjectiveView[];
  readonly hints: HintsView;
  /** Host time (ms since 1970) at which play began; restarts begin it anew. */
  readonly startedAt?: number;
  readonly restarts: number;
  /** Phase 'passed'. */
  readonly result?: ResultView;
  /** Markdown; there from phase 'passed' on, or after the solution was bought. */
  readonly debrief?: string;
}

/** What the debrief shows of a level: the one that was just passed, or one that was passed some time. */
export interface DebriefView extends Pick<LevelView, 'id' | 'number' | 'title' | 'debrief'> {
  readonly hints: Pick<HintsView, 'solution'>;
  readonly result?: Pick<ResultView, 'xp' | 'elapsedMs' | 'nextLevel' | 'newRank'>;
}

export interface ObjectiveView {
  readonly id: string;
  readonly title: string;
  readonly outcome: 'met' | 'unmet' | 'unknown' | 'checking';
  readonly expected?: string;
  readonly observed?: string;
  /** An object of the level that it needs is gone: a restart brings it back. */
  readonly lacksObject?: true;
  /** Host time (ms since 1970) of the verdict, where it grows old: what follows from watches holds until it changes. */
  readonly judgedAt?: number;
  /** Host time at which it last turned, for the moment's highlight. */
  readonly turnedAt?: number;
}

export interface HintsView {
  /** Those read so far: title and Markdown. */
  readonly read: readonly { readonly title: string; readonly text: string }[];
  readonly total: number;
  /** XP that the next one costs; undefined when all are read. */
  readonly nextCost?: number;
  /** XP that the solution costs now. */
  readonly solutionCost: number;
  /** The reference solution, once asked for or passed. */
  readonly solution?: { readonly name: string; readonly text: string; readonly language: 'sh' | 'yaml' };
}

export interface ResultView {
  readonly xp: number;
  readonly elapsedMs: number;
  /** XP that this run adds to the player's, the best result staying. */
  readonly gained: number;
  /** The rank that the player has by it, where it is another than before. */
  readonly newRank?: string;
  /** The next open level's number. */
  readonly nextLevel?: number;
}

export interface Notice {
  readonly id: string;
  readonly text: string;
}

export interface FailureView {
  readonly what: string;
  /** What is safe. */
  readonly safe: string;
  readonly fix: string;
  readonly logPath: string;
}

/** What the player can do. */
export type Action =
  | { readonly type: 'start'; readonly level: string }
  | { readonly type: 'restart' }
  | { readonly type: 'skip' }
  | { readonly type: 'hint' }
  | { readonly type: 'solution' }
  /** The debrief of a level that was passed some time, into `reading`. */
  | { readonly type: 'read'; readonly level: string }
  /** Back to the map; the level stays as it is for this run of the game, and 'start' goes on with it. */
  | { readonly type: 'leave' }
  | { readonly type: 'dismiss'; readonly notice: string }
  | { readonly type: 'quit' };

/** What the screen holds of a session, in this thread or another. */
export interface SessionHandle {
  readonly view: SessionView;
  /** Called after each change, until the returned function is. */
  subscribe(listener: () => void): () => void;
  act(action: Action): void;
  /** Resolves when everything is saved and ended. */
  close(): Promise<void>;
}
