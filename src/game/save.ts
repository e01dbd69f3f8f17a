// The save file: what the player has earned. Written atomically under a lock, with a backup; a corrupt one is set aside, never thrown away.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

const schemaVersion = 1;

const levelResult = z.object({ xp: z.number().min(0), bestMs: z.number().min(0), passedAt: z.string(), runs: z.number().int().min(1) });
const levelHelp = z.object({ hints: z.number().int().min(0), solution: z.boolean() });
const saveSchema = z.object({
  schemaVersion: z.literal(schemaVersion),
  /** Tells this save's games apart on a shared cluster. */
  instance: z.string(),
  levels: z.record(z.string(), levelResult),
  /** What was read of levels that weren't passed since. */
  help: z.record(z.string(), levelHelp).default({}),
});

export type LevelResult = z.infer<typeof levelResult>;
/** How many hints of a level were read, and whether its solution was. */
export type LevelHelp = z.infer<typeof levelHelp>;
export type SaveData = z.infer<typeof saveSchema>;

/** The save can't be used or written. */
export class SaveError extends Error {
  readonly fix: string;

  constructor(message: string, fix: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SaveError';
    this.fix = fix;
  }
}

/** A save as it was found. */
export interface OpenedSave {
  readonly data: SaveData;
  /** What the player should know: a corrupt file was set aside, and where. */
  readonly notice?: string;
}

const lockOptions = { stale: 5000, realpath: false, retries: { retries: 40, minTimeout: 25, maxTimeout: 250 } };

/** save.json in a folder of its own. */
export class SaveFile {
  readonly path: string;
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    this.path = join(folder, 'save.json');
  }

  /** Reads it. No file: a new game. Throws SaveError: a newer version's, or a folder that can't be used. */
  read(): OpenedSave {
    this.prepareFolder();
    const current = this.parse(this.path);
    if (current === undefined) {
      const backup = this.parse(`${this.path}.bak`);
      return backup && backup !== 'corrupt'
        ? { data: backup, notice: 'The save file was missing; its backup is used.' }
        : { data: newSave() };
    }
    return current === 'corrupt' ? this.recover() : { data: current };
  }

  /** Changes what is stored and returns it: read, change and write happen under a lock, so that two games lose nothing. Throws SaveError. */
  async update(change: (data: SaveData) => SaveData): Promise<SaveData> {
    this.prepareFolder();
    let release: () => Promise<void>;
    try {
      release = await lockfile.lock(this.path, lockOptions);
    } catch (error) {
      throw new SaveError(
        'the save file is locked by another game.',
        `End the other game; if there is none, delete ${this.path}.lock.`,
        error,
      );
    }
    try {
      const data = change(this.read().data);
      if (existsSync(this.path)) await writeFileAtomic(`${this.path}.bak`, readFileSync(this.path));
      await writeFileAtomic(this.path, `${JSON.stringify(data, null, 2)}\n`);
      return data;
    } catch (error) {
      if (error instanceof SaveError) throw error;
      throw new SaveError(
        `the save file can't be written: ${(error as Error).message}.`,
        `Make room in ${this.folder}, or make it writable.`,
        error,
      );
    } finally {
      await release().catch(() => {});
    }
  }

  private parse(path: string): SaveData | 'corrupt' | undefined {
    if (!existsSync(path)) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(path, 'utf8'));
    } catch {
      return 'corrupt';
    }
    const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
    if (typeof version === 'number' && version > schemaVersion) {
      throw new SaveError(`${path} was written by a newer k8squest.`, 'Update k8squest, or move the file away to begin anew.');
    }
    const parsed = saveSchema.safeParse(value);
    return parsed.success ? parsed.data : 'corrupt';
  }

  private recover(): OpenedSave {
    const aside = this.freeName(`${this.path}.corrupt`);
    renameSync(this.path, aside);
    const backup = this.parse(`${this.path}.bak`);
    if (backup && backup !== 'corrupt') {
      copyFileSync(`${this.path}.bak`, this.path);
      return { data: backup, notice: `The save file was damaged. It is kept as ${aside}; its backup is used.` };
    }
    return { data: newSave(), notice: `The save file was damaged. It is kept as ${aside}; there is no backup, so a new game begins.` };
  }

  private freeName(name: string): string {
    let path = name;
    for (let number = 2; existsSync(path); number++) path = `${name}-${number}`;
    return path;
  }

  private prepareFolder(): void {
    try {
      mkdirSync(this.folder, { recursive: true });
      if (!statSync(this.folder).isDirectory()) throw new Error('it is a file');
      this.sweep();
    } catch (error) {
      throw new SaveError(
        `the data folder ${this.folder} can't be used: ${(error as Error).message}.`,
        'Make it a folder that you may write to, or set K8SQUEST_HOME to one.',
        error,
      );
    }
  }

  /** What a killed writer left: temporary files older than a minute. */
  private sweep(): void {
    for (const name of readdirSync(this.folder)) {
      if (!/^save\.json(\.bak)?\.\d+$/.test(name)) continue;
      const path = join(this.folder, name);
      if (Date.now() - statSync(path).mtimeMs > 60_000) rmSync(path, { force: true });
    }
  }
}

function newSave(): SaveData {
  return { schemaVersion, instance: crypto.randomUUID(), levels: {}, help: {} };
}

/** All XP earned. */
export function totalXp(data: SaveData): number {
  return Object.values(data.levels).reduce((sum, level) => sum + level.xp, 0);
}

/** The save with what was read of a level: it keeps its price until the level is passed, however often it is begun. */
export function withHelp(data: SaveData, id: string, { hints, solution }: LevelHelp): SaveData {
  const before = data.help[id];
  const help = { hints: Math.max(before?.hints ?? 0, hints), solution: solution || (before?.solution ?? false) };
  return { ...data, help: { ...data.help, [id]: help } };
}

/** The save without a level, as if it had never been begun. */
export function withoutLevel(data: SaveData, id: string): SaveData {
  const { [id]: _result, ...levels } = data.levels;
  return { ...withoutHelp(data, id), levels };
}

function withoutHelp(data: SaveData, id: string): SaveData {
  const { [id]: _help, ...help } = data.help;
  return { ...data, help };
}

/** The save with a level's result added; the better XP and the better time stay. */
export function withResult(
  data: SaveData,
  id: string,
  result: { readonly xp: number; readonly elapsedMs: number; readonly passedAt: string },
): SaveData {
  const before = data.levels[id];
  const level: LevelResult = {
    xp: Math.max(before?.xp ?? 0, result.xp),
    bestMs: Math.min(before?.bestMs ?? Number.POSITIVE_INFINITY, result.elapsedMs),
    passedAt: before?.passedAt ?? result.passedAt,
    runs: (before?.runs ?? 0) + 1,
  };
  return { ...withoutHelp(data, id), levels: { ...data.levels, [id]: level } };
}
