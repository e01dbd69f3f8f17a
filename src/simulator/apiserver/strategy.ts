// What the API server must know of one kind beyond the generic verbs: the contract between store.ts and registry/<kind>.ts.
import type { ResourceDefinition } from '../../apimachinery/kinds.ts';
import type { FieldError } from '../../apimachinery/status-error.ts';
import type { KubernetesObject } from '../client.ts';
import type { Random } from '../random.ts';
import type { UserInfo } from './request.ts';

/** One column of `kubectl get`, as the Table's columnDefinitions give it. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date' | 'number';
  /** 'name' for the first column, else ''. */
  readonly format: string;
  readonly description: string;
  /** 0, or 1 for those that only `-o wide` shows. */
  readonly priority: number;
}

/** What stands in one place of a Table. */
export type Cell = string | number | boolean | null | readonly unknown[];

/** What a strategy may look up while it prepares or validates (cluster IPs in use, the priority class of a pod, a namespace's quota). */
export interface StoreReader {
  /** By the core (or only) name of the resource: 'services', 'deployments'. What it returns must not be changed. */
  get(resource: string, namespace: string, name: string): KubernetesObject | undefined;
  /** In order of namespace and name; of all namespaces when none is given. */
  list(resource: string, namespace?: string): readonly KubernetesObject[];
}

/** The request around an object that is being written. */
export interface WriteContext {
  readonly operation: 'create' | 'update' | 'delete';
  readonly subresource: string;
  readonly dryRun: boolean;
  /** The present: milliseconds since 1970, and as Kubernetes writes it (RFC 3339, whole seconds). */
  readonly nowMs: number;
  readonly timestamp: string;
  readonly random: Random;
  readonly user: UserInfo;
  readonly reader: StoreReader;
}

/**
 * One kind's rules. Generic code has run or will run what holds for all kinds: uid, times, generation, resourceVersion, names that are generated,
 * metadata that can't change, dropping status where it isn't the client's to write.
 */
export interface Strategy<T extends KubernetesObject = KubernetesObject> {
  readonly resource: ResourceDefinition;
  /** Fills in what the API fills in, in place, on a copy of the caller's. Must change nothing when it runs again. */
  default(object: T): void;
  /** Mutating admission plugins (service account, priority, tolerations), after defaults and managed fields, before prepare. */
  admit?(object: T, old: T | undefined, context: WriteContext): void;
  /** In place: what the server decides itself (a cluster IP, phase Pending). Status of the client is gone by then. */
  prepareForCreate?(object: T, context: WriteContext): void;
  /** In place, for writes of the main resource: status is already the old one. */
  prepareForUpdate?(object: T, old: T, context: WriteContext): void;
  /** In place, for writes of the status sub-resource: all but status and metadata is already the old one. */
  prepareForStatusUpdate?(object: T, old: T, context: WriteContext): void;
  validate(object: T, context: WriteContext): FieldError[];
  validateUpdate(object: T, old: T, context: WriteContext): FieldError[];
  validateStatusUpdate?(object: T, old: T, context: WriteContext): FieldError[];
  /** Texts for Warning headers, after validation succeeded. `old` is there for updates. */
  warnings?(object: T, old: T | undefined, reader: StoreReader): string[];
  /** Whether this update counts as a new generation; without it: whether spec differs. Kinds without generations say false. */
  bumpsGeneration?(object: T, old: T): boolean;
  /** Whether objects carry metadata.generation. */
  readonly hasGeneration: boolean;
  /** Whether a client may create by PUT (kubernetes: AllowCreateOnUpdate). */
  readonly allowCreateOnUpdate?: boolean;
  /** Whether an update without a resourceVersion is refused (kubernetes: AllowUnconditionalUpdate is false). */
  readonly requiresResourceVersion?: boolean;
  /**
   * Graceful deletion: how many seconds the object lives on, given what the client asked for (undefined: nothing). 0 or undefined deletes at once.
   * Without this function deletion is immediate.
   */
  graceful?(object: T, requestedSeconds: number | undefined): number | undefined;
  /** What DELETE keeps of an object when a client names no propagation policy. Default: 'Background'. */
  readonly defaultGarbageCollection?: 'Background' | 'Orphan';
  /** DELETE answers with the object itself rather than a Status. */
  readonly deleteReturnsObject?: boolean;
  /** After a create was stored, an object changed or went: to give back what was allocated. */
  released?(object: T): void;
  readonly columns: readonly Column[];
  /** One row, in the order of the columns. */
  cells(object: T, nowMs: number): Cell[];
  /** What field selectors can ask besides metadata.name and metadata.namespace: label → value. Every label must be there, '' for nothing. */
  selectableFields?(object: T): Record<string, string>;
}
