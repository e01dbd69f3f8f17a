// What a real cluster can, remembered for a day: finding out takes a quarter of a minute.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Trial, tryCapabilities } from './capability-tryout.ts';
import { type Capability, capabilities } from './cluster.ts';

export interface CapabilityQuestion extends Trial {
  readonly folder: string;
  /** uid of the cluster's kube-system. */
  readonly cluster: string;
}

const dayMs = 86_400_000;

/** What is remembered, else what trying shows; a trial that didn't come to its end isn't remembered. */
export async function readCapabilities(question: CapabilityQuestion): Promise<ReadonlySet<Capability>> {
  const path = pathOf(question.folder, question.cluster);
  const known = remembered(path);
  if (known) return known;
  const { found, isCertain } = await tryCapabilities(question);
  if (!isCertain) return found;
  mkdirSync(question.folder, { recursive: true });
  writeFileSync(`${path}.${process.pid}`, JSON.stringify({ triedAt: new Date().toISOString(), capabilities: [...found] }));
  renameSync(`${path}.${process.pid}`, path);
  return found;
}

/** Lets all clusters be tried anew. */
export function forgetCapabilities(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (/^cluster-.*\.json$/.test(name)) rmSync(join(folder, name), { force: true });
}

function remembered(path: string): ReadonlySet<Capability> | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { triedAt, capabilities: names } = JSON.parse(readFileSync(path, 'utf8')) as { triedAt: string; capabilities: string[] };
    const age = Date.now() - Date.parse(triedAt);
    return age >= 0 && age < dayMs ? new Set(capabilities.filter((name) => names.includes(name))) : undefined;
  } catch {
    return undefined; // written by another version, or half
  }
}

function pathOf(folder: string, cluster: string): string {
  return join(folder, `cluster-${cluster.replace(/[^\w-]/g, '')}.json`);
}
