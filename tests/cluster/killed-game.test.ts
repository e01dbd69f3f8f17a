// A game that is killed, at whatever moment: the next one removes all that it left. K8SQUEST_TEST_KILLS says how often it is tried.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningCommand } from '../cli/run-command.ts';
import { kubectlForTests } from '../kubectl.ts';
import { pause, temporaryHome } from '../tui/terminal-driver.ts';
import { type ForeignCluster, lastingChanges, openForeignCluster, realContext } from './foreign-cluster.ts';
import { gamePrints } from './play-level-25.ts';

const kills = Number(process.env['K8SQUEST_TEST_KILLS'] ?? (realContext === undefined ? 3 : 50));
/** How long after its level is there a game is told to quit, and how long after that it may still be killed. */
const playedMs = 3000;
const quittingMs = 1000;
/** A first start on a busy machine says little about the later ones. */
const lifeMsMax = 25_000;
let foreign: ForeignCluster;
let before: string;
let player: ReturnType<typeof temporaryHome>;
let environment: Record<string, string>;
/** How long a game lives until it is told to quit, with and without trying what the cluster can. */
const lives = new Map<boolean, number>();

beforeAll(async () => {
  foreign = await openForeignCluster();
  environment = { KUBECONFIG: foreign.kubeconfig, K8SQUEST_KUBECTL: await kubectlForTests() };
  player = temporaryHome();
  await gamePrints(['allow', foreign.context, '--yes'], player.home, environment);
  before = await foreign.dump();
}, 60_000);
afterAll(async () => {
  player?.remove();
  await foreign?.close();
}, 60_000);

function play(...words: string[]): RunningCommand {
  return new RunningCommand(['play', ...words, '--plain', '--context', foreign.context], player.home, environment);
}

/** Begins level 25 and is killed: the first time when the level is there, then at random moments. */
async function killOne(isTried: boolean): Promise<void> {
  const begun = Date.now();
  const victim = play('25');
  const life = lives.get(isTried);
  if (life === undefined) {
    await victim.waitFor('export KUBECONFIG=', 120_000);
    await pause(playedMs);
    lives.set(isTried, Math.min(lifeMsMax, Date.now() - begun));
  } else {
    const moment = Math.random() * (life + quittingMs);
    await pause(Math.min(moment, life));
    if (moment > life) victim.say('quit');
    await pause(Math.max(0, moment - life));
  }
  victim.signal('SIGKILL');
  const { stdout, stderr } = await victim.ended;
  console.log(`killed after ${Date.now() - begun} ms: ${`${stderr}\n${stdout}`.trim().split('\n').at(-1)}`);
}

test.each(Array.from({ length: kills }, (_, index) => index))(
  'kill %i: the next game removes what is left',
  async (index) => {
    // A game that tries what the cluster can has one more namespace to leave behind.
    const isTried = index % 3 === 0;
    if (isTried) rmSync(join(player.home, 'cache'), { recursive: true, force: true });
    await killOne(isTried);
    const next = play();
    await next.waitFor('Type "start"', 120_000);
    next.say('quit');
    expect((await next.ended).exitCode).toBe(0);
    expect(await lastingChanges(foreign, before)).toEqual([]);
  },
  300_000,
);

test('in the end nothing is remembered of them', async () => {
  const last = play();
  await last.waitFor('Type "start"', 120_000);
  last.say('quit');
  await last.ended;
  expect(readdirSync(join(player.home, 'data/namespaces'))).toEqual([]);
  expect(readdirSync(join(player.home, 'state/run'))).toEqual([]);
});
