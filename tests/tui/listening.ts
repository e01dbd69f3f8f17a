// When keys may be sent to a rendered screen.
import type { render } from 'ink-testing-library';
import { expect } from 'vitest';

/** Resolves when Ink listens to keys: after its first effects, which come after its first frame. */
export async function listening({ stdin }: ReturnType<typeof render>): Promise<void> {
  await expect.poll(() => stdin.listenerCount('readable'), { timeout: 20_000 }).toBeGreaterThan(0);
}
