// A server that is only declared: what it insists on, listens on, answers, logs and uses. The program that runs it: container/programs/servers/declared-service.ts.
// In texts, ${NAME} and ${NAME:-default} are variables of the container's environment; {{pod}}, {{ns}}, {{node}}, {{now}} and {{uptime}} are facts.

import { parseGoDuration } from '../../apimachinery/duration.ts';

/** An answer when something went wrong on the way to the usual one. */
export interface FailureSpec {
  readonly status: number;
  readonly body?: string;
  readonly log?: string;
}

export interface RouteSpec {
  readonly method?: string;
  /** Exact, or with * at its end everything that begins so. */
  readonly path: string;
  readonly status?: number;
  readonly body?: string;
  readonly log?: string;
  /** How long the answer takes: 200ms, 3s. */
  readonly delay?: string;
  readonly before?: { readonly untilReady?: { readonly status: number; readonly body: string } };
  /** Asks another server first. */
  readonly calls?: { readonly url: string; readonly onFail: FailureSpec };
  /** Asks the API server first, with the pod's service account. */
  readonly can?: { readonly verb: string; readonly resource: string; readonly onFail: FailureSpec };
  /** CPU time of each request. */
  readonly cpu?: string;
}

export interface ListenSpec {
  /** A number, or a text with variables: ${PORT:-80}. */
  readonly port: number | string;
  readonly protocol?: 'http' | 'tcp';
  readonly routes?: readonly RouteSpec[];
}

export interface ServiceSpec {
  readonly requireEnv?: readonly { readonly name: string; readonly log: string; readonly exit?: number }[];
  readonly startup?: { readonly log?: readonly string[]; readonly readyAfter?: string };
  readonly listen?: ListenSpec;
  readonly every?: readonly { readonly interval: string; readonly log: string }[];
  /** In MiB; over the container's limit it is killed. */
  readonly memory?: { readonly startMi: number; readonly growMiPerS?: number; readonly maxMi?: number };
  readonly exit?: { readonly after: string; readonly code: number; readonly log?: string };
  readonly onTerm?: { readonly after?: string; readonly code?: number; readonly log?: string } | 'ignore';
}

/** `200ms`, `3s`, `2m` in milliseconds; 0 for none. */
export function durationMs(text: string | undefined): number {
  return text === undefined ? 0 : (parseGoDuration(text) ?? 0);
}
