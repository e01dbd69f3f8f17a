// How the parts of the cluster (controllers, scheduler, kubelets, network) use the API server: as client-go does, but in process and at once.
// It goes through the same strategies (defaults, validation, managed fields, revisions, watches) as HTTP does, without HTTP.
import type {
  ConfigMap,
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  HorizontalPodAutoscaler,
  Ingress,
  IngressClass,
  Job,
  Lease,
  LimitRange,
  Namespace,
  NetworkPolicy,
  Node,
  ObjectMeta,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  PriorityClass,
  ReplicaSet,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
  StorageClass,
} from '../apimachinery/objects.ts';
import type { Cancel } from './clock.ts';

/** What every Kubernetes object has. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** Resource (plural) → the type of its objects. Events are core/v1's, autoscalers autoscaling/v2's. */
export interface ObjectsByResource {
  namespaces: Namespace;
  nodes: Node;
  pods: Pod;
  services: Service;
  endpoints: Endpoints;
  configmaps: ConfigMap;
  secrets: Secret;
  serviceaccounts: ServiceAccount;
  events: Event;
  limitranges: LimitRange;
  resourcequotas: ResourceQuota;
  persistentvolumes: PersistentVolume;
  persistentvolumeclaims: PersistentVolumeClaim;
  deployments: Deployment;
  replicasets: ReplicaSet;
  daemonsets: DaemonSet;
  statefulsets: StatefulSet;
  controllerrevisions: ControllerRevision;
  jobs: Job;
  cronjobs: CronJob;
  horizontalpodautoscalers: HorizontalPodAutoscaler;
  poddisruptionbudgets: PodDisruptionBudget;
  networkpolicies: NetworkPolicy;
  ingresses: Ingress;
  ingressclasses: IngressClass;
  endpointslices: EndpointSlice;
  leases: Lease;
  priorityclasses: PriorityClass;
  storageclasses: StorageClass;
}

export type Resource = keyof ObjectsByResource;

/** An object to be created: the server fills in the rest. */
export type New<T extends KubernetesObject> = Omit<T, 'status' | 'metadata'> & {
  metadata: Partial<ObjectMeta>;
  status?: unknown;
};

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** What is now, or what was deleted (at the revision of its deletion). */
  readonly object: T;
  /** What was before; undefined for ADDED. */
  readonly previous?: T;
}

export interface DeleteOptions {
  /** Seconds; undefined: the object's own. */
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** Delete only this very object. */
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/**
 * One resource. What is read is what the store holds: never change it, `clone` it first. Failures are StatusErrors.
 * `namespace` is '' for resources of the whole cluster.
 */
export interface ResourceClient<T extends KubernetesObject> {
  get(namespace: string, name: string): T | undefined;
  /** In order of namespace and name; of all namespaces when none is given. */
  list(namespace?: string): readonly T[];
  create(object: New<T>): T;
  /** Replaces it. A resourceVersion in it must be the stored one (409 Conflict otherwise). */
  update(object: T): T;
  /** Replaces its status only. */
  updateStatus(object: T): T;
  /** Reads, lets `change` alter a copy in place (for 'status' of metadata and status only), and writes it when something changed. Returns what is stored then; undefined if there is no such object. */
  modify(namespace: string, name: string, change: (draft: T) => void, subresource?: 'status' | 'finalize'): T | undefined;
  /** Deletes as a client does: gracefully for pods, by finalizers where there are some. No such object is no error. */
  delete(namespace: string, name: string, options?: DeleteOptions): void;
  /** What is there now as ADDED, in this call, then each change, in the same instant but after the writer has returned. */
  watch(listener: (event: WatchEvent<T>) => void): Cancel;
}

/** A client of the API server under one name: `userAgent` is its field manager and the source of its writes. */
export interface Client {
  readonly userAgent: string;
  resource<R extends Resource>(resource: R): ResourceClient<ObjectsByResource[R]>;
  /** Binds a pod to a node, as the scheduler does (pods/binding). */
  bind(namespace: string, name: string, nodeName: string): void;
}
