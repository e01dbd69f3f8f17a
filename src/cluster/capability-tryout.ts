// Finds out what a real cluster can by trying it, in a namespace of ours that goes afterwards.
import type { Node, Pod } from '../apimachinery/objects.ts';
import type { Capability, Progress } from './cluster.ts';
import type { Guard } from './guard.ts';
import type { ExecResult } from './kubernetes-api.ts';
import type { RealApi } from './real-api.ts';

/** Where it is tried; `k8squest rbac` names it. */
export const tryoutNamespace = 'k8squest-tryout';
const image = 'busybox:1.36';
const startMsMax = 120_000;
const accountMsMax = 30_000;
const nodeMsMax = 60_000;
/** A policy that isn't enforced by then isn't at all. */
const policyMsMax = 12_000;

export interface Trial {
  readonly real: RealApi;
  readonly guard: Guard;
  readonly progress: Progress;
  /** Begins to remove what is left of ours, and waits until these are gone. */
  readonly remove: (namespaces: readonly string[]) => Promise<void>;
}

export interface Tried {
  readonly found: ReadonlySet<Capability>;
  /** false: it didn't come to an end, as where an image was pulled too slowly. Another day may show more. */
  readonly isCertain: boolean;
}

/** Throws what the cluster says where it can't be tried at all. */
export async function tryCapabilities({ guard, real, progress, remove }: Trial): Promise<Tried> {
  const found = new Set<Capability>();
  if (await hasSeveralNodes(real)) found.add('several-nodes');
  if (await hasDefaultStorageClass(real)) found.add('dynamic-storage');
  progress('trying what this cluster can');
  await remove([tryoutNamespace]);
  try {
    await guard.make(tryoutNamespace);
    const reference = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: tryoutNamespace, name: 'default' };
    await within(accountMsMax, async () => (await guard.get(reference)) !== undefined);
    await guard.apply(pod('server', ['httpd', '-f', '-p', '8080']));
    await guard.apply(pod('client', ['sleep', '3600']));
    progress('trying what this cluster can: two pods start');
    if (!(await within(startMsMax, () => areRunning(guard)))) return { found, isCertain: false };
    const address = ((await guard.get(podReference('server'))) as unknown as Pod).status.podIP!;
    const connects = async () => isAnswered(await wget(guard, address));
    if (!(await within(accountMsMax, connects))) return { found, isCertain: false };
    found.add('exec');
    progress('trying what this cluster can: a NetworkPolicy');
    await guard.apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'nobody', namespace: tryoutNamespace },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    } as never);
    if (await within(policyMsMax, async () => isBlocked(await wget(guard, address)))) found.add('network-policy');
    return { found, isCertain: true };
  } finally {
    await remove([]);
  }
}

/** More than one takes pods. Workers of a cluster that was just made are a moment later than its control plane: they are waited for. */
async function hasSeveralNodes(real: RealApi): Promise<boolean> {
  const deadline = Date.now() + nodeMsMax;
  for (;;) {
    const nodes = (await real.list({ apiVersion: 'v1', kind: 'Node', namespace: '' })) as unknown as readonly Node[];
    const isReady = ({ status }: Node) => status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True');
    const takesPods = ({ spec }: Node) => !spec?.unschedulable && !spec?.taints?.some(({ effect }) => effect !== 'PreferNoSchedule');
    if (nodes.filter((node) => isReady(node) && takesPods(node)).length > 1) return true;
    if (nodes.every(isReady) || Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function hasDefaultStorageClass(real: RealApi): Promise<boolean> {
  const classes = await real.list({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', namespace: '' });
  return classes.some(({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true');
}

function pod(name: string, command: readonly string[]) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: tryoutNamespace },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name, image, command }] },
  } as never;
}

function podReference(name: string) {
  return { apiVersion: 'v1', kind: 'Pod', namespace: tryoutNamespace, name };
}

async function areRunning(guard: Guard): Promise<boolean> {
  const pods = (await guard.list({ apiVersion: 'v1', kind: 'Pod', namespace: tryoutNamespace })) as unknown as readonly Pod[];
  return pods.length === 2 && pods.every(({ status }) => status.phase === 'Running' && status.podIP);
}

function wget(guard: Guard, address: string): Promise<ExecResult> {
  const host = address.includes(':') ? `[${address}]` : address;
  const command = ['wget', '-q', '-O-', '-T', '2', `http://${host}:8080/`];
  return guard.exec({ namespace: tryoutNamespace, pod: 'client', command, timeoutMs: 6000 });
}

/** httpd has no page there: "404 Not Found" is an answer too. */
function isAnswered({ exitCode, stderr }: ExecResult): boolean {
  return exitCode === 0 || /HTTP\/1\.\d \d{3}|server returned error/.test(stderr);
}

/** An exec that went wrong says nothing about policies. */
function isBlocked({ exitCode, stderr }: ExecResult): boolean {
  return exitCode !== undefined && exitCode !== 0 && /timed out|refused|unreachable|no route/i.test(stderr);
}

async function within(ms: number, isDone: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + ms;
  for (;;) {
    if (await isDone()) return true;
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
