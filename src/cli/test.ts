// `k8squest test`: the proof of levels.
import { watch } from 'node:fs';
import type { Proof, ProofStep } from '../authoring/proof.ts';
import { findIdleGoalsOf, proveLevels } from '../authoring/prove-levels.ts';
import { proveOnContext } from '../authoring/prove-on-context.ts';
import { findKubectl } from '../cluster/kubectl.ts';
import type { Level } from '../game/level.ts';
import { formatFault } from '../game/level-fault.ts';
import { levelRoots } from '../game/level-roots.ts';
import { type Campaign, loadLevels } from '../game/load-levels.ts';
import { playerFiles } from '../game/player-files.ts';
import { chooseLevel } from './choose-level.ts';
import { sayOnce } from './say-once.ts';

export interface TestOptions {
  readonly wanted: readonly string[];
  readonly levels: readonly string[];
  readonly json?: boolean;
  readonly trace?: boolean;
  readonly watch?: boolean;
  readonly mutations?: boolean;
  readonly seed?: number;
  readonly context?: string;
}

/** Files are often saved several at a time. */
const saveMs = 200;

export async function test(options: TestOptions): Promise<number> {
  const search = await findKubectl({ cacheFolder: playerFiles().cache, cloneFirst: true });
  if (!search.kubectl) {
    console.error(`k8squest: the proof runs scripts with kubectl. ${search.problem}`);
    return 2;
  }
  if (!options.watch) return prove(options, search.kubectl.path);
  for (;;) {
    const folders = loadLevels(levelRoots(options.levels));
    await prove(options, search.kubectl.path).catch((error: Error) => console.error(error.message));
    console.error('waiting for a change; Ctrl+C ends it');
    await nextChange(choose(folders, options.wanted)?.map(({ folder }) => folder) ?? levelRoots(options.levels));
  }
}

/** Resolves when a file below one of the folders was saved. */
function nextChange(folders: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const watchers = folders.map((folder) =>
      watch(folder, { recursive: true }, () => {
        for (const watcher of watchers) watcher.close();
        setTimeout(resolve, saveMs);
      }),
    );
  });
}

async function prove(options: TestOptions, kubectl: string): Promise<number> {
  const chosen = choose(loadLevels(levelRoots(options.levels)), options.wanted);
  if (!chosen) return 1;
  if (options.mutations) return mutate(chosen, options, kubectl);
  const table = options.json ? undefined : new ProofTable(chosen, options.trace ?? false);
  const common = {
    kubectl,
    seed: options.seed ?? 1,
    trace: options.trace ?? false,
    onBegin: (level: Level) => table?.begin(level),
    onEnd: (level: Level, proof: Proof) => table?.end(level, proof),
  };
  const proofs = options.context
    ? await proveOnContext(chosen, {
        ...common,
        context: { context: options.context },
        files: playerFiles(),
        progress: sayOnce(),
        // A step takes up to a minute there.
        onStep: ({ kind, name, isProved, ms }) => console.error(`${isProved ? '✔' : '✘'} ${kind} ${name} (${Math.round(ms / 1000)} s)`),
      })
    : await proveLevels(chosen, common);
  const isProved = proofs.every((proof) => proof.isProved);
  if (options.json) console.log(JSON.stringify({ proofs, isProved }, null, 2));
  else
    console.log(
      `${proofs.filter((proof) => proof.isProved).length} of ${proofs.length} ${proofs.length === 1 ? 'level' : 'levels'} proved`,
    );
  return isProved ? 0 : 1;
}

/** Takes each goal away in turn. */
async function mutate(levels: readonly Level[], options: TestOptions, kubectl: string): Promise<number> {
  const idle = await findIdleGoalsOf(levels, { kubectl, seed: options.seed ?? 1, trace: false });
  if (options.json) console.log(JSON.stringify({ idle }, null, 2));
  else {
    for (const { level, goal } of idle)
      console.log(`✘ ${level}: without "${goal}" nothing wrong would be accepted. Add the mistake that it is there for, or leave it out.`);
    const goals = levels.reduce((sum, { mission }) => sum + mission.objectives.length + mission.guards.length, 0);
    console.log(`${goals - idle.length} of ${goals} objectives and guards are needed`);
  }
  return idle.length > 0 ? 1 : 0;
}

/** The levels meant; undefined (and said so) when one of them is faulty. */
function choose(campaign: Campaign, wanted: readonly string[]): readonly Level[] | undefined {
  const faulty = campaign.faulty.filter(({ id, number }) => wanted.length === 0 || wanted.includes(id) || wanted.includes(String(number)));
  for (const { faults } of faulty) for (const fault of faults) console.error(formatFault(fault));
  if (faulty.length > 0) return undefined;
  return wanted.length === 0 ? campaign.levels : wanted.map((word) => chooseLevel(campaign, word));
}

/** What is proved so far, and on a terminal what is being proved at the moment. */
class ProofTable {
  private readonly running = new Set<number>();
  private readonly showsAll: boolean;
  private readonly trace: boolean;
  private done = 0;
  private readonly total: number;

  constructor(levels: readonly Level[], trace: boolean) {
    this.total = levels.length;
    this.showsAll = levels.length === 1;
    this.trace = trace;
  }

  begin({ number }: Level): void {
    this.running.add(number);
    this.draw();
  }

  end({ number, mission }: Level, { steps, isProved }: Proof): void {
    this.running.delete(number);
    this.done++;
    this.clear();
    const count = (kind: ProofStep['kind']) =>
      `${steps.filter((step) => step.kind === kind && step.isProved).length}/${steps.filter((step) => step.kind === kind).length}`;
    const seconds = (steps.reduce((sum, { ms }) => sum + ms, 0) / 1000).toFixed(1);
    console.log(
      `${isProved ? '✔' : '✘'} ${String(number).padStart(2)} ${mission.title.padEnd(40)} solutions ${count('solution')}  mistakes ${count('mistake')}  ${seconds} s`,
    );
    for (const step of steps) if (this.showsAll || !step.isProved) this.print(step);
    this.draw();
  }

  private print({ kind, name, isProved, detail, transcript, ms }: ProofStep): void {
    console.log(`    ${isProved ? '✔' : '✘'} ${kind} ${name}: ${detail} (${ms} ms)`);
    if (this.trace && transcript && (!isProved || this.showsAll)) console.log(transcript.replace(/^/gm, '        '));
  }

  private draw(): void {
    if (process.stderr.isTTY && this.running.size > 0)
      process.stderr.write(`\r\u001b[K… ${[...this.running].join(', ')} (${this.done} of ${this.total} done)`);
  }

  private clear(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
}
