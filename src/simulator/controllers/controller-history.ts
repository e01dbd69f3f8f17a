// ControllerRevisions: how a DaemonSet or StatefulSet remembers the templates it had, and which of them is the current one.
import { clone, isEqual } from '../../apimachinery/clone.ts';
import type { ControllerRevision, PodTemplateSpec } from '../../apimachinery/objects.ts';
import { StatusError } from '../../apimachinery/status-error.ts';
import type { KubernetesObject, New, ResourceClient } from '../client.ts';
import type { Informer } from './informer.ts';
import { controllerReference, isControlledBy } from './owner.ts';
import { contentHash } from './pod-template-hash.ts';

export interface History {
  readonly informer: Informer<ControllerRevision>;
  readonly client: ResourceClient<ControllerRevision>;
}

/** What `kubectl rollout undo` applies to go back: the template, whole. */
function snapshot(template: PodTemplateSpec): unknown {
  return { spec: { template: { ...clone(template), $patch: 'replace' } } };
}

export function revisionsOf(history: History, owner: KubernetesObject): ControllerRevision[] {
  return history.informer.ownedBy(owner.metadata.uid!).sort(byRevision);
}

/**
 * The revision with the owner's template: an old one that is made the newest again, or a new one.
 * `hashLabel` is the label that carries the hash; `count` adds one to the owner's collisionCount when another object has the name.
 */
// kubernetes: pkg/controller/history/controller_history.go
export function currentRevision(
  history: History,
  owner: KubernetesObject,
  options: { template: PodTemplateSpec; hashLabel: string; collisions: number | undefined; count: () => void },
): ControllerRevision {
  const known = revisionsOf(history, owner);
  const data = snapshot(options.template);
  const newest = known[known.length - 1];
  const same = known.filter((revision) => isEqual(revision.data, data)).pop();
  if (same && same === newest) return same;
  const revision = (newest?.revision ?? 0) + 1;
  if (same) {
    const renewed = history.client.modify(same.metadata.namespace!, same.metadata.name, (draft) => {
      draft.revision = revision;
    });
    return history.informer.observe(renewed ?? same);
  }
  return create(history, owner, { ...options, data, revision });
}

function create(
  history: History,
  owner: KubernetesObject,
  options: {
    template: PodTemplateSpec;
    hashLabel: string;
    collisions: number | undefined;
    count: () => void;
    data: unknown;
    revision: number;
  },
): ControllerRevision {
  const hash = contentHash(options.data, options.collisions);
  const name = `${owner.metadata.name}-${hash}`;
  const fresh: New<ControllerRevision> = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      namespace: owner.metadata.namespace,
      labels: { ...options.template.metadata?.labels, [options.hashLabel]: hash },
      ...(owner.metadata.annotations && { annotations: { ...owner.metadata.annotations } }),
      ownerReferences: [controllerReference(owner)],
    },
    data: options.data,
    revision: options.revision,
  };
  try {
    return history.informer.observe(history.client.create(fresh));
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error;
    const there = history.client.get(owner.metadata.namespace!, name);
    if (there && isControlledBy(there, owner) && isEqual(there.data, options.data)) return history.informer.observe(there);
    options.count();
    throw error;
  }
}

/** Deletes the oldest revisions that no pod lives by, beyond `limit`. */
export function trimHistory(
  history: History,
  owner: KubernetesObject,
  limit: number,
  isLive: (revision: ControllerRevision) => boolean,
): void {
  const idle = revisionsOf(history, owner).filter((revision) => !isLive(revision));
  for (const { metadata } of idle.slice(0, Math.max(0, idle.length - limit))) {
    history.client.delete(metadata.namespace!, metadata.name);
    history.informer.refresh(metadata.namespace!, metadata.name);
  }
}

function byRevision(one: ControllerRevision, other: ControllerRevision): number {
  return one.revision - other.revision || ((one.metadata.creationTimestamp ?? '') < (other.metadata.creationTimestamp ?? '') ? -1 : 1);
}
