// What a level on a real cluster is waited for: pods that are pulled and started, rollouts that settle.
import type { Deployment, Pod } from '../apimachinery/objects.ts';
import type { Progress } from './cluster.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { mayPass } from './real-api-failures.ts';

/** A slow pull or a node that is full keeps a level from being shown no longer than this. */
const shownMsMax = 3 * 60_000;
const pollMs = 1000;
/** A pod that no node takes is a fault that can be seen. */
const undecided = ['ContainerCreating', 'PodInitializing'];

/** All pods of the namespaces are ready or have succeeded, and every deployment has as many as it wants. */
export async function areSettled(api: KubernetesApi, namespaces: readonly string[]): Promise<boolean> {
  const [pods, deployments] = await Promise.all([
    listAll<Pod>(api, 'v1', 'Pod', namespaces),
    listAll<Deployment>(api, 'apps/v1', 'Deployment', namespaces),
  ]);
  return (
    pods.every(
      ({ status }) => status.phase === 'Succeeded' || status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'),
    ) &&
    deployments.every(
      ({ spec, status, metadata }) =>
        status?.observedGeneration === metadata.generation && (status?.availableReplicas ?? 0) >= (spec?.replicas ?? 1),
    )
  );
}

/** Resolves when every pod has come as far as it will for now: its fault can be seen. */
export async function waitUntilShown(
  api: KubernetesApi,
  namespaces: readonly string[],
  progress: Progress,
  isInterrupted: () => boolean,
): Promise<void> {
  const deadline = Date.now() + shownMsMax;
  while (Date.now() < deadline && !isInterrupted()) {
    try {
      const open = (await listAll<Pod>(api, 'v1', 'Pod', namespaces)).filter((pod) => !isDecided(pod));
      if (open.length === 0) return;
      progress(await describe(api, open[0]!));
    } catch (error) {
      if (!mayPass(error)) throw error;
      progress('the cluster doesn’t answer; trying again');
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function isDecided({ status }: Pod): boolean {
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return true;
  if (status.conditions?.some((one) => one.type === 'PodScheduled' && one.status === 'False')) return true;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  if (containers.length === 0) return false;
  return !containers.some(({ state }) => state?.waiting && undecided.includes(state.waiting.reason ?? ''));
}

async function describe(api: KubernetesApi, { metadata }: Pod): Promise<string> {
  const what = `waiting for pod/${metadata.name}`;
  const events = (await api.list({ apiVersion: 'v1', kind: 'Event', namespace: metadata.namespace! })) as unknown as readonly {
    readonly reason?: string;
    readonly message?: string;
    readonly involvedObject?: { readonly uid?: string };
  }[];
  const last = events.filter(({ involvedObject }) => involvedObject?.uid === metadata.uid).at(-1);
  const pulling = last?.reason === 'Pulling' ? /"(.+)"/.exec(last.message ?? '')?.[1] : undefined;
  return pulling ? `${what}: its node pulls ${pulling}` : what;
}

async function listAll<T>(api: KubernetesApi, apiVersion: string, kind: string, namespaces: readonly string[]): Promise<readonly T[]> {
  const lists = await Promise.all(namespaces.map((namespace) => api.list({ apiVersion, kind, namespace })));
  return lists.flat() as unknown as readonly T[];
}
