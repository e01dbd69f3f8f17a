// The examples of docs/objectives.md are true: unmet before, met after; and the page is what is generated.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { expect, onTestFinished, test } from 'vitest';
import { parseManifest } from '../../src/apimachinery/manifest.ts';
import { scaffoldFiles } from '../../src/authoring/scaffold.ts';
import { SimulatedCluster } from '../../src/cluster/simulated.ts';
import { Judge } from '../../src/game/judge.ts';
import { type Level, missionSchema } from '../../src/game/level.ts';
import { objectiveTypes } from '../../src/game/objective-types.ts';
import { sceneOf } from '../../src/game/session.ts';
import type { KubernetesObject } from '../../src/simulator/client.ts';
import { type ObjectiveExample, objectiveExamples } from './objective-examples.ts';

const sample = scaffoldFiles({ title: 'Example', xp: 10, difficulty: 'beginner', minutes: 1 }, '');

/** The sample level with this one objective, and a guard that holds all the while. */
function levelWith({ goal, besides }: ObjectiveExample): Level {
  const mission = missionSchema.parse({
    ...(load(sample['mission.yaml']!) as object),
    objectives: [{ id: 'an-example', title: 'What the player reads', ...(load(goal) as object) }],
    guards: [{ id: 'service-stays', exists: ['service/greeter'] }],
  });
  return {
    id: '01-example',
    number: 1,
    world: { id: '1-examples', number: 1, title: 'Examples', summary: '' },
    folder: '',
    mission,
    ageMs: 120_000,
    setup: [],
    broken: [...objectsOf(sample['broken.yaml']!), ...objectsOf(besides ?? '')],
    images: [],
    hints: [],
    debrief: '',
    solutions: [],
    mistakes: [],
  };
}

function objectsOf(text: string): KubernetesObject[] {
  return (parseManifest(text) as unknown as KubernetesObject[]).map((object) => ({
    ...object,
    metadata: { namespace: 'k8squest', ...object.metadata },
  }));
}

test('every type of objective has an example of that type', () => {
  expect(Object.keys(objectiveExamples)).toEqual(Object.keys(objectiveTypes));
  for (const [type, { goal }] of Object.entries(objectiveExamples)) expect(Object.keys(load(goal) as object)).toEqual([type]);
});

test.each(Object.entries(objectiveExamples))(
  'the example of %s is unmet before and met after',
  { timeout: 30_000 },
  async (_type, example) => {
    const folder = mkdtempSync(join(tmpdir(), 'k8squest-example-'));
    const level = levelWith(example);
    const cluster = new SimulatedCluster({ kubeconfig: join(folder, 'kubeconfig'), seed: 5, fixedStartMs: Date.UTC(2026, 0, 15) });
    const judge = new Judge({ level, api: cluster.api, clock: cluster.clock });
    onTestFinished(async () => {
      judge.stop();
      await cluster.close();
      rmSync(folder, { recursive: true });
    });
    await cluster.stage(sceneOf(level));
    for (const object of objectsOf(example.harm ?? '')) await cluster.api.apply(object);
    judge.start();
    const outcome = () => judge.states[0]!.verdict?.outcome;

    await cluster.drive(cluster.clock.now() + 60_000, () => outcome() !== undefined);
    expect(outcome()).toBe('unmet');
    expect(await cluster.drive(cluster.clock.now() + 120_000, () => judge.hasPassed)).toBe(false);

    if ('apply' in example.repair) for (const object of objectsOf(example.repair.apply)) await cluster.api.apply(object);
    else {
      const [, name] = example.repair.delete.split('/');
      await cluster.api.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'k8squest', name: name! });
    }
    expect(await cluster.drive(cluster.clock.now() + 300_000, () => judge.hasPassed)).toBe(true);
  },
);

test('docs/objectives.md is what `npm run generate` writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'k8squest-generate-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  execFileSync(process.execPath, [resolve('scripts/generate/objectives.mjs')], { cwd: folder });
  expect(readFileSync(join(folder, 'docs/objectives.md'), 'utf8')).toBe(readFileSync('docs/objectives.md', 'utf8'));
});
