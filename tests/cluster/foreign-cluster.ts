// A cluster that the game did not make, for tests: a simulated one, reached by a kubeconfig as any other; or a real one, where
// K8SQUEST_TEST_CONTEXT names a context of $KUBECONFIG that may do everything.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dumpCluster } from '../../scripts/dump-cluster.ts';
import type { DaemonSet } from '../../src/apimachinery/objects.ts';
import { ContextCluster } from '../../src/cluster/context.ts';
import { kubeconfigFiles, kubeconfigOf, readContext } from '../../src/cluster/context-kubeconfig.ts';
import type { KubernetesApi } from '../../src/cluster/kubernetes-api.ts';
import { RealApi } from '../../src/cluster/real-api.ts';
import { Connection } from '../../src/cluster/real-api-connection.ts';
import { SimulatedCluster } from '../../src/cluster/simulated.ts';
import type { KubernetesObject } from '../../src/simulator/client.ts';

/** The context of the real cluster to test on; undefined: a simulated one. */
export const realContext = process.env['K8SQUEST_TEST_CONTEXT'];
/** NAMESPACE/NAME of the DaemonSet that enforces NetworkPolicies on the real cluster. */
export const policyAgent = process.env['K8SQUEST_TEST_POLICY_AGENT'];

export interface ForeignCluster {
  readonly folder: string;
  /** Somebody else's kubeconfig with the context. */
  readonly kubeconfig: string;
  readonly context: string;
  readonly server: string;
  /** Its owner's way to it, past the guard. */
  readonly owner: KubernetesApi;
  /** A game's view of it. Games with the same name share their save. */
  game(name?: string, other?: { isRunning?: (pid: number) => boolean; pid?: number; kubeconfig?: string }): ContextCluster;
  /** Puts something there as its owner would. */
  put(object: object): Promise<KubernetesObject>;
  dump(): Promise<string>;
  /** What isn't as it was in that dump: its lines that are gone, and those that are new. */
  changesSince(dump: string): Promise<string[]>;
  close(): Promise<void>;
}

interface ForeignOptions {
  readonly networkPolicies?: 'enforced' | 'ignored';
}

export async function openForeignCluster(options: ForeignOptions = {}): Promise<ForeignCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'k8squest-foreign-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const context = realContext ?? 'k8squest';
  const { owner, close } = await (realContext === undefined ? simulated(kubeconfig, options) : real(kubeconfig, options));
  const dump = () => dumpCluster(context, [kubeconfig]);
  const names = new Set<string>();
  const game: ForeignCluster['game'] = (name = 'one', { kubeconfig: reached = kubeconfig, ...other } = {}) => {
    names.add(name);
    mkdirSync(join(folder, name), { recursive: true });
    return new ContextCluster({
      context: readContext(context, [reached]),
      kubeconfig: join(folder, name, 'kubeconfig'),
      instance: `instance-of-${name}`,
      ledger: join(folder, name, 'namespaces'),
      cache: join(folder, 'cache'),
      isRunning: () => false,
      ...other,
    });
  };
  return {
    folder,
    kubeconfig,
    context,
    owner,
    server: readContext(context, [kubeconfig]).server,
    game,
    put: (object) => owner.apply(object as KubernetesObject),
    dump,
    changesSince: async (before) => difference(before, await dump()),
    async close() {
      try {
        // A real cluster stays: what a test that failed left there would be in the next one's way.
        for (const name of realContext === undefined ? [] : names) {
          const last = game(name);
          await last.open();
          await last.clean();
        }
      } finally {
        await close();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

type Opened = Pick<ForeignCluster, 'owner' | 'close'>;

async function simulated(kubeconfig: string, options: ForeignOptions): Promise<Opened> {
  const cluster = new SimulatedCluster({ kubeconfig, seed: 7, ...options });
  await cluster.open();
  return { owner: cluster.api, close: () => cluster.close() };
}

async function real(kubeconfig: string, { networkPolicies }: ForeignOptions): Promise<Opened> {
  const text = kubeconfigOf(readContext(realContext!, kubeconfigFiles()), 'default');
  writeFileSync(kubeconfig, text, { mode: 0o600 });
  const owner = new RealApi(new Connection(realContext!, text));
  if (networkPolicies !== 'ignored') return { owner, close: async () => {} };
  await runPolicyAgent(owner, false);
  return { owner, close: () => runPolicyAgent(owner, true) };
}

/** Sends the agent's pods away by a node selector that no node meets, or lets them come back; waits until they have. */
async function runPolicyAgent(owner: KubernetesApi, isWanted: boolean): Promise<void> {
  const [namespace, name] = policyAgent!.split('/') as [string, string];
  const reference = { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace, name };
  const nodeSelector = { 'example.com/nowhere': isWanted ? null : 'x' };
  await owner.patch(reference, { spec: { template: { spec: { nodeSelector } } } });
  const deadline = Date.now() + 180_000;
  for (;;) {
    const { metadata, status } = (await owner.get(reference)) as unknown as DaemonSet;
    const { desiredNumberScheduled: wanted, numberMisscheduled: leaving, numberReady: ready, observedGeneration } = status;
    if (observedGeneration === metadata.generation && wanted > 0 === isWanted && ready === wanted && leaving === 0) return;
    if (Date.now() > deadline)
      throw new Error(`of ${policyAgent} ${wanted} pods are wanted, ${ready} are ready and ${leaving} are leaving`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function difference(before: string, after: string): string[] {
  const [old, present] = [before.split('\n'), after.split('\n')];
  const [wasThere, isThere] = [new Set(old), new Set(present)];
  return [
    ...old.filter((line) => !isThere.has(line)).map((line) => `- ${line}`),
    ...present.filter((line) => !wasThere.has(line)).map((line) => `+ ${line}`),
  ];
}

/** Waits until the cluster is as it was in that dump; resolves to what still isn't. */
export async function lastingChanges(foreign: ForeignCluster, dump: string, ms = 60_000): Promise<string[]> {
  const deadline = Date.now() + ms;
  for (;;) {
    const changes = await foreign.changesSince(dump);
    if (changes.length === 0 || Date.now() > deadline) return changes;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
