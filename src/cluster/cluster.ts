// Where a level runs. The game, the validators and the player's tools see no more of a cluster than this.
import type { KubernetesObject } from '../simulator/client.ts';
import type { DeclaredImage } from '../simulator/images/declared-image.ts';
import type { KubernetesApi } from './kubernetes-api.ts';

/** What a level may need of a cluster. */
export const capabilities = [
  'several-nodes',
  'network-policy',
  'ingress',
  'load-balancer',
  'metrics',
  'dynamic-storage',
  'pod-security',
  'exec',
] as const;
export type Capability = (typeof capabilities)[number];

/** What a cluster is given of a level. */
export interface Scene {
  /** The level's own namespaces; the first is where manifests without one go. They are made anew, and cleaned afterwards. */
  readonly namespaces: readonly string[];
  /** Applied first, at the beginning of the age, and waited for. */
  readonly setup: readonly KubernetesObject[];
  /** The fault, applied when the setup is ready. */
  readonly broken: readonly KubernetesObject[];
  /** Images that the registries have besides the usual ones; only a simulated cluster can pull them. */
  readonly images?: readonly DeclaredImage[];
  /** How long before the level is shown its fault began, in milliseconds; only a simulated cluster can make it so. */
  readonly ageMs: number;
  readonly requires: readonly Capability[];
}

/** The cluster's own time: virtual for a simulated one. */
export interface ClusterClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `work` once, `delayMs` of the cluster's time from now; the returned function calls it off. */
  after(delayMs: number, work: () => void): () => void;
}

/** Told while something takes long: a sentence without its full stop, "waiting for pod/frontend". */
export type Progress = (what: string) => void;

export interface Cluster {
  /** "simulated", "kind-k8squest", a context's name. */
  readonly name: string;
  /** Path of a 0600 file with exactly one context. */
  readonly kubeconfig: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** Where an ingress controller is reached from the host, "http://127.0.0.1:43210", where there is such a way. */
  readonly ingressAddress?: string | undefined;
  readonly api: KubernetesApi;
  readonly clock: ClusterClock;
  /** Clean slate, namespaces, setup, broken manifests; resolves when the fault can be seen. */
  stage(scene: Scene, progress?: Progress): Promise<void>;
  /** Ends a stage that is under way, so that `close` needn't wait for it. */
  interrupt?(): void;
  close(): Promise<void>;
}

/** Something about a cluster that a person can put right. */
export class ClusterError extends Error {
  /** What to do, as a sentence. */
  readonly fix: string;

  constructor(message: string, fix: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ClusterError';
    this.fix = fix;
  }
}
