// A whole play-through of level 25 as a person plays it: map, briefing, the fault seen with real kubectl, the repair, the debrief, XP in the save.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newHome, RunningCommand } from './cli/run-command.ts';
import { kubectlForTests } from './kubectl.ts';
import { runShell } from './tui/run-shell.ts';
import { TerminalDriver, temporaryHome } from './tui/terminal-driver.ts';

const repair = `kubectl patch networkpolicy backend-network-policy --type=json -p '[{"op":"replace","path":"/spec/ingress/0/from/0/podSelector/matchLabels/app","value":"frontend"}]'`;
let kubectl: string;
let player: ReturnType<typeof temporaryHome>;

beforeAll(async () => {
  kubectl = await kubectlForTests();
}, 60_000);
beforeEach(() => {
  player = temporaryHome();
});
afterEach(() => player.remove());

function savedXp(home: string): number | undefined {
  const save = JSON.parse(readFileSync(join(home, 'data/save.json'), 'utf8')) as { levels: Record<string, { xp: number }> };
  return save.levels['25-networkpolicy-too-restrictive']?.xp;
}

/** Moves over the map to level 25, wherever it stands. */
async function chooseLevel25(game: TerminalDriver): Promise<void> {
  await game.waitFor('⏎ play');
  for (let step = 0; step < 60 && !game.screen.includes('25  NetworkPolicy Too Restrictive'); step++) {
    const before = game.screen;
    game.type('\u001b[C');
    await expect.poll(() => game.screen !== before || before.includes('25  '), { timeout: 5000 }).toBe(true);
  }
  expect(game.screen).toContain('25  NetworkPolicy Too Restrictive   250 XP');
}

for (const [columns, rows] of [
  [140, 44],
  [80, 24],
] as const)
  test(`level 25 is played at ${columns}×${rows}, from the map to 250 XP`, async () => {
    const game = new TerminalDriver(['play'], player.home, { columns, rows, environment: { K8SQUEST_KUBECTL: kubectl } });
    try {
      await chooseLevel25(game);
      game.type('\r');
      await game.waitFor('You are done when');
      game.type('\r');
      await game.waitFor(/(^|│)~ \$/m);

      game.type('kubectl get pods\r');
      await game.waitFor(/frontend +1\/1 +Running +0 +3m/);
      game.type('kubectl exec frontend -- wget -q -O- -T 2 http://backend-service:8080/api\r');
      await game.waitFor('wget: download timed out');
      await game.waitFor(columns > 100 ? '✘ The frontend gets an answer from the API · not yet' : /✘ ✔ ✔ +2 of 3 met/);

      game.type(`${repair}\r`);
      await game.waitFor('backend-network-policy patched');
      // The game sees it by itself.
      await game.waitFor(/Passed( in \d+s)? · 250 XP/);
      game.type('\u001bOQ');
      await game.waitFor(/✔ The frontend gets an answer from the API · met/);
      game.type('\r');
      await game.waitFor('What you saw');
      expect(game.screen).toMatch(/✔ 250 XP in \d+s/);
      game.type('y');
      await game.waitFor('The reference solution');
      expect(savedXp(player.home)).toBe(250);

      // The cluster is still there to try things on.
      game.type('\u001bOQ');
      await game.waitFor('backend-network-policy patched');
      game.type('kubectl get pods report-job\r');
      await game.waitFor(/report-job +1\/1 +Running/);
      game.type('\u001bOQ');
      await game.waitFor('? keys');
      game.type('\r');
      await game.waitFor('The reference solution');

      game.type('q');
      await game.waitFor('d why it broke');
      game.type('d');
      await game.waitFor('What you saw');
      game.type('q');
      await game.waitFor('q quit');
      game.type('\r');
      await game.waitFor('You are done when');
      game.type('\r');
      await game.waitFor(/(^|│)~ \$/m);
      expect(game.screen).not.toContain('patched');
      game.type('\u001bOQ');
      await game.waitFor('hints 0 of 3 read');
      game.type('q');
      await game.waitFor('being played');
      game.type('q');
      await game.waitFor('Quit the game and this level?');
      game.type('y');
      expect((await game.ended).exitCode).toBe(0);
    } finally {
      game.close();
    }
  }, 120_000);

test('level 25 is played as lines of text, with the shell in another terminal', async () => {
  const home = newHome();
  const game = new RunningCommand(['play', '--plain'], home, { K8SQUEST_KUBECTL: kubectl });
  await game.waitFor('25 NetworkPolicy Too Restrictive, 250 XP');
  game.say('start 25');
  const [, kubeconfig] = /export KUBECONFIG=(\S+)/.exec(await game.waitFor(/export KUBECONFIG=\S+\n/))!;
  await game.waitFor('not yet: The frontend gets an answer from the API; expected');
  game.say('hint');
  await game.waitFor('Hint 1: ');
  expect(game.stdout).not.toContain('# exits');
  const { stdout } = await runShell(repair.replace('kubectl', kubectl), { KUBECONFIG: kubeconfig! });
  expect(stdout).toContain('backend-network-policy patched');
  await game.waitFor('met: The frontend gets an answer from the API');
  await game.waitFor(/Passed in \d+s, with 250 XP\.\n/);
  game.say('debrief');
  await game.waitFor('\nWhat you saw\n');
  expect(savedXp(home)).toBe(250);
  game.say('quit');
  expect((await game.ended).exitCode).toBe(0);
}, 120_000);
