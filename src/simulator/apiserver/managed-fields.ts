// Who owns which field of each stored object. Writers from inside only leave a note; owners are worked out when somebody looks.
import type { ManagedFieldsEntry } from '../../apimachinery/objects.ts';
import type { KubernetesObject } from '../client.ts';
import type { Clock } from '../clock.ts';
import { keptMs } from './etcd.ts';

/** A write as field management sees it. `after` is the object as it was written by the client, with defaults, before admission. */
export interface ManagedWrite {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  readonly after: KubernetesObject;
}

/** Works out the entries after a write, given the object before it (undefined when it was created) with its own entries. */
export type Owners = (
  before: KubernetesObject | undefined,
  entries: readonly ManagedFieldsEntry[],
  write: ManagedWrite,
) => readonly ManagedFieldsEntry[];

interface Note {
  readonly before: KubernetesObject | undefined;
  /** Undefined when the owners stayed as they were. */
  readonly write: ManagedWrite | undefined;
  readonly depth: number;
  /** When the chain's first write was, as the clock has it. */
  readonly since: number;
}

/**
 * Notes chain objects of the past. A chain is worked out when it keeps more of the past than the watch history does, so that it can be forgotten, and
 * before it is so long that whoever looks would have to wait.
 */
const longChain = 64;
const longestChain = 1024;

/** The managedFields of stored objects, kept beside them. */
export class ManagedFields {
  private readonly owners: Owners;
  private readonly clock: Clock;
  private readonly known = new WeakMap<KubernetesObject, readonly ManagedFieldsEntry[]>();
  private readonly notes = new WeakMap<KubernetesObject, Note>();
  private readonly complete = new WeakMap<KubernetesObject, KubernetesObject>();

  constructor(owners: Owners, clock: Clock) {
    this.owners = owners;
    this.clock = clock;
  }

  /** Remembers that `stored` came from `before` by this write, or with the same owners when there is none. */
  note(stored: KubernetesObject, before: KubernetesObject | undefined, write: ManagedWrite | undefined): void {
    const last = before && this.notes.get(before);
    const depth = (last?.depth ?? 0) + 1;
    const since = last?.since ?? this.clock.now;
    this.notes.set(stored, { before, write, depth, since });
    if (depth >= longestChain || (depth >= longChain && this.clock.now - since >= keptMs)) this.of(stored);
  }

  /** Says what the entries of `stored` are. */
  set(stored: KubernetesObject, entries: readonly ManagedFieldsEntry[]): void {
    this.known.set(stored, entries);
  }

  /** The entries of a stored object. */
  of(stored: KubernetesObject): readonly ManagedFieldsEntry[] {
    const chain: [KubernetesObject, Note][] = [];
    let object: KubernetesObject | undefined = stored;
    while (object && !this.known.has(object)) {
      const note = this.notes.get(object);
      if (!note) break;
      chain.push([object, note]);
      object = note.before;
    }
    let entries = (object && this.known.get(object)) ?? [];
    for (const [after, note] of chain.reverse()) {
      if (note.write) entries = this.owners(note.before, entries, note.write);
      this.known.set(after, entries);
      this.notes.delete(after);
    }
    return entries;
  }

  /** The stored object as clients see it, with its managedFields. */
  withEntries(stored: KubernetesObject): KubernetesObject {
    let whole = this.complete.get(stored);
    if (!whole) {
      const entries = this.of(stored);
      whole = entries.length === 0 ? stored : { ...stored, metadata: { ...stored.metadata, managedFields: [...entries] } };
      this.complete.set(stored, whole);
    }
    return whole;
  }
}
