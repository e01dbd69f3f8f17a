// What controllers know of the cluster: a cache per resource, fed by one watch that all controllers share, with indexes by namespace and owner.
import type { Client, KubernetesObject, ObjectsByResource, Resource, ResourceClient, WatchEvent } from '../client.ts';
import type { Cancel } from '../clock.ts';
import { keyOf } from './controller.ts';
import { controllerOf } from './owner.ts';

/** Objects by a value that a function finds in each. */
export class Index<T extends KubernetesObject> {
  private readonly groupOf: (object: T) => string | undefined;
  private readonly groups = new Map<string, Map<string, T>>();

  constructor(groupOf: (object: T) => string | undefined) {
    this.groupOf = groupOf;
  }

  get(value: string): T[] {
    const group = this.groups.get(value);
    return group ? [...group.values()] : [];
  }

  count(value: string): number {
    return this.groups.get(value)?.size ?? 0;
  }

  replace(key: string, before: T | undefined, after: T | undefined): void {
    const old = before && this.groupOf(before);
    const value = after && this.groupOf(after);
    if (old !== undefined && old !== value) {
      const group = this.groups.get(old);
      group?.delete(key);
      if (group?.size === 0) this.groups.delete(old);
    }
    if (value === undefined || after === undefined) return;
    const group = this.groups.get(value);
    if (group) group.set(key, after);
    else this.groups.set(value, new Map([[key, after]]));
  }
}

/**
 * The cache of one resource. What a controller wrote is in it at once (`observe`, `refresh`), so nobody has to wait for his own echo;
 * what others wrote comes with the watch.
 */
export class Informer<T extends KubernetesObject> {
  private readonly client: ResourceClient<T>;
  private readonly objects = new Map<string, T>();
  private readonly handlers: ((event: WatchEvent<T>) => void)[] = [];
  private readonly indexes: Index<T>[] = [];
  private readonly inNamespace: Index<T>;
  private readonly owned: Index<T>;
  private cancel: Cancel | undefined;

  constructor(client: ResourceClient<T>) {
    this.client = client;
    this.inNamespace = this.index((object) => object.metadata.namespace ?? '');
    this.owned = this.index((object) => controllerOf(object)?.uid ?? `nobody in ${object.metadata.namespace ?? ''}`);
  }

  /** An index of one's own; must be made before the informer starts. */
  index(groupOf: (object: T) => string | undefined): Index<T> {
    const index = new Index(groupOf);
    this.indexes.push(index);
    return index;
  }

  /** Called for each change, after the cache took it in. */
  onChange(handler: (event: WatchEvent<T>) => void): void {
    this.handlers.push(handler);
  }

  start(): void {
    this.cancel ??= this.client.watch((event) => this.take(event));
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  get(key: string): T | undefined {
    return this.objects.get(key);
  }

  get size(): number {
    return this.objects.size;
  }

  all(): T[] {
    return [...this.objects.values()];
  }

  countIn(namespace: string): number {
    return this.inNamespace.count(namespace);
  }

  list(namespace: string): T[] {
    return this.inNamespace.get(namespace);
  }

  /** What the controller with this uid owns. */
  ownedBy(uid: string): T[] {
    return this.owned.get(uid);
  }

  /** What no controller owns, in one namespace. */
  orphans(namespace: string): T[] {
    return this.owned.get(`nobody in ${namespace}`);
  }

  /** Takes in what was just written. */
  observe(object: T): T {
    const key = keyOf(object);
    if (isNewer(object, this.objects.get(key))) this.put(key, object);
    return object;
  }

  /** Takes in what a deletion left of an object. */
  refresh(namespace: string, name: string): void {
    const object = this.client.get(namespace, name);
    if (object) this.observe(object);
    else this.put(namespace ? `${namespace}/${name}` : name, undefined);
  }

  private take(event: WatchEvent<T>): void {
    const key = keyOf(event.object);
    if (event.type !== 'DELETED') this.observe(event.object);
    else if (isNewer(event.object, this.objects.get(key))) this.put(key, undefined);
    for (const handler of this.handlers) handler(event);
  }

  private put(key: string, object: T | undefined): void {
    const before = this.objects.get(key);
    if (object) this.objects.set(key, object);
    else this.objects.delete(key);
    for (const index of this.indexes) index.replace(key, before, object);
  }
}

/** One informer per resource, made when the first controller asks for it. */
export class Informers {
  private readonly client: Client;
  private readonly informers = new Map<Resource, { start(): void; stop(): void }>();

  constructor(client: Client) {
    this.client = client;
  }

  of<R extends Resource>(resource: R): Informer<ObjectsByResource[R]> {
    let informer = this.informers.get(resource) as Informer<ObjectsByResource[R]> | undefined;
    if (!informer) {
      informer = new Informer(this.client.resource(resource) as ResourceClient<KubernetesObject>) as unknown as Informer<
        ObjectsByResource[R]
      >;
      this.informers.set(resource, informer);
    }
    return informer;
  }

  start(): void {
    for (const informer of this.informers.values()) informer.start();
  }

  stop(): void {
    for (const informer of this.informers.values()) informer.stop();
  }
}

function isNewer(object: KubernetesObject, known: KubernetesObject | undefined): boolean {
  if (!known) return true;
  return Number(object.metadata.resourceVersion ?? 0) > Number(known.metadata.resourceVersion ?? 0);
}
