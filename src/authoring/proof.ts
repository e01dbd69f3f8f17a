// The proof of a level: broken fails and keeps failing, each solution passes and keeps passing, each mistake is refused by what it names,
// each command in a hint runs, reset is broken again, and a journal run twice gives one cluster.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseManifest } from '../apimachinery/manifest.ts';
import { SimulatedCluster } from '../cluster/simulated.ts';
import { Judge } from '../game/judge.ts';
import type { Level, Repair } from '../game/level.ts';
import { describeVerdict } from '../game/messages.ts';
import { sceneOf } from '../game/session.ts';
import type { KubernetesObject } from '../simulator/client.ts';
import { type ProofGround, simulatedGround } from './proof-ground.ts';
import { ScriptRunner } from './script-runner.ts';

/** One thing that was shown, or not. */
export interface ProofStep {
  readonly kind: 'broken' | 'solution' | 'mistake' | 'hint' | 'reset' | 'replay';
  /** The file's name, or what was looked at. */
  readonly name: string;
  readonly isProved: boolean;
  /** What was seen. */
  readonly detail: string;
  /** With `trace`: what the step's commands were and printed. */
  readonly transcript?: string;
  /** Host time it took. */
  readonly ms: number;
}

export interface Proof {
  readonly level: string;
  readonly title: string;
  readonly isProved: boolean;
  readonly steps: readonly ProofStep[];
  readonly seed: number;
}

export interface ProofOptions {
  /** Path of a kubectl, for scripts and hints. */
  readonly kubectl: string;
  readonly seed: number;
  /** Keep a transcript of each step. */
  readonly trace?: boolean;
  readonly onStep?: (step: ProofStep) => void;
}

/** A proof's clusters all begin here, so that nothing depends on the day. */
const startMs = Date.UTC(2026, 0, 15, 9, 0, 0);
const minuteMs = 60_000;
/** How long a first look may take. */
const lookMs = 30_000;

/** Proves one level on simulated clusters of its own. */
export async function proveLevel(level: Level, options: ProofOptions): Promise<Proof> {
  return proofOf(level, options, await onOwnCluster(level, options, stepsOf));
}

/** Proves one level where it is told to. */
export async function proveOn(ground: ProofGround, level: Level, options: ProofOptions): Promise<Proof> {
  return proofOf(level, options, await onGround(ground, level, options, stepsOf));
}

async function stepsOf(prover: Prover): Promise<readonly ProofStep[]> {
  await prover.run();
  return prover.steps;
}

function proofOf(level: Level, options: ProofOptions, steps: readonly ProofStep[]): Proof {
  return { level: level.id, title: level.mission.title, isProved: steps.every(({ isProved }) => isProved), steps, seed: options.seed };
}

/** Whether one of the mistakes gets through, or the level is passed as it is. */
export function acceptsAnyOf(level: Level, mistakes: readonly Repair[], options: ProofOptions): Promise<boolean> {
  return onOwnCluster(level, options, async (prover) => {
    for (const mistake of mistakes) if (await prover.accepts(mistake)) return true;
    return prover.accepts(undefined);
  });
}

async function onOwnCluster<T>(level: Level, options: ProofOptions, work: (prover: Prover) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'k8squest-cluster-'));
  const cluster = new SimulatedCluster({ kubeconfig: join(folder, 'kubeconfig'), seed: options.seed, fixedStartMs: startMs });
  await cluster.open();
  try {
    return await onGround(simulatedGround(cluster), level, options, work);
  } finally {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onGround<T>(ground: ProofGround, level: Level, options: ProofOptions, work: (prover: Prover) => Promise<T>): Promise<T> {
  const scripts = new ScriptRunner(options.kubectl, ground.cluster.kubeconfig, ground.scriptSpeed);
  try {
    return await work(new Prover(level, ground, scripts, options));
  } finally {
    scripts.close();
  }
}

/** What a step found: undefined when all was as it should be. */
type Finding = { readonly isProved: boolean; readonly detail: string };

class Prover {
  readonly steps: ProofStep[] = [];
  private readonly level: Level;
  private readonly ground: ProofGround;
  private readonly scripts: ScriptRunner;
  private readonly options: ProofOptions;
  private transcript: string[] = [];

  constructor(level: Level, ground: ProofGround, scripts: ScriptRunner, options: ProofOptions) {
    this.level = level;
    this.ground = ground;
    this.scripts = scripts;
    this.options = options;
  }

  async run(): Promise<void> {
    await this.step('broken', `at once and after ${spell(this.ground.idleMs)} idle`, () => this.broken(this.ground.idleMs));
    for (const solution of this.level.solutions) await this.step('solution', solution.name, () => this.solution(solution));
    for (const mistake of this.level.mistakes) await this.step('mistake', mistake.name, () => this.mistake(mistake));
    await this.step('hint', 'commands', () => this.hints());
    await this.step('reset', 'broken again', () => this.broken(lookMs));
    const { replayed } = this.ground;
    if (replayed) await this.step('replay', 'one journal, one cluster', () => this.replay(replayed));
  }

  private async step(kind: ProofStep['kind'], name: string, work: () => Promise<Finding>): Promise<void> {
    const begun = performance.now();
    this.transcript = [];
    const finding = await work();
    const transcript = this.options.trace && this.transcript.length > 0 ? { transcript: this.transcript.join('\n') } : {};
    const step = { kind, name, ...finding, ...transcript, ms: Math.round(performance.now() - begun) };
    this.steps.push(step);
    this.options.onStep?.(step);
  }

  /** Stages the level, lets `work` happen under a judge's eyes, and ends the judge. */
  private async judged(work: (judge: Judge) => Promise<Finding>): Promise<Finding> {
    await this.ground.cluster.stage(sceneOf(this.level));
    const judge = new Judge({ level: this.level, api: this.ground.cluster.api, clock: this.ground.cluster.clock });
    judge.start();
    try {
      return await work(judge);
    } finally {
      judge.stop();
    }
  }

  private broken(forMs: number): Promise<Finding> {
    return this.judged(async (judge) => {
      const begun = this.ground.cluster.clock.now();
      if (!(await this.looked(judge))) return { isProved: false, detail: `no verdicts within ${lookMs / 1000} s` };
      const first = unmet(judge);
      if (first.length === 0) return { isProved: false, detail: 'everything is met, although nothing was repaired' };
      if (await this.ground.drive(begun + forMs, () => judge.hasPassed))
        return { isProved: false, detail: 'it was passed without a repair' };
      const last = unmet(judge);
      return last.length === 0
        ? { isProved: false, detail: 'everything is met after a while, although nothing was repaired' }
        : { isProved: true, detail: describeStates(judge) };
    });
  }

  private solution(solution: Repair): Promise<Finding> {
    return this.judged(async (judge) => {
      const failure = await this.perform(solution);
      if (failure) return { isProved: false, detail: failure };
      const begun = this.ground.cluster.clock.now();
      if (!(await this.ground.drive(begun + this.ground.solveMs, () => judge.hasPassed)))
        return { isProved: false, detail: `not passed within ${spell(this.ground.solveMs)}: ${describeStates(judge)}` };
      const took = Math.round((this.ground.cluster.clock.now() - begun) / 1000);
      await this.ground.drive(this.ground.cluster.clock.now() + this.ground.holdMs);
      const broken = unmet(judge);
      if (broken.length > 0) return { isProved: false, detail: `passed, but not for long: ${describeStates(judge)}` };
      return { isProved: true, detail: `passed after ${took} s, and ${spell(this.ground.holdMs)} later still` };
    });
  }

  private mistake(mistake: Repair): Promise<Finding> {
    return this.judged(async (judge) => {
      await this.looked(judge);
      const { clock } = this.ground.cluster;
      const begun = clock.now();
      const failure = await this.perform(mistake);
      if (failure) return { isProved: false, detail: failure };
      const refusing = () => judge.states.find(({ id }) => id === mistake.refusedBy)!;
      // A trial has refused nothing that it wasn't run on.
      const hasSpoken = () => !refusing().isTrial || (!refusing().isChecking && (refusing().lookedAt ?? 0) >= begun);
      await this.ground.drive(clock.now() + this.ground.refuseMs, () => judge.hasPassed);
      await this.ground.drive(clock.now() + this.ground.solveMs, () => judge.hasPassed || hasSpoken());
      if (judge.hasPassed) return { isProved: false, detail: 'it was accepted' };
      const state = refusing();
      if (!hasSpoken()) return { isProved: false, detail: `${state.id} was never tried on it: ${describeStates(judge)}` };
      const isRefused = state.verdict?.outcome === 'unmet';
      return {
        isProved: isRefused,
        detail: isRefused
          ? `${state.id}: ${describeVerdict(state.verdict).observed}`
          : `${state.id} doesn't refuse it: ${describeStates(judge)}`,
      };
    });
  }

  /** Whether the level is passed after this repair, or untouched. */
  async accepts(repair: Repair | undefined): Promise<boolean> {
    let isAccepted = false;
    await this.judged(async (judge) => {
      await this.looked(judge);
      const failure = repair && (await this.perform(repair));
      isAccepted =
        failure === undefined && (await this.ground.drive(this.ground.cluster.clock.now() + this.ground.solveMs, () => judge.hasPassed));
      return { isProved: true, detail: '' };
    });
    return isAccepted;
  }

  private hints(): Promise<Finding> {
    return this.judged(async (judge) => {
      let count = 0;
      for (const [index, hint] of this.level.hints.entries()) {
        for (const { command, exitCode, line } of hint.commands) {
          const result = await this.script(command);
          count++;
          if (result.exitCode !== exitCode)
            return {
              isProved: false,
              detail: `hints.md:${line}: ${command} exits ${result.exitCode}, not ${exitCode}: ${result.output.trim()}`,
            };
        }
        if (index < 2) {
          const begun = this.ground.cluster.clock.now();
          if (await this.ground.drive(begun + this.ground.refuseMs, () => judge.hasPassed))
            return { isProved: false, detail: `hint ${index + 1} already solves the level` };
        }
      }
      return { isProved: true, detail: `${count} commands run as they say` };
    });
  }

  /** The reference solution's journal, done again twice: the clusters must be equal in every object and log. */
  private async replay(replayed: NonNullable<ProofGround['replayed']>): Promise<Finding> {
    await this.judged(async () => {
      await this.perform(this.level.solutions[0]!);
      await this.ground.drive(this.ground.cluster.clock.now() + minuteMs);
      return { isProved: true, detail: '' };
    });
    const [original, first, second] = replayed().map(digest);
    const isProved = original === first && first === second;
    return {
      isProved,
      detail: isProved
        ? `state ${first!.slice(0, 12)}, three times`
        : `states differ: ${original!.slice(0, 12)} ${first!.slice(0, 12)} ${second!.slice(0, 12)}`,
    };
  }

  /** Does what the file says; returns what went wrong. */
  private async perform(repair: Repair): Promise<string | undefined> {
    if (repair.language === 'sh') {
      const result = await this.script(repair.text);
      return result.exitCode === 0 ? undefined : `the script exits ${result.exitCode}: ${result.output.trim()}`;
    }
    try {
      for (const object of parseManifest(repair.text) as unknown as KubernetesObject[]) {
        const namespaced =
          object.kind === 'Namespace'
            ? object
            : { ...object, metadata: { namespace: this.level.mission.namespaces[0]!, ...object.metadata } };
        await this.ground.cluster.api.apply(namespaced);
      }
      return undefined;
    } catch (error) {
      return `the manifest is refused: ${(error as Error).message}`;
    }
  }

  private async script(text: string) {
    const result = await this.ground.whileScript(() => this.scripts.run(this.options.trace ? `PS4='$ '; set -x\n${text}` : text));
    this.transcript.push(result.output.trimEnd(), ...(result.exitCode === 0 ? [] : [`(exit code ${result.exitCode})`]));
    return result;
  }

  private looked(judge: Judge): Promise<boolean> {
    return this.ground.drive(this.ground.cluster.clock.now() + lookMs, () => judge.states.every(({ verdict }) => verdict !== undefined));
  }
}

/** "10 minutes", "30 s" */
function spell(ms: number): string {
  return ms % minuteMs === 0 ? `${ms / minuteMs} minutes` : `${ms / 1000} s`;
}

function unmet(judge: Judge): string[] {
  return judge.states.filter(({ verdict }) => verdict?.outcome !== 'met').map(({ id }) => id);
}

function describeStates(judge: Judge): string {
  return judge.states
    .filter(({ verdict }) => verdict?.outcome !== 'met')
    .map(({ id, verdict }) => `${id} ${verdict ? `${verdict.outcome} (${describeVerdict(verdict).observed})` : 'not looked at'}`)
    .join(', ');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
