// A cluster that the game did not make, for tests: a simulated one, reached by a kubeconfig as any other, with foreign things in it.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dumpCluster } from '../../scripts/dump-cluster.ts';
import { ContextCluster } from '../../src/cluster/context.ts';
import { readContext } from '../../src/cluster/context-kubeconfig.ts';
import { SimulatedCluster } from '../../src/cluster/simulated.ts';
import type { KubernetesObject } from '../../src/simulator/client.ts';

export interface ForeignCluster {
  readonly folder: string;
  /** Somebody else's kubeconfig with the context "k8squest". */
  readonly kubeconfig: string;
  readonly simulated: SimulatedCluster;
  /** A game's view of it. Games with the same name share their save. */
  game(name?: string, other?: { isRunning?: (pid: number) => boolean; pid?: number; kubeconfig?: string }): ContextCluster;
  /** Puts something there as its owner would. */
  put(object: object): Promise<KubernetesObject>;
  dump(): Promise<string>;
  close(): Promise<void>;
}

export async function openForeignCluster(
  options: { networkPolicies?: 'enforced' | 'ignored'; seed?: number } = {},
): Promise<ForeignCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'k8squest-foreign-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const simulated = new SimulatedCluster({ kubeconfig, seed: 7, ...options });
  await simulated.open();
  return {
    folder,
    kubeconfig,
    simulated,
    game(name = 'one', { kubeconfig: reached = kubeconfig, ...other } = {}) {
      mkdirSync(join(folder, name), { recursive: true });
      return new ContextCluster({
        context: readContext('k8squest', [reached]),
        kubeconfig: join(folder, name, 'kubeconfig'),
        instance: `instance-of-${name}`,
        ledger: join(folder, name, 'namespaces'),
        cache: join(folder, 'cache'),
        isRunning: () => false,
        ...other,
      });
    },
    put: (object) => simulated.api.apply(object as KubernetesObject),
    dump: () => dumpCluster('k8squest', [kubeconfig]),
    async close() {
      await simulated.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until the cluster is as it was. */
export async function untilDumpIs(foreign: ForeignCluster, expected: string, ms = 20_000): Promise<string> {
  const deadline = Date.now() + ms;
  for (;;) {
    const dump = await foreign.dump();
    if (dump === expected || Date.now() > deadline) return dump;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
