// Every level that ships is proved: the same as `k8squest test`.
import { beforeAll, expect, test } from 'vitest';
import { lintLevels } from '../src/authoring/lint.ts';
import type { Proof } from '../src/authoring/proof.ts';
import { proveLevels } from '../src/authoring/prove-levels.ts';
import { formatFault } from '../src/game/level-fault.ts';
import { loadLevels } from '../src/game/load-levels.ts';
import { kubectlForTests } from './kubectl.ts';

const { levels } = loadLevels(['levels']);
const seed = 1;
let proofs: readonly Proof[] = [];

beforeAll(async () => {
  proofs = await proveLevels(levels, { kubectl: await kubectlForTests(), seed, trace: false });
}, 600_000);

test('the levels lint clean', () => {
  expect(lintLevels(['levels']).faults.map(formatFault)).toEqual([]);
});

test.each(levels.map(({ number, mission, id }) => [number, mission.title, id] as const))(
  'level %i, %s, is proved',
  (number, _title, id) => {
    const proof = proofs.find(({ level }) => level === id)!;
    const open = proof.steps.filter(({ isProved }) => !isProved).map(({ kind, name, detail }) => `${kind} ${name}: ${detail}`);
    expect(open, `seed ${seed}; to see it: k8squest test ${number} --trace`).toEqual([]);
  },
);
