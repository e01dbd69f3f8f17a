// images.yaml: what the documentation shows is loaded, pulled, run and reached; another tag is not.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SimulatedCluster } from '../../src/cluster/simulated.ts';
import type { Level } from '../../src/game/level.ts';
import { loadLevels } from '../../src/game/load-levels.ts';
import { sceneOf } from '../../src/game/session.ts';
import { levelFolder } from './level-folder.ts';

const images = /`images\.yaml`:\n\n```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/authoring.md', 'utf8'))![1]!;

const pod = (name: string, tag: string, environment = '') => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { restartPolicy: Never, containers: [{ name: orders, image: "ghcr.io/teapot/orders:${tag}"${environment} }] }
`;

test('an image of one’s own runs as it is declared, on a cluster that is staged with the level', async () => {
  const broken = `${pod('house', '1.0', ', env: [{ name: DATABASE_URL, value: db }]')}${pod('unset', '1.1')}${pod('no-such-tag', '2.0')}`;
  const { root } = levelFolder({ 'images.yaml': images, 'broken.yaml': broken });
  const { levels, faulty } = loadLevels([root]);
  expect(faulty).toEqual([]);

  const folder = mkdtempSync(join(tmpdir(), 'k8squest-images-'));
  const cluster = new SimulatedCluster({ kubeconfig: join(folder, 'kubeconfig'), seed: 1, fixedStartMs: Date.UTC(2026, 0, 15) });
  onTestFinished(async () => {
    await cluster.close();
    rmSync(folder, { recursive: true });
  });
  await cluster.stage(sceneOf(levels[0] as Level));
  await cluster.drive(cluster.clock.now() + 30_000);

  const statusOf = async (name: string) => {
    const found = await cluster.api.get({ apiVersion: 'v1', kind: 'Pod', namespace: 'k8squest', name });
    return JSON.stringify((found as { status?: unknown }).status);
  };
  expect(await statusOf('house')).toContain('"phase":"Running"');
  expect(await statusOf('unset')).toContain('"exitCode":3');
  expect(await statusOf('no-such-tag')).toMatch(/ImagePullBackOff|ErrImagePull/);
});

test('a level without images.yaml has none', () => {
  expect(loadLevels([levelFolder().root]).levels[0]!.images).toEqual([]);
});
