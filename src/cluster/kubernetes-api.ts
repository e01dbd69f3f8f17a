// What the game may ask a cluster. Two implementations: straight into the simulator, and client-node for real clusters.
import type { KubernetesObject } from '../simulator/client.ts';

/** An object by its type and name. `namespace` is '' for what belongs to the whole cluster. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A kind within a namespace ('' means all). */
export interface Selection {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  /** As kubectl's -l takes it. */
  readonly labelSelector?: string;
}

export interface ExecOptions {
  readonly namespace: string;
  readonly pod: string;
  /** Left out: the pod's default container. */
  readonly container?: string;
  readonly command: readonly string[];
  /** Milliseconds of the cluster's time after which it is given up. */
  readonly timeoutMs: number;
}

/** How a command in a container ended. `exitCode` is undefined when it couldn't be run or ran out of time; `failure` says why. */
export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode?: number;
  readonly failure?: string;
  readonly timedOut?: boolean;
}

export interface LogOptions {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly previous?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
}

export interface AccessQuery {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string;
  readonly name?: string;
  /** Somebody else than the game's own user: "system:serviceaccount:ns:name", with groups. */
  readonly as?: { readonly user: string; readonly groups: readonly string[] };
}

export interface ApiWatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
}

/** Failures of the server are StatusErrors; failures to reach it are ClusterErrors. */
export interface KubernetesApi {
  get(reference: ObjectReference): Promise<KubernetesObject | undefined>;
  list(selection: Selection): Promise<readonly KubernetesObject[]>;
  /** As `kubectl apply -f` does: creates or patches, and keeps the last-applied annotation. */
  apply(object: KubernetesObject): Promise<KubernetesObject>;
  /** A JSON merge patch of an object that is there. */
  patch(reference: ObjectReference, patch: Readonly<Record<string, unknown>>): Promise<KubernetesObject>;
  /** Starts deletion; no such object is no error. */
  delete(reference: ObjectReference): Promise<void>;
  /** A server-side dry run of creating the object. Resolves to what it would be, rejects with the StatusError. */
  dryRun(object: KubernetesObject): Promise<KubernetesObject>;
  exec(options: ExecOptions): Promise<ExecResult>;
  logs(options: LogOptions): Promise<string>;
  canI(query: AccessQuery): Promise<boolean>;
  /**
   * What is there as ADDED, `onSynced` once, then each change. Lost connections are taken up again; `onLost` and `onSynced` tell.
   * The returned function ends it.
   */
  watch(
    selection: Selection,
    listener: (event: ApiWatchEvent) => void,
    states?: { onSynced?: () => void; onLost?: (why: string) => void },
  ): () => void;
}
