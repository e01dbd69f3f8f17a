// What passes between the screen's thread and the session's.
import type { PlayOptions } from './open-session.ts';
import type { Action, SessionView } from './session-view.ts';

/** workerData. */
export type SessionStart = PlayOptions;

/** From the screen. */
export type ToSession = { readonly type: 'action'; readonly action: Action } | { readonly type: 'close' };

/** From the session. */
export type FromSession =
  | { readonly type: 'view'; readonly view: SessionView }
  | { readonly type: 'closed' }
  /** It can't begin, or broke: what to tell the player. */
  | { readonly type: 'failed'; readonly message: string; readonly fix: string };
