// Level 25 played through in a pseudo-terminal on a cluster that the game did not make, and on one that a stand-in for kind hands out.
// K8SQUEST_TEST_CONTEXT and $KUBECONFIG name a real one; without them it is a simulated one that the game knows only by its kubeconfig.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dumpCluster } from '../scripts/dump-cluster.ts';
import { kubeconfigFiles } from '../src/cluster/context-kubeconfig.ts';
import { type ForeignCluster, openForeignCluster } from './cluster/foreign-cluster.ts';
import { kubectlForTests } from './kubectl.ts';
import { launcher, playerEnvironment, TerminalDriver, temporaryHome } from './tui/terminal-driver.ts';

const realContext = process.env['K8SQUEST_TEST_CONTEXT'];
const context = realContext ?? 'k8squest';
const repair = `kubectl patch networkpolicy backend-network-policy --type=json -p '[{"op":"replace","path":"/spec/ingress/0/from/0/podSelector/matchLabels/app","value":"frontend"}]'`;
let kubectl: string;
let foreign: ForeignCluster | undefined;
let kubeconfig: string;

beforeAll(async () => {
  kubectl = await kubectlForTests();
  if (realContext) kubeconfig = kubeconfigFiles()[0]!;
  else {
    foreign = await openForeignCluster();
    ({ kubeconfig } = foreign);
  }
}, 60_000);
afterAll(async () => {
  await foreign?.close();
});

async function playThrough(words: readonly string[], home: string, environment: Readonly<Record<string, string>>): Promise<void> {
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
  } finally {
    game.close();
  }
  const save = JSON.parse(readFileSync(join(home, 'data/save.json'), 'utf8')) as { levels: Record<string, { xp: number }> };
  expect(save.levels['25-networkpolicy-too-restrictive']?.xp).toBe(250);
}

/** A cluster in this process must be able to answer it. */
async function command(words: readonly string[], home: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [launcher, ...words], { env: playerEnvironment(home, environment) });
  return stdout;
}

async function untilClusterIs(before: string): Promise<void> {
  await expect.poll(() => dumpCluster(context, [kubeconfig]), { timeout: 60_000, interval: 1000 }).toBe(before);
}

test('on a context that was allowed; afterwards the cluster and the kubeconfig are what they were', async () => {
  const { home, remove } = temporaryHome();
  try {
    const environment = { K8SQUEST_KUBECTL: kubectl, KUBECONFIG: kubeconfig };
    const [before, file] = [await dumpCluster(context, [kubeconfig]), readFileSync(kubeconfig, 'utf8')];
    await command(['allow', context, '--yes'], home, environment);
    await playThrough(['--context', context], home, environment);
    await untilClusterIs(before);
    expect(readFileSync(kubeconfig, 'utf8')).toBe(file);
  } finally {
    remove();
  }
}, 300_000);

test('on the cluster that kind hands out', async () => {
  const { home, remove } = temporaryHome();
  try {
    const kindHome = join(home, 'kind-home');
    mkdirSync(join(kindHome, 'clusters'), { recursive: true });
    const handedOut = join(home, 'kind-kubeconfig');
    const text = readFileSync(kubeconfig, 'utf8');
    writeFileSync(
      handedOut,
      realContext
        ? text
        : text
            .replace(/^current-context: .*$/m, 'current-context: kind-k8squest')
            .replace(/(contexts:\n- name: )k8squest/, '$1kind-k8squest'),
    );
    const environment = {
      K8SQUEST_KUBECTL: kubectl,
      K8SQUEST_KIND: resolve('tests/cluster/stand-in-kind.sh'),
      KIND_HOME: kindHome,
      KIND_KUBECONFIG: handedOut,
      KIND_FAILS: '',
    };
    const before = await dumpCluster(context, [kubeconfig]);
    await playThrough(['--cluster', 'kind', '--yes'], home, environment);
    await untilClusterIs(before);
    const said = await command(['reset', '--cluster', 'kind'], home, environment);
    expect(said).toContain('The kind cluster k8squest is deleted.');
  } finally {
    remove();
  }
}, 300_000);
