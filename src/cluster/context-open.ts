// Opens the cluster of an allowed context, with the player's files where they belong.
import { join } from 'node:path';
import { mustBeAllowed } from './allow-list.ts';
import type { Progress } from './cluster.ts';
import { ContextCluster } from './context.ts';
import { kubeconfigFiles, readContext } from './context-kubeconfig.ts';
import { runningSessions } from './run-folder.ts';

export interface ContextChoice {
  readonly context: string;
  /** Files to look for it in; left out: those that kubectl would read. */
  readonly kubeconfigs?: readonly string[];
  /** Made by the game itself: nobody needs to allow it. */
  readonly isOurs?: boolean;
}

export interface ContextSurroundings {
  /** The player's folders. */
  readonly files: { readonly config: string; readonly data: string; readonly state: string; readonly cache: string };
  /** Where our kubeconfig goes. */
  readonly kubeconfig: string;
  /** The save's instance id. */
  readonly instance: string;
  readonly progress?: Progress;
}

/** The cluster, reached and with its capabilities known. Throws ClusterError: not allowed, not reached, no rights. */
export async function openContext(choice: ContextChoice, surroundings: ContextSurroundings): Promise<ContextCluster> {
  const cluster = clusterOf(choice, surroundings);
  await cluster.open(surroundings.progress);
  await cluster.learn(surroundings.progress);
  return cluster;
}

/** The cluster with namespaces that a game of this save has there, for looking only: nothing is removed. Throws ClusterError. */
export async function openContextToLook(
  choice: ContextChoice,
  surroundings: ContextSurroundings,
  namespaces: readonly string[],
): Promise<ContextCluster> {
  const cluster = clusterOf(choice, surroundings);
  await cluster.openToLook(namespaces);
  return cluster;
}

function clusterOf(choice: ContextChoice, { files, kubeconfig, instance }: ContextSurroundings): ContextCluster {
  const context = readContext(choice.context, choice.kubeconfigs ?? kubeconfigFiles());
  if (!choice.isOurs) mustBeAllowed(files.config, context);
  return new ContextCluster({
    context,
    kubeconfig,
    instance,
    ledger: join(files.data, 'namespaces'),
    cache: files.cache,
    isRunning: (pid) => runningSessions(files.state).some((session) => session.pid === pid),
  });
}
