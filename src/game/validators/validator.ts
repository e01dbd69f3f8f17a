// What decides an objective. It doesn't know which cluster it looks at.
import type { KubernetesApi, ObjectReference, Selection } from '../../cluster/kubernetes-api.ts';
import type { KubernetesObject } from '../../simulator/client.ts';
import type { Verdict } from '../verdict.ts';

/** The objects that the session watches, as they are at the moment. */
export interface ObservedObjects {
  get(reference: ObjectReference): KubernetesObject | undefined;
  list(selection: Selection): readonly KubernetesObject[];
}

export interface ValidatorContext {
  readonly api: KubernetesApi;
  readonly objects: ObservedObjects;
  /** Where names without a namespace are looked for: the level's first. */
  readonly namespace: string;
  /** What the level's manifests say, by "kind namespace name". */
  readonly manifests: ReadonlyMap<string, KubernetesObject>;
  /** uids of the objects at the level's start, by the same key, for `sameObject`. */
  readonly uids: ReadonlyMap<string, string>;
  /** The cluster's time, milliseconds since 1970. */
  now(): number;
  /** The level is over or begun anew: nothing more is to be done to the cluster. */
  isStopped(): boolean;
  /** Resolves after so much of the cluster's time; rejects when the level is over by then. */
  sleep(ms: number): Promise<void>;
}

export interface Validator<Parameters> {
  /** It runs something in a pod: it is asked again after each change, and every few seconds besides. */
  readonly runs: boolean;
  /** It is only asked when all else is met, as it does something to the cluster. */
  readonly isLast?: boolean;
  /** The kinds it needs watched. */
  watches(parameters: Parameters, namespace: string): readonly Selection[];
  judge(parameters: Parameters, context: ValidatorContext): Promise<Verdict>;
}

/** The key of `manifests` and `uids`. */
export function objectKey(object: { readonly kind: string; readonly namespace: string; readonly name: string }): string {
  return `${object.kind} ${object.namespace} ${object.name}`;
}
