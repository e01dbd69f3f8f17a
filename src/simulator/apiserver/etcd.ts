// What the cluster remembers: versioned objects in ordered tables under one revision counter, and the recent changes for watches.
import { expired } from '../../apimachinery/status-error.ts';
import type { KubernetesObject } from '../client.ts';
import type { Cancel, Clock } from '../clock.ts';

/** One change, at one revision. The object of a DELETED change is the last one, at the revision of its deletion. */
export interface Change {
  readonly revision: number;
  /** When, milliseconds since 1970. */
  readonly at: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
  readonly previous: KubernetesObject | undefined;
}

/** How long changes are kept for watches that begin in the past, and how many at least. kubernetes: etcd's compaction every five minutes */
export const keptMs = 300_000;
const keptChanges = 100;
/** As many changes are gathered before the old ones are thrown away. */
const trimmedAt = 512;

interface Watcher {
  /** The revision of the last change that it was told. */
  seen: number;
  /** False while it has yet to be told of the past. */
  current: boolean;
  listener: ((change: Change) => void) | undefined;
}

interface Table {
  readonly objects: Map<string, KubernetesObject>;
  /** Keys in order; undefined after one was added or removed. */
  keys: string[] | undefined;
  /** Lists as they were last asked for, by namespace; '' is all. Forgotten with the next change. */
  lists: Map<string, readonly KubernetesObject[]>;
  changes: Change[];
  /** How many changes there may be before the old ones go. */
  limit: number;
  /** Changes up to here are no longer known. */
  forgotten: number;
  /** Replaced, never changed, so that it can be walked while listeners come and go. */
  watchers: readonly Watcher[];
}

/** Objects by table ('pods', 'deployments.apps'), namespace and name. Objects that are handed in or out are never changed afterwards. */
export class Etcd {
  /** The revision of the last change. */
  revision: number;
  private readonly clock: Clock;
  private readonly firstRevision: number;
  private readonly tables = new Map<string, Table>();
  private pending: { table: Table; change: Change }[] = [];

  constructor(clock: Clock, firstRevision: number) {
    this.clock = clock;
    this.firstRevision = firstRevision;
    this.revision = firstRevision;
  }

  get(table: string, namespace: string, name: string): KubernetesObject | undefined {
    return this.table(table).objects.get(`${namespace}/${name}`);
  }

  /** How many objects the table holds. */
  count(table: string): number {
    return this.table(table).objects.size;
  }

  /** In etcd's order of keys; of one namespace, or all for ''. */
  list(tableName: string, namespace: string): readonly KubernetesObject[] {
    const table = this.table(tableName);
    let list = table.lists.get(namespace);
    if (!list) {
      list = collect(table.objects, orderedKeys(table), namespace);
      table.lists.set(namespace, list);
    }
    return list;
  }

  /** The list as it was at an earlier revision; 410 when that is too long ago. */
  listAt(tableName: string, namespace: string, revision: number): readonly KubernetesObject[] {
    const table = this.table(tableName);
    const last = table.changes[table.changes.length - 1];
    if (!last || last.revision <= revision) return this.list(tableName, namespace);
    if (revision < table.forgotten) throw expired(`The provided continue parameter is too old to display a consistent list result.`);
    const past = new Map(table.objects);
    for (let index = table.changes.length - 1; index >= 0; index--) {
      const change = table.changes[index]!;
      if (change.revision <= revision) break;
      const key = keyOf(change.object);
      if (change.previous) past.set(key, change.previous);
      else past.delete(key);
    }
    return collect(past, [...past.keys()].sort(), namespace);
  }

  /** Stores the object and gives it its resourceVersion (it must be the caller's own, fresh one). */
  put(tableName: string, object: KubernetesObject): void {
    const table = this.table(tableName);
    const key = keyOf(object);
    const previous = table.objects.get(key);
    object.metadata.resourceVersion = String(++this.revision);
    table.objects.set(key, object);
    if (!previous) table.keys = undefined;
    this.record(table, { revision: this.revision, at: this.clock.now, type: previous ? 'MODIFIED' : 'ADDED', object, previous });
  }

  /** Removes the object of that name; `last` is its final state, and gets the resourceVersion of the deletion. */
  remove(tableName: string, last: KubernetesObject): void {
    const table = this.table(tableName);
    const key = keyOf(last);
    const previous = table.objects.get(key);
    if (!previous) return;
    last.metadata.resourceVersion = String(++this.revision);
    table.objects.delete(key);
    table.keys = undefined;
    this.record(table, { revision: this.revision, at: this.clock.now, type: 'DELETED', object: last, previous });
  }

  /**
   * Each change after the given revision, in order: those of the past in the same instant too, but never before this call has returned.
   * 410 when the past is no longer known. A revision of the future waits for it.
   */
  watch(tableName: string, after: number, listener: (change: Change) => void): Cancel {
    const table = this.table(tableName);
    if (after < table.forgotten || after < this.firstRevision - 1) {
      throw expired(`too old resource version: ${after} (${Math.max(table.forgotten, this.firstRevision)})`);
    }
    const last = table.changes[table.changes.length - 1];
    const watcher: Watcher = { seen: after, current: !last || last.revision <= after, listener };
    table.watchers = [...table.watchers, watcher];
    if (!watcher.current) this.clock.soon(() => catchUp(table, watcher));
    return () => {
      watcher.listener = undefined;
      table.watchers = table.watchers.filter((other) => other !== watcher);
    };
  }

  private record(table: Table, change: Change): void {
    if (table.lists.size > 0) table.lists = new Map();
    table.changes.push(change);
    if (table.changes.length >= table.limit) this.trim(table);
    if (table.watchers.length === 0) return;
    this.pending.push({ table, change });
    if (this.pending.length === 1) this.clock.soon(this.deliver);
  }

  private trim(table: Table): void {
    const changes = table.changes;
    const oldest = this.clock.now - keptMs;
    const young = changes.findIndex((change) => change.at >= oldest);
    const first = Math.min(young < 0 ? changes.length : young, changes.length - keptChanges);
    if (first > 0) {
      table.forgotten = changes[first - 1]!.revision;
      table.changes = changes.slice(first);
    }
    table.limit = Math.max(trimmedAt, 2 * table.changes.length);
  }

  private readonly deliver = (): void => {
    const batch = this.pending;
    this.pending = [];
    for (const { table, change } of batch) {
      for (const watcher of table.watchers) if (watcher.current) tell(watcher, change);
    }
  };

  private table(name: string): Table {
    let table = this.tables.get(name);
    if (!table) {
      table = { objects: new Map(), keys: undefined, lists: new Map(), changes: [], limit: trimmedAt, forgotten: 0, watchers: [] };
      this.tables.set(name, table);
    }
    return table;
  }
}

function tell(watcher: Watcher, change: Change): void {
  if (change.revision <= watcher.seen) return;
  watcher.seen = change.revision;
  watcher.listener?.(change);
}

function catchUp(table: Table, watcher: Watcher): void {
  for (const change of [...table.changes]) tell(watcher, change);
  watcher.current = true;
}

function keyOf(object: KubernetesObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

function orderedKeys(table: Table): string[] {
  table.keys ??= [...table.objects.keys()].sort();
  return table.keys;
}

function collect(objects: ReadonlyMap<string, KubernetesObject>, keys: readonly string[], namespace: string): KubernetesObject[] {
  const found: KubernetesObject[] = [];
  const prefix = `${namespace}/`;
  for (const key of keys) if (namespace === '' || key.startsWith(prefix)) found.push(objects.get(key)!);
  return found;
}
