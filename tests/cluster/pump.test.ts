// Time that goes with the host's: who waits for it is woken in time, however late the host is.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SimulatedCluster } from '../../src/cluster/simulated.ts';

test('a look once a second stays one once a second of the cluster, on a host that comes late', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'k8squest-pump.'));
  const cluster = new SimulatedCluster({ kubeconfig: join(folder, 'kubeconfig'), seed: 1, fixedStartMs: Date.UTC(2026, 0, 15) });
  await cluster.open();
  try {
    const looks: number[] = [];
    await cluster.atSpeed(50, async () => {
      while (looks.length < 20) {
        await new Promise<void>((resolve) => cluster.clock.after(1000, resolve));
        looks.push(cluster.clock.now());
        blockHost(60); // three seconds of the cluster
      }
    });
    const gaps = looks.slice(1).map((at, index) => at - looks[index]!);
    expect(Math.max(...gaps)).toBeLessThan(1500);
  } finally {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

function blockHost(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
