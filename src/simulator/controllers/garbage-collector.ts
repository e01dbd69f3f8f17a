// The garbage collector: what is owned goes with its owners: after them (background), before them (foreground), or not at all (orphan).
// Wakes it: any object that came, went or changed its owners, finalizers or deletion; it keeps the graph of who owns whom.
import { findKind, kinds } from '../../apimachinery/kinds.ts';
import type { OwnerReference } from '../../apimachinery/objects.ts';
import type { KubernetesObject, Resource, ResourceClient } from '../client.ts';
import type { EventRecorder } from '../event-recorder.ts';
import type { ControllerContext } from './context.ts';
import { WorkQueue } from './controller.ts';

const orphanFinalizer = 'orphan';
const foregroundFinalizer = 'foregroundDeletion';
/** Events come and go in numbers and own nothing. */
const notCollected = new Set(['events']);

export function startGarbageCollector(context: ControllerContext): void {
  const collector = new GarbageCollector(context);
  for (const resource of new Set(kinds.map((definition) => definition.resource))) {
    if (notCollected.has(resource)) continue;
    context.informers.of(resource as Resource).onChange(({ type, object }) => {
      if (type === 'DELETED') collector.gone(object);
      else collector.seen(resource as Resource, object);
    });
  }
}

/** One object in the graph. */
interface Entry {
  readonly uid: string;
  readonly resource: Resource;
  object: KubernetesObject;
}

class GarbageCollector {
  private readonly context: ControllerContext;
  private readonly events: EventRecorder;
  private readonly queue: WorkQueue;
  private readonly entries = new Map<string, Entry>();
  /** Owner's uid → uids of what it owns. */
  private readonly dependents = new Map<string, Set<string>>();

  constructor(context: ControllerContext) {
    this.context = context;
    this.events = context.recorder('garbage-collector-controller');
    this.queue = new WorkQueue(context.clock, (uid) => this.reconcile(uid));
  }

  seen(resource: Resource, object: KubernetesObject): void {
    const uid = object.metadata.uid!;
    const entry = this.entries.get(uid);
    const before = entry?.object;
    this.link(uid, before?.metadata.ownerReferences, object.metadata.ownerReferences);
    if (entry) entry.object = object;
    else this.entries.set(uid, { uid, resource, object });
    const isNews =
      !before || before.metadata.ownerReferences?.length !== object.metadata.ownerReferences?.length || hasDeletionChanged(before, object);
    if (isNews && (object.metadata.ownerReferences?.length || object.metadata.deletionTimestamp)) this.queue.add(uid);
    if (before && blocksNobody(before) !== blocksNobody(object)) this.wakeOwners(object);
  }

  gone(object: KubernetesObject): void {
    const uid = object.metadata.uid!;
    const entry = this.entries.get(uid);
    this.entries.delete(uid);
    this.link(uid, entry?.object.metadata.ownerReferences, undefined);
    for (const dependent of this.dependents.get(uid) ?? []) this.queue.add(dependent);
    this.wakeOwners(object);
  }

  // kubernetes: pkg/controller/garbagecollector/garbagecollector.go
  private reconcile(uid: string): undefined {
    const entry = this.entries.get(uid);
    if (!entry) return;
    const fresh = this.clientOf(entry).get(entry.object.metadata.namespace ?? '', entry.object.metadata.name);
    if (fresh?.metadata.uid !== uid) return;
    entry.object = fresh;
    if (fresh.metadata.deletionTimestamp) this.finish(entry);
    else this.judge(entry);
  }

  /** An object that is being deleted: its dependents are let go, or deleted before it. */
  private finish(entry: Entry): void {
    const { finalizers } = entry.object.metadata;
    if (finalizers?.includes(orphanFinalizer)) this.orphan(entry);
    else if (finalizers?.includes(foregroundFinalizer)) this.deleteDependentsFirst(entry);
  }

  private orphan(entry: Entry): void {
    for (const dependent of this.dependentsOf(entry)) this.removeOwners(dependent, new Set([entry.uid]));
    this.removeFinalizer(entry, orphanFinalizer);
  }

  private deleteDependentsFirst(entry: Entry): void {
    const dependents = this.dependentsOf(entry);
    const blocking = dependents.filter(({ object }) =>
      ownersOf(object).some((owner) => owner.uid === entry.uid && owner.blockOwnerDeletion),
    );
    if (blocking.length === 0) {
      this.removeFinalizer(entry, foregroundFinalizer);
      return;
    }
    for (const dependent of dependents) if (!dependent.object.metadata.deletionTimestamp) this.queue.add(dependent.uid);
  }

  /** A living object: it goes when none of its owners is left, or when those that are left wait for it. */
  private judge(entry: Entry): void {
    const owners = ownersOf(entry.object);
    if (owners.length === 0) return;
    const absent: OwnerReference[] = [];
    const waiting: OwnerReference[] = [];
    let solid = 0;
    for (const reference of owners) {
      // What is owned by a kind that isn't known here is left alone.
      if (!findKind(reference.apiVersion, reference.kind)) {
        solid++;
        continue;
      }
      const owner = this.ownerOf(entry, reference);
      if (!owner) absent.push(reference);
      else if (owner.metadata.deletionTimestamp && owner.metadata.finalizers?.includes(foregroundFinalizer)) waiting.push(reference);
      else solid++;
    }
    if (solid > 0) {
      const needless = new Set([...absent, ...waiting].map((reference) => reference.uid));
      if (needless.size > 0) this.removeOwners(entry, needless);
    } else if (waiting.length > 0 && this.dependentsOf(entry).length > 0) this.remove(entry, 'Foreground');
    else this.remove(entry, policyOf(entry.object));
  }

  /** The owner, if it is still that very object. */
  private ownerOf(entry: Entry, reference: OwnerReference): KubernetesObject | undefined {
    const definition = findKind(reference.apiVersion, reference.kind)!;
    const own = entry.object.metadata.namespace ?? '';
    const known = this.entries.get(reference.uid);
    if (known?.object.metadata.namespace && known.object.metadata.namespace !== own) {
      const words = `ownerRef [${reference.apiVersion}/${reference.kind}, namespace: ${own}, name: ${reference.name}, uid: ${reference.uid}] does not exist in namespace "${own}"`;
      this.events.record(entry.object, 'Warning', 'OwnerRefInvalidNamespace', words);
      return undefined;
    }
    const client = this.context.client.resource(definition.resource as Resource) as ResourceClient<KubernetesObject>;
    const found = client.get(definition.namespaced ? own : '', reference.name);
    return found?.metadata.uid === reference.uid ? found : undefined;
  }

  private remove({ object, resource, uid }: Entry, propagationPolicy: 'Background' | 'Foreground' | 'Orphan'): void {
    const client = this.context.client.resource(resource) as ResourceClient<KubernetesObject>;
    client.delete(object.metadata.namespace ?? '', object.metadata.name, { uid, propagationPolicy });
  }

  private removeOwners(entry: Entry, uids: ReadonlySet<string>): void {
    this.modify(entry, (draft) => {
      const left = ownersOf(draft).filter((owner) => !uids.has(owner.uid));
      draft.metadata.ownerReferences = left.length > 0 ? left : undefined;
    });
  }

  private removeFinalizer(entry: Entry, name: string): void {
    this.modify(entry, (draft) => {
      const left = draft.metadata.finalizers?.filter((finalizer) => finalizer !== name);
      draft.metadata.finalizers = left?.length ? left : undefined;
    });
  }

  private modify(entry: Entry, change: (draft: KubernetesObject) => void): void {
    const { namespace = '', name } = entry.object.metadata;
    const written = this.clientOf(entry).modify(namespace, name, change);
    if (!written) return;
    this.link(entry.uid, entry.object.metadata.ownerReferences, written.metadata.ownerReferences);
    entry.object = written;
  }

  private clientOf(entry: Entry): ResourceClient<KubernetesObject> {
    return this.context.client.resource(entry.resource) as ResourceClient<KubernetesObject>;
  }

  private dependentsOf(entry: Entry): Entry[] {
    const found: Entry[] = [];
    for (const uid of this.dependents.get(entry.uid) ?? []) {
      const dependent = this.entries.get(uid);
      if (dependent) found.push(dependent);
    }
    return found;
  }

  /** Owners that wait for their dependents look again. */
  private wakeOwners(object: KubernetesObject): void {
    for (const { uid } of ownersOf(object)) {
      const owner = this.entries.get(uid);
      if (owner?.object.metadata.deletionTimestamp) this.queue.add(uid);
    }
  }

  private link(uid: string, before: readonly OwnerReference[] | undefined, after: readonly OwnerReference[] | undefined): void {
    if (before === after) return;
    for (const owner of before ?? []) {
      const set = this.dependents.get(owner.uid);
      set?.delete(uid);
      if (set?.size === 0) this.dependents.delete(owner.uid);
    }
    for (const owner of after ?? []) {
      const set = this.dependents.get(owner.uid);
      if (set) set.add(uid);
      else this.dependents.set(owner.uid, new Set([uid]));
    }
  }
}

function ownersOf(object: KubernetesObject): readonly OwnerReference[] {
  return object.metadata.ownerReferences ?? [];
}

function hasDeletionChanged(before: KubernetesObject, after: KubernetesObject): boolean {
  return (
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.metadata.finalizers?.length !== after.metadata.finalizers?.length
  );
}

function blocksNobody(object: KubernetesObject): boolean {
  return !ownersOf(object).some((owner) => owner.blockOwnerDeletion);
}

/** An object's own finalizers say what becomes of its dependents. */
function policyOf(object: KubernetesObject): 'Background' | 'Foreground' | 'Orphan' {
  if (object.metadata.finalizers?.includes(orphanFinalizer)) return 'Orphan';
  return object.metadata.finalizers?.includes(foregroundFinalizer) ? 'Foreground' : 'Background';
}
