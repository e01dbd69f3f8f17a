// The objects that a judge watches, and what of them somebody wanted.
import type { ApiWatchEvent, ObjectReference, Selection } from '../cluster/kubernetes-api.ts';
import type { KubernetesObject } from '../simulator/client.ts';
import type { ObservedObjects } from './validators/validator.ts';

/** Kinds that the cluster itself changes all the time. */
const transientKinds = new Set(['Pod', 'Event', 'EndpointSlice', 'Node']);

/** What the watches hold. */
export class WatchedObjects implements ObservedObjects {
  private readonly selections = new Map<string, { selection: Selection; objects: Map<string, KubernetesObject> }>();

  /** Takes an event in; returns what was there before. */
  apply(selection: Selection, event: ApiWatchEvent): KubernetesObject | undefined {
    const key = `${selection.apiVersion} ${selection.kind} ${selection.namespace}`;
    const held = this.selections.get(key) ?? { selection, objects: new Map<string, KubernetesObject>() };
    this.selections.set(key, held);
    const name = `${event.object.metadata.namespace ?? ''} ${event.object.metadata.name}`;
    const before = held.objects.get(name);
    if (event.type === 'DELETED') held.objects.delete(name);
    else held.objects.set(name, event.object);
    return before;
  }

  get({ apiVersion, kind, namespace, name }: ObjectReference): KubernetesObject | undefined {
    return this.selections.get(`${apiVersion} ${kind} ${namespace}`)?.objects.get(`${namespace} ${name}`);
  }

  /** Changes when somebody changes what is wanted; not when pods come and go, statuses do, or a trial restarts something. */
  fingerprint(): string {
    const wanted = [...this.selections.values()]
      .filter(({ selection }) => !transientKinds.has(selection.kind))
      .flatMap(({ objects }) => [...objects.values()]);
    return wanted.map(wantedContent).sort().join('\n');
  }

  list({ apiVersion, kind, namespace }: Selection): readonly KubernetesObject[] {
    return [...(this.selections.get(`${apiVersion} ${kind} ${namespace}`)?.objects.values() ?? [])];
  }
}

function wantedContent(object: KubernetesObject): string {
  const { status: _status, metadata, apiVersion, kind, ...content } = object as KubernetesObject & { status?: unknown };
  // the kind comes first whether it was listed, where it came last, or watched
  return JSON.stringify({ kind, apiVersion, uid: metadata.uid, labels: metadata.labels, ...content }, withoutRestarts);
}

/** A restart changes nothing that is wanted, nor do the annotations that were made for it. */
function withoutRestarts(key: string, value: unknown): unknown {
  if (key !== 'annotations') return value;
  const { 'kubectl.kubernetes.io/restartedAt': _restartedAt, ...others } = { ...(value as Record<string, string> | null) };
  return Object.keys(others).length > 0 ? others : undefined;
}
