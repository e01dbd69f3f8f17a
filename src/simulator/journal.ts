// The journal: every input that can change something, with its instant. Seed, start and journal together are the whole cluster.
import type { ApiRequest } from './apiserver/request.ts';

/** Streams are numbered in the order in which requests opened them. */
export type Input =
  | { readonly type: 'request'; readonly request: ApiRequest; readonly stream?: number }
  /** Somebody outside of the cluster connects to a port of a node. */
  | { readonly type: 'outside'; readonly node: string; readonly port: number; readonly stream: number }
  | { readonly type: 'connect'; readonly forward: number; readonly port: number; readonly stream: number }
  | { readonly type: 'write'; readonly stream: number; readonly channel: number; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly stream: number; readonly channel: number }
  | { readonly type: 'pause' | 'resume' | 'hangUp'; readonly stream: number };

export interface JournalEntry {
  /** The instant at whose end it came, milliseconds since 1970. */
  readonly at: number;
  readonly input: Input;
}

/** Inputs in the order in which they happened. */
export class Journal {
  private readonly list: JournalEntry[] = [];
  private streams = 0;

  get entries(): readonly JournalEntry[] {
    return this.list;
  }

  record(at: number, input: Input): void {
    this.list.push({ at, input });
  }

  /** A number for the next stream. */
  nextStream(): number {
    return ++this.streams;
  }
}
