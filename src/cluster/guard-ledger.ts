// What this player's games have made on clusters of others: one small file for each namespace, written before it is made and removed when it is gone.
// So a label that was copied makes nobody's namespace ours, and what a killed game left is found again.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LedgerEntry {
  /** uid of the cluster's kube-system: a context's name or address may be given to another cluster. */
  readonly cluster: string;
  readonly namespace: string;
  /** Given to one creation only; the namespace's label says it. */
  readonly creation: string;
  /** The namespace's uid, once it is made. */
  readonly uid?: string;
  /** The process that made it. */
  readonly pid: number;
}

export class Ledger {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  entries(cluster: string): LedgerEntry[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => this.read(name))
      .filter((entry) => entry.cluster === cluster);
  }

  write(entry: LedgerEntry): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const path = this.pathOf(entry);
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(entry), { mode: 0o600, flush: true });
    renameSync(`${path}.${process.pid}`, path);
  }

  remove(entry: LedgerEntry): void {
    rmSync(this.pathOf(entry), { force: true });
  }

  private pathOf({ creation }: LedgerEntry): string {
    return join(this.folder, `${creation}.json`);
  }

  private read(name: string): LedgerEntry[] {
    try {
      const entry = JSON.parse(readFileSync(join(this.folder, name), 'utf8')) as LedgerEntry;
      // The name decides: a file that was tampered with can't lead out of the folder.
      return typeof entry.namespace === 'string' && typeof entry.cluster === 'string' && `${entry.creation}.json` === name ? [entry] : [];
    } catch {
      return [];
    }
  }
}
