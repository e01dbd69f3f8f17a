// Level 25 played through in a pseudo-terminal on a cluster that the game did not make, and on one that a stand-in for kind hands out.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { kubeconfigOf, readContext } from '../src/cluster/context-kubeconfig.ts';
import { type ForeignCluster, lastingChanges, openForeignCluster } from './cluster/foreign-cluster.ts';
import { gamePrints, playLevel25 } from './cluster/play-level-25.ts';
import { kubectlForTests } from './kubectl.ts';
import { temporaryHome } from './tui/terminal-driver.ts';

let kubectl: string;
let foreign: ForeignCluster;
let before: string;
let player: ReturnType<typeof temporaryHome>;

beforeAll(async () => {
  kubectl = await kubectlForTests();
  foreign = await openForeignCluster();
}, 60_000);
afterAll(async () => {
  await foreign?.close();
}, 60_000);
beforeEach(async () => {
  player = temporaryHome();
  before = await foreign.dump();
});
afterEach(() => player.remove());

test('on a context that was allowed; afterwards the cluster and the kubeconfig are what they were', async () => {
  const { context, kubeconfig } = foreign;
  const environment = { K8SQUEST_KUBECTL: kubectl, KUBECONFIG: kubeconfig };
  const file = readFileSync(kubeconfig, 'utf8');
  await gamePrints(['allow', context, '--yes'], player.home, environment);
  await playLevel25(['--context', context], player.home, environment);
  expect(await lastingChanges(foreign, before)).toEqual([]);
  expect(readFileSync(kubeconfig, 'utf8')).toBe(file);
}, 300_000);

test('on the cluster that kind hands out', async () => {
  const { home } = player;
  const kindHome = join(home, 'kind-home');
  mkdirSync(join(kindHome, 'clusters'), { recursive: true });
  const handedOut = join(home, 'kind-kubeconfig');
  writeFileSync(handedOut, kubeconfigOf({ ...readContext(foreign.context, [foreign.kubeconfig]), name: 'kind-k8squest' }, 'default'));
  const environment = {
    K8SQUEST_KUBECTL: kubectl,
    K8SQUEST_KIND: resolve('tests/cluster/stand-in-kind.sh'),
    KIND_HOME: kindHome,
    KIND_KUBECONFIG: handedOut,
    KIND_FAILS: '',
  };
  await playLevel25(['--cluster', 'kind', '--yes'], home, environment);
  expect(await lastingChanges(foreign, before)).toEqual([]);
  const said = await gamePrints(['reset', '--cluster', 'kind'], home, environment);
  expect(said).toContain('The kind cluster k8squest is deleted.');
}, 300_000);
