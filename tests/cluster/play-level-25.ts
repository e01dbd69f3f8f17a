// Level 25 played through in a pseudo-terminal on a cluster that the game did not make, from its briefing to the XP in the save.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { launcher, pause, playerEnvironment, TerminalDriver } from '../tui/terminal-driver.ts';

const repair = `kubectl patch networkpolicy backend-network-policy --type=json -p '[{"op":"replace","path":"/spec/ingress/0/from/0/podSelector/matchLabels/app","value":"frontend"}]'`;

/** `words` say where it is played. */
export async function playLevel25(words: readonly string[], home: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const game = new TerminalDriver(['play', '25', ...words], home, { columns: 140, rows: 44, environment });
  try {
    await game.waitFor('You are done when', 90_000);
    game.type('\r');
    await game.waitFor(/(^|│)~ \$/m, 90_000);
    game.type('kubectl get pods\r');
    await game.waitFor(/frontend +1\/1 +Running/, 30_000);
    await game.waitFor('✘ The frontend gets an answer from the API · not yet', 30_000);
    game.type(`${repair}\r`);
    await game.waitFor('backend-network-policy patched', 30_000);
    await game.waitFor(/Passed( in \d+s)? · 250 XP/, 60_000);
    game.type('\u001bOQ');
    await game.waitFor(/✔ The frontend gets an answer from the API · met/);
    game.type('\r');
    await game.waitFor('What you saw');
    game.type('q');
    await game.waitFor('q quit');
    game.type('q');
    expect((await game.ended).exitCode).toBe(0);
  } catch (error) {
    await quit(game);
    throw error;
  } finally {
    game.close();
  }
  const save = JSON.parse(readFileSync(join(home, 'data/save.json'), 'utf8')) as { levels: Record<string, { xp: number }> };
  expect(save.levels['25-networkpolicy-too-restrictive']?.xp).toBe(250);
}

/** What a command of the game prints. A cluster in this process must be able to answer it meanwhile. */
export async function gamePrints(words: readonly string[], home: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [launcher, ...words], { env: playerEnvironment(home, environment) });
  return stdout;
}

/** A game that went wrong must take its level away all the same: whatever is tested next needs the namespaces. */
async function quit(game: TerminalDriver): Promise<void> {
  try {
    game.signal('SIGTERM');
  } catch {
    // It has ended already.
  }
  await Promise.race([game.ended, pause(10_000)]);
}
