import { expect, test } from 'vitest';
import { type Proof, proveLevel } from '../../src/authoring/proof.ts';
import type { Level } from '../../src/game/level.ts';
import { loadLevels } from '../../src/game/load-levels.ts';
import { levelFiles, levelFolder } from '../game/level-folder.ts';
import { kubectlForTests } from '../kubectl.ts';

/** Proves the small level with these files changed; returns the steps that failed. */
async function failures(changes: Readonly<Record<string, string | undefined>>): Promise<string[]> {
  const { root } = levelFolder(changes);
  const { levels, faulty } = loadLevels([root]);
  expect(faulty).toEqual([]);
  const proof: Proof = await proveLevel(levels[0] as Level, { kubectl: await kubectlForTests(), seed: 3 });
  expect(proof.isProved).toBe(proof.steps.every(({ isProved }) => isProved));
  return proof.steps.filter(({ isProved }) => !isProved).map(({ kind, name, detail }) => `${kind} ${name}: ${detail}`);
}

test('a good level is proved', { timeout: 60_000 }, async () => {
  expect(await failures({})).toEqual([]);
});

test('a level that is solved from the start is not', { timeout: 60_000 }, async () => {
  const broken = `${levelFiles['broken.yaml']}---\n${levelFiles['solutions/10-service.yaml']}`;
  expect((await failures({ 'broken.yaml': broken }))[0]).toBe(
    'broken at once and after 10 minutes idle: everything is met, although nothing was repaired',
  );
});

test('a solution that solves nothing fails', { timeout: 60_000 }, async () => {
  const failed = await failures({ 'solutions/20-nothing.sh': 'true\n' });
  expect(failed).toEqual(['solution 20-nothing.sh: not passed within 2 minutes: door-open unmet (there is none)']);
});

test('a mistake that is accepted, or refused by another goal than it names, fails', { timeout: 60_000 }, async () => {
  const failed = await failures({
    'mistakes/accepted.sh': '# refused by: house-stands\nkubectl create service clusterip door --tcp=80\n',
    'mistakes/other-goal.sh': '# refused by: house-stands\ntrue\n',
  });
  expect(failed).toEqual([
    'mistake accepted.sh: it was accepted',
    "mistake other-goal.sh: house-stands doesn't refuse it: door-open unmet (there is none)",
  ]);
});

test('a mistake that names a trial must have been tried', { timeout: 60_000 }, async () => {
  const trial = `  - id: holds-out
    title: It holds out
    triggered: { do: { wait: 5 }, within: 10, expect: { exec: { in: pod/house, command: [cat, /tmp/bolt] } } }
`;
  const failed = await failures({
    'mission.yaml': levelFiles['mission.yaml']!.replace('guards:', `${trial}guards:`),
    'solutions/10-service.yaml': undefined,
    'solutions/10-bolted.sh': 'kubectl create service clusterip door --tcp=80\nkubectl exec house -- sh -c "echo bolted > /tmp/bolt"\n',
    'mistakes/no-bolt.sh': '# refused by: holds-out\nkubectl create service clusterip door --tcp=80\n',
    'mistakes/no-door.sh': '# refused by: holds-out\nkubectl exec house -- sh -c "echo bolted > /tmp/bolt"\n',
  });
  expect(failed).toEqual([
    'mistake no-door.sh: holds-out was never tried on it: door-open unmet (there is none), holds-out unmet (it begins when all else is met)',
  ]);
});

test('a hint whose command doesn’t run, and an early hint that solves the level, fail', { timeout: 60_000 }, async () => {
  const hints = levelFiles['hints.md']!;
  expect((await failures({ 'hints.md': hints.replace('kubectl get pods', 'kubectl get pod nobody') }))[0]).toMatch(
    /^hint commands: hints\.md:\d+: kubectl get pod nobody exits 1, not 0/,
  );
  expect(await failures({ 'hints.md': hints.replace('kubectl get pods', 'kubectl create service clusterip door --tcp=80') })).toEqual([
    'hint commands: hint 1 already solves the level',
  ]);
});

test('a script that fails is shown with what it printed', { timeout: 60_000 }, async () => {
  expect(await failures({ 'solutions/20-typo.sh': 'kubectl creat service\n' })).toEqual([
    expect.stringContaining('the script exits 1: error: unknown command "creat"'),
  ]);
});
