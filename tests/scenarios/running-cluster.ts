// `k8squest cluster` in a process of its own, with the kubectl that a clone brings along.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKubectl } from '../../src/cluster/kubectl.ts';

/** A cluster that kubectl can talk to. */
export class RunningCluster {
  readonly kubectl: string;
  readonly kubeconfig: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(kubectl: string, folder: string, process: ChildProcess) {
    this.kubectl = kubectl;
    this.kubeconfig = join(folder, 'kubeconfig');
    this.#folder = folder;
    this.#process = process;
  }

  /** Starts the built game's cluster; `words` are more of its options. */
  static async start(words: readonly string[] = []): Promise<RunningCluster> {
    const search = await findKubectl({ cacheFolder: join(tmpdir(), 'k8squest-test-kubectl'), cloneFirst: true });
    if (!search.kubectl) throw new Error(search.problem);
    const folder = mkdtempSync(join(tmpdir(), 'k8squest-cluster.'));
    const options = ['bin/k8squest.mjs', 'cluster', '--kubeconfig', join(folder, 'kubeconfig'), ...words];
    const child = spawn(process.execPath, options, { env: { ...process.env, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'inherit'] });
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    const cluster = new RunningCluster(search.kubectl.path, folder, child);
    if (!existsSync(cluster.kubeconfig)) throw new Error('k8squest cluster did not start');
    return cluster;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGTERM');
      await once(this.#process, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
