// The namespace controller empties a namespace that is being deleted, says what still keeps it, and lets it go when nothing does.
// Wakes it: a namespace that came or changed (after five seconds, as in Kubernetes); while something remains, a timer.

import { kinds, type ResourceDefinition } from '../../apimachinery/kinds.ts';
import type { Namespace, NamespaceCondition } from '../../apimachinery/objects.ts';
import type { KubernetesObject, Resource, ResourceClient } from '../client.ts';
import { timestamp } from '../timestamp.ts';
import type { ControllerContext } from './context.ts';
import { type Result, WorkQueue } from './controller.ts';

// kubernetes: pkg/controller/namespace/namespace_controller.go
const settleMs = 5_000;
/** kubernetes: pkg/controller/namespace/deletion/namespaced_resources_deleter.go */
const finalizerEstimateSeconds = 15;
const kubernetesFinalizer = 'kubernetes';

export function startNamespaceController(context: ControllerContext): void {
  const controller = new NamespaceController(context);
  const queue = new WorkQueue(context.clock, (key) => controller.reconcile(key));
  context.informers.of('namespaces').onChange(({ type, object }) => {
    if (type !== 'DELETED' && object.metadata.deletionTimestamp) queue.addAfter(object.metadata.name, settleMs);
  });
}

/** What is left of one resource in a namespace. */
interface Remainder {
  readonly definition: ResourceDefinition;
  readonly objects: readonly KubernetesObject[];
}

class NamespaceController {
  private readonly context: ControllerContext;
  private readonly client: ResourceClient<Namespace>;
  /** Pods go first and alone, so that nothing they need (policies, accounts) is taken from under them. */
  private readonly groups: readonly (readonly ResourceDefinition[])[];

  constructor(context: ControllerContext) {
    this.context = context;
    this.client = context.client.resource('namespaces');
    const namespaced = new Map(kinds.filter((definition) => definition.namespaced).map((definition) => [definition.resource, definition]));
    const pods = namespaced.get('pods')!;
    namespaced.delete('pods');
    this.groups = [[pods], [...namespaced.values()]];
  }

  reconcile(name: string): Result | undefined {
    const namespace = this.client.get('', name);
    if (!namespace?.metadata.deletionTimestamp) return undefined;
    if (!namespace.spec?.finalizers?.includes(kubernetesFinalizer)) return undefined;
    let left: Remainder[] = [];
    for (const group of this.groups) {
      left = group.flatMap((definition) => this.empty(name, definition));
      if (left.length > 0) break;
    }
    this.say(namespace, left);
    if (left.length > 0) return { requeueAfterMs: (Math.floor(estimateSeconds(left) / 2) + 1) * 1000 };
    this.client.modify(
      '',
      name,
      (draft) => {
        draft.spec.finalizers = draft.spec.finalizers?.filter((finalizer) => finalizer !== kubernetesFinalizer);
      },
      'finalize',
    );
    return undefined;
  }

  /** Deletes all objects of a resource; returns what doesn't go at once. */
  private empty(namespace: string, definition: ResourceDefinition): Remainder[] {
    const client = this.context.client.resource(definition.resource as Resource) as ResourceClient<KubernetesObject>;
    for (const object of client.list(namespace)) client.delete(namespace, object.metadata.name);
    const objects = client.list(namespace);
    return objects.length > 0 ? [{ definition, objects }] : [];
  }

  private say(namespace: Namespace, left: readonly Remainder[]): void {
    const now = timestamp(this.context.clock.now);
    this.client.modify(
      '',
      namespace.metadata.name,
      (draft) => {
        const known = new Map((draft.status.conditions ?? []).map((condition) => [condition.type, condition]));
        const conditions = conditionsFor(left).map((next) => {
          const before = known.get(next.type);
          const since = before?.status === next.status ? before.lastTransitionTime : now;
          return { ...next, lastTransitionTime: since };
        });
        draft.status = { ...draft.status, conditions };
      },
      'status',
    );
  }
}

/** Pods need their grace; what has finalizers needs whoever put them there. */
function estimateSeconds(left: readonly Remainder[]): number {
  let seconds = 0;
  for (const { objects } of left) {
    for (const { metadata } of objects) {
      if (metadata.deletionGracePeriodSeconds) seconds = Math.max(seconds, metadata.deletionGracePeriodSeconds);
      else if (metadata.finalizers?.length) seconds = Math.max(seconds, finalizerEstimateSeconds);
    }
  }
  return seconds;
}

// kubernetes: pkg/controller/namespace/deletion/status_condition_utils.go
function conditionsFor(left: readonly Remainder[]): NamespaceCondition[] {
  const resources = left.map(
    ({ definition, objects }) => `${definition.resource}.${definition.group} has ${objects.length} resource instances`,
  );
  const counts = new Map<string, number>();
  for (const { objects } of left) {
    for (const finalizer of objects.flatMap((object) => object.metadata.finalizers ?? []))
      counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
  }
  const finalizers = [...counts].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`);
  return [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      status: 'False',
      reason: 'ResourcesDiscovered',
      message: 'All resources successfully discovered',
    },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      status: 'False',
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    },
    {
      type: 'NamespaceDeletionContentFailure',
      status: 'False',
      reason: 'ContentDeleted',
      message: 'All content successfully deleted, may be waiting on finalization',
    },
    resources.length > 0
      ? {
          type: 'NamespaceContentRemaining',
          status: 'True',
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${resources.sort().join(', ')}`,
        }
      : { type: 'NamespaceContentRemaining', status: 'False', reason: 'ContentRemoved', message: 'All content successfully removed' },
    finalizers.length > 0
      ? {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${finalizers.sort().join(', ')}`,
        }
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'False',
          reason: 'ContentHasNoFinalizers',
          message: 'All content-preserving finalizers finished',
        },
  ];
}
