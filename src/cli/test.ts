// `k8squest test`: the proof of levels.

import { type Proof, type ProofStep, proveLevel } from '../authoring/proof.ts';
import { findKubectl } from '../cluster/kubectl.ts';
import type { Level } from '../game/level.ts';
import { formatFault } from '../game/level-fault.ts';
import { levelRoots } from '../game/level-roots.ts';
import { type Campaign, loadLevels } from '../game/load-levels.ts';
import { playerFiles } from '../game/player-files.ts';
import { chooseLevel } from './choose-level.ts';

export interface TestOptions {
  readonly wanted: readonly string[];
  readonly levels: readonly string[];
  readonly json?: boolean;
}

const seed = 1;

export async function test(options: TestOptions): Promise<number> {
  const campaign = loadLevels(levelRoots(options.levels));
  const chosen = choose(campaign, options.wanted);
  if (!chosen) return 1;
  const search = await findKubectl({ cacheFolder: playerFiles().cache, cloneFirst: true });
  if (!search.kubectl && chosen.some(runsScripts)) {
    console.error(`k8squest: the proof runs scripts with kubectl. ${search.problem}`);
    return 2;
  }
  const proofs: Proof[] = [];
  for (const level of chosen) {
    if (!options.json) console.log(`${level.number} ${level.mission.title}`);
    proofs.push(await proveLevel(level, { kubectl: search.kubectl?.path ?? 'kubectl', seed, ...(!options.json && { onStep: printStep }) }));
  }
  if (options.json) console.log(JSON.stringify({ proofs, isProved: proofs.every(({ isProved }) => isProved) }, null, 2));
  else
    console.log(
      `${proofs.filter(({ isProved }) => isProved).length} of ${proofs.length} ${proofs.length === 1 ? 'level' : 'levels'} proved`,
    );
  return proofs.every(({ isProved }) => isProved) ? 0 : 1;
}

/** The levels meant; undefined (and said so) when one of them is faulty. */
function choose(campaign: Campaign, wanted: readonly string[]): readonly Level[] | undefined {
  const faulty = campaign.faulty.filter(({ id, number }) => wanted.length === 0 || wanted.includes(id) || wanted.includes(String(number)));
  for (const { faults } of faulty) for (const fault of faults) console.error(formatFault(fault));
  if (faulty.length > 0) return undefined;
  return wanted.length === 0 ? campaign.levels : wanted.map((word) => chooseLevel(campaign, word));
}

/** A proof of the others goes without kubectl. */
function runsScripts({ solutions, mistakes, hints }: Level): boolean {
  return [...solutions, ...mistakes].some(({ language }) => language === 'sh') || hints.some(({ commands }) => commands.length > 0);
}

function printStep({ kind, name, isProved, detail, ms }: ProofStep): void {
  console.log(`  ${isProved ? '✔' : '✘'} ${kind} ${name}: ${detail} (${ms} ms)`);
}
