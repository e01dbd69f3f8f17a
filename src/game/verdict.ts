// What a validator finds.

/** 'unknown': it couldn't be told (a tool missing, a time limit); never taken for met, and always shown. */
export type Outcome = 'met' | 'unmet' | 'unknown';

/** A finding as a code with its values; messages.ts has the sentences. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
}
