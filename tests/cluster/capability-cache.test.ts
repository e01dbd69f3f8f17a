// A cluster that has only just been made, or is slow, isn't taken for one that can't.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CapabilityQuestion, readCapabilities } from '../../src/cluster/capability-cache.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8squest-capabilities-'));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const node = (isReady: boolean) => ({ spec: {}, status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] } });
const pod = (phase: string) => ({ status: { phase, podIP: '10.0.0.1' } });

/** A cluster of these nodes and pods; whatever is fetched by exec answers until there is a policy. */
function questionOf(nodes: () => readonly object[], pods: () => readonly object[]): CapabilityQuestion {
  let hasPolicy = false;
  const guard = {
    make: async () => {},
    get: async () => pods()[0],
    list: async () => pods(),
    exec: async () => (hasPolicy ? { exitCode: 1, stderr: 'wget: download timed out' } : { exitCode: 0, stderr: '' }),
    apply: async ({ kind }: { kind: string }) => {
      if (kind === 'NetworkPolicy') hasPolicy = true;
    },
  };
  const real = { list: async ({ kind }: { kind: string }) => (kind === 'Node' ? nodes() : []) };
  const remove = async () => {};
  return { folder, cluster: 'c', real, guard, progress: () => {}, remove } as unknown as CapabilityQuestion;
}

async function capabilitiesOf(question: CapabilityQuestion): Promise<string[]> {
  const found = readCapabilities(question);
  await vi.advanceTimersByTimeAsync(300_000);
  return [...(await found)].sort();
}

test('workers that are not ready yet are waited for', async () => {
  let asked = 0;
  const nodes = () => [node(true), node(asked++ > 10)];
  expect(await capabilitiesOf(questionOf(nodes, () => [pod('Running'), pod('Running')]))).toEqual([
    'exec',
    'network-policy',
    'several-nodes',
  ]);
});

test('a cluster of one node is not waited for', async () => {
  let asked = 0;
  const nodes = () => [[node(true)], [node(true), node(true)]][asked++] ?? [];
  expect(await capabilitiesOf(questionOf(nodes, () => [pod('Running'), pod('Running')]))).toEqual(['exec', 'network-policy']);
});

test('pods that do not start in time say nothing for the next time', async () => {
  let phase = 'Pending';
  const question = questionOf(
    () => [node(true), node(true)],
    () => [pod(phase), pod(phase)],
  );
  expect(await capabilitiesOf(question)).toEqual(['several-nodes']);
  expect(readdirSync(folder)).toEqual([]);
  phase = 'Running';
  expect(await capabilitiesOf(question)).toEqual(['exec', 'network-policy', 'several-nodes']);
  expect(readdirSync(folder)).toEqual(['cluster-c.json']);
});
