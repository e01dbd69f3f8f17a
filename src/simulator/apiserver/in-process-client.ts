// The Client that the cluster's own parts use: the store's verbs, in process and at once.
import { clone, isEqual } from '../../apimachinery/clone.ts';
import { apiVersionOf, type ResourceDefinition } from '../../apimachinery/kinds.ts';
import type { Client, DeleteOptions, KubernetesObject, New, ObjectsByResource, Resource, ResourceClient, WatchEvent } from '../client.ts';
import type { Cancel } from '../clock.ts';
import type { UserInfo } from './request.ts';
import { definitionOf, tableOf } from './storage-version.ts';
import { isNotFound, type Store, type WriteOptions } from './store.ts';
import type { StoredObject } from './stored-object.ts';
import { bindPod } from './subresources/binding.ts';

/** A client under the given name, with every right. */
export function createClient(store: Store, userAgent: string, user: UserInfo): Client {
  const resources = new Map<string, unknown>();
  const options: WriteOptions = { manager: userAgent, user };
  return {
    userAgent,
    resource<R extends Resource>(resource: R): ResourceClient<ObjectsByResource[R]> {
      let found = resources.get(resource);
      if (!found) {
        found = new StoreResource(store, definitionOf(resource), options);
        resources.set(resource, found);
      }
      return found as ResourceClient<ObjectsByResource[R]>;
    },
    bind(namespace, name, nodeName) {
      bindPod(store, namespace, name, { target: { kind: 'Node', name: nodeName } });
    },
  };
}

/** A copy of what a write of the status can change; the rest is the stored object's own. */
function statusDraft<T extends KubernetesObject>(live: T): T {
  const draft: T & { status?: unknown } = { ...live, metadata: clone(live.metadata) };
  if ('status' in live) draft.status = clone(live.status);
  return draft;
}

class StoreResource<T extends KubernetesObject> implements ResourceClient<T> {
  private readonly store: Store;
  private readonly definition: ResourceDefinition;
  private readonly table: string;
  private readonly options: WriteOptions;

  constructor(store: Store, definition: ResourceDefinition, options: WriteOptions) {
    this.store = store;
    this.definition = definition;
    this.table = tableOf(definition);
    this.options = options;
  }

  get(namespace: string, name: string): T | undefined {
    return this.store.etcd.get(this.table, namespace, name) as T | undefined;
  }

  list(namespace = ''): readonly T[] {
    return this.store.etcd.list(this.table, namespace) as unknown as readonly T[];
  }

  create(object: New<T>): T {
    const fresh = clone(object) as unknown as StoredObject;
    fresh.apiVersion ??= apiVersionOf(this.definition);
    fresh.kind ??= this.definition.kind;
    this.store.strategy(this.definition).default(fresh);
    return this.store.create(this.definition, fresh, this.options) as unknown as T;
  }

  update(object: T): T {
    return this.write(object, '');
  }

  updateStatus(object: T): T {
    return this.write(object, 'status');
  }

  modify(namespace: string, name: string, change: (draft: T) => void, subresource?: 'status' | 'finalize'): T | undefined {
    const live = this.get(namespace, name);
    if (!live) return undefined;
    const draft = subresource === 'status' ? statusDraft(live) : clone(live);
    change(draft);
    if (isEqual(draft, live)) return live;
    return this.write(draft, subresource ?? '', true);
  }

  delete(namespace: string, name: string, options: DeleteOptions = {}): void {
    try {
      this.store.delete(this.definition, namespace, name, options, this.options);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  watch(listener: (event: WatchEvent<T>) => void): Cancel {
    const etcd = this.store.etcd;
    const now = etcd.revision;
    for (const object of etcd.list(this.table, '')) listener({ type: 'ADDED', object: object as T });
    return etcd.watch(this.table, now, ({ type, object, previous }) =>
      listener(previous ? { type, object: object as T, previous: previous as T } : { type, object: object as T }),
    );
  }

  private write(object: T, subresource: string, own = false): T {
    const { namespace = '', name } = object.metadata;
    const make = () => {
      const fresh = (own ? object : clone(object)) as unknown as StoredObject;
      if (subresource === '') this.store.strategy(this.definition).default(fresh);
      return { object: fresh };
    };
    return this.store.update(this.definition, namespace, name, make, { ...this.options, subresource }) as unknown as T;
  }
}
