// The journal: every input that can change something, with its moment. Seed, start and journal together are the whole cluster.
import type { ApiRequest } from './apiserver/request.ts';

/** A moment of the clock. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly steps: number;
}

/** Streams are numbered in the order in which requests opened them. */
export type Input =
  | { readonly type: 'request'; readonly request: ApiRequest; readonly stream?: number }
  | { readonly type: 'connect'; readonly forward: number; readonly port: number; readonly stream: number }
  | { readonly type: 'write'; readonly stream: number; readonly channel: number; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly stream: number; readonly channel: number }
  | { readonly type: 'pause' | 'resume' | 'hangUp'; readonly stream: number };

export interface JournalEntry {
  readonly moment: Moment;
  readonly input: Input;
}

/** Inputs in the order in which they happened. */
export class Journal {
  private readonly list: JournalEntry[] = [];
  private streams = 0;

  get entries(): readonly JournalEntry[] {
    return this.list;
  }

  record(moment: Moment, input: Input): void {
    this.list.push({ moment, input });
  }

  /** A number for the next stream. */
  nextStream(): number {
    return ++this.streams;
  }
}
