// Stories of something going wrong (or right), told with real kubectl: the simulated cluster must print what a real one printed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKubectl } from '../src/cluster/kubectl.ts';
import { readScenario, type Scenario } from './scenarios/scenario.ts';
import { playScenario, type Stage } from './scenarios/scenario-player.ts';

/** Which are played. K8SQUEST_SCENARIOS, names with commas between, plays others. */
const played = ['labels', 'level-25', 'policy-blocks', 'policy-deny', 'policy-egress', 'server-side-apply', 'target-port'];

const names = process.env['K8SQUEST_SCENARIOS']?.split(',') ?? played;
const scenarios = names.map((name) => readScenario(`tests/recordings/scenarios/${name}.scenario`));
const folder = mkdtempSync(join(tmpdir(), 'k8squest-scenarios.'));
const kubeconfig = join(folder, 'kubeconfig');
let cluster: ChildProcess;
let stage: Stage;

beforeAll(async () => {
  const search = await findKubectl({ cacheFolder: join(tmpdir(), 'k8squest-test-kubectl'), cloneFirst: true });
  if (!search.kubectl) throw new Error(search.problem);
  cluster = spawn(process.execPath, ['bin/k8squest.mjs', 'cluster', '--kubeconfig', kubeconfig], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([once(cluster.stdout!, 'data'), once(cluster, 'exit')]);
  if (!existsSync(kubeconfig)) throw new Error('k8squest cluster did not start');
  stage = { kubectl: search.kubectl.path, kubeconfig };
}, 60_000);

afterAll(async () => {
  if (cluster?.exitCode === null) {
    cluster.kill('SIGTERM');
    await once(cluster, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

async function isPlayedAsRecorded(scenario: Scenario): Promise<void> {
  const { equal, compared, problems } = await playScenario(scenario, stage);
  expect(problems, `${equal} of ${compared} steps equal`).toEqual([]);
}

const timeoutMs = 300_000;
const named = (isSerial: boolean) =>
  scenarios.filter((scenario) => scenario.isSerial === isSerial).map((scenario): [string, Scenario] => [scenario.name, scenario]);

describe.concurrent('side by side', () => {
  test.for(named(false))('%s prints what a real cluster prints', { timeout: timeoutMs }, ([, scenario]) => isPlayedAsRecorded(scenario));
});

const alone = named(true);
describe.skipIf(alone.length === 0)('alone on the cluster', () => {
  test.for(alone)('%s prints what a real cluster prints', { timeout: timeoutMs }, ([, scenario]) => isPlayedAsRecorded(scenario));
});
