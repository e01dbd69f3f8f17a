// A running game's own folder: run/<pid>/ in the state folder, with the kubeconfig, the control socket and what the shell keeps.
// It goes when the game ends; what a killed game left is swept at the next start.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What others may know of a running game or cluster. */
export interface SessionRecord {
  readonly pid: number;
  /** A level's id; undefined when none is being played. */
  readonly level?: string;
  readonly kubeconfig: string;
  /** https://127.0.0.1:PORT */
  readonly server: string;
  /** SHA-256 of the CA's PEM text, in hex: a kubeconfig with another one isn't this cluster's. */
  readonly caDigest: string;
  readonly controlSocket: string;
}

/** Longest path that a Unix socket may have. kernel: sizeof(sun_path) - 1 */
const socketPathMax = 107;

export class RunFolder {
  readonly path: string;
  readonly kubeconfig: string;
  readonly controlSocket: string;

  /** Makes run/<pid>/ in `stateFolder`, readable by its owner only. */
  constructor(stateFolder: string, pid: number = process.pid) {
    this.path = join(stateFolder, 'run', String(pid));
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    chmodSync(this.path, 0o700);
    this.kubeconfig = join(this.path, 'kubeconfig');
    const socket = join(this.path, 'control.sock');
    this.controlSocket = Buffer.byteLength(socket) <= socketPathMax ? socket : join(tmpdir(), `k8squest-${pid}.sock`);
  }

  writeKubeconfig(text: string): void {
    writeFileSync(this.kubeconfig, text, { mode: 0o600 });
    chmodSync(this.kubeconfig, 0o600);
  }

  writeRecord(record: SessionRecord): void {
    writeFileSync(join(this.path, 'session.json'), JSON.stringify(record), { mode: 0o600 });
  }

  remove(): void {
    rmSync(this.controlSocket, { force: true });
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Games and clusters that are running now, in order of process id. */
export function runningSessions(stateFolder: string): SessionRecord[] {
  return runFolders(stateFolder)
    .filter(({ pid }) => isAlive(pid))
    .flatMap(({ path }) => {
      try {
        return [JSON.parse(readFileSync(join(path, 'session.json'), 'utf8')) as SessionRecord];
      } catch {
        return []; // it is just starting or ending
      }
    })
    .sort((one, other) => one.pid - other.pid);
}

/** Removes the folders of processes that are gone. */
export function sweepRunFolders(stateFolder: string): void {
  for (const { pid, path } of runFolders(stateFolder)) {
    if (isAlive(pid)) continue;
    remove(path, pid);
  }
}

/** Removes this process's own folder, if there is one: at its end, however that came. */
export function removeOwnRunFolder(stateFolder: string): void {
  remove(join(stateFolder, 'run', String(process.pid)), process.pid);
}

function remove(path: string, pid: number): void {
  rmSync(join(tmpdir(), `k8squest-${pid}.sock`), { force: true });
  rmSync(path, { recursive: true, force: true });
}

function runFolders(stateFolder: string): { pid: number; path: string }[] {
  const folder = join(stateFolder, 'run');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), path: join(folder, name) }));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
