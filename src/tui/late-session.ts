// The session before its thread is there: the first view, and actions kept for it.
import type { Action, SessionHandle, SessionView } from '../game/session-view.ts';

export class LateSession implements SessionHandle {
  view: SessionView;
  private thread: SessionHandle | undefined;
  private readonly kept: Action[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(first: SessionView) {
    this.view = first;
  }

  /** From now on it is this one. */
  attach(thread: SessionHandle): void {
    this.thread = thread;
    thread.subscribe(() => {
      this.view = thread.view;
      for (const listener of this.listeners) listener();
    });
    for (const action of this.kept.splice(0)) thread.act(action);
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  act(action: Action): void {
    if (this.thread) this.thread.act(action);
    else this.kept.push(action);
  }

  async close(): Promise<void> {
    await this.thread?.close();
  }
}
