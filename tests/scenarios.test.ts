// Stories of something going wrong (or right), told with real kubectl: the simulated cluster must print what a real one printed.
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunningCluster } from './scenarios/running-cluster.ts';
import { readScenario, type Scenario } from './scenarios/scenario.ts';
import { playScenario, waitForNamespaces } from './scenarios/scenario-player.ts';

/** Kinds that the simulated cluster doesn't serve yet: custom resources, roles. */
const notYet = ['crd', 'rbac', 'rbac-inside'];
/** Whether an old pod is still on the node while it is drained is chance. */
const byChance = ['drain'];

const folder = 'tests/recordings/scenarios';
const asked = process.env['K8SQUEST_SCENARIOS'];
const all = readdirSync(folder).map((file) => basename(file, '.scenario'));
/** K8SQUEST_SCENARIOS plays some: names with commas between. */
const names = asked?.split(',') ?? all.filter((name) => ![...notYet, ...byChance].includes(name));
const scenarios = names.map((name) => readScenario(`${folder}/${name}.scenario`));
let cluster: RunningCluster | undefined;

beforeAll(async () => {
  cluster = await RunningCluster.start();
}, 60_000);

afterAll(() => cluster?.stop());

async function isPlayedAsRecorded(scenario: Scenario): Promise<void> {
  const { equal, compared, problems } = await playScenario(scenario, cluster as RunningCluster);
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
  test.for(alone)('%s prints what a real cluster prints', { timeout: timeoutMs }, async ([, scenario]) => {
    await waitForNamespaces(names, cluster as RunningCluster);
    await isPlayedAsRecorded(scenario);
  });
});
