import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatFault } from '../../src/game/level-fault.ts';
import { LevelsFolderError, loadLevels } from '../../src/game/load-levels.ts';
import { levelFiles, levelFolder } from './level-folder.ts';

/** The faults of a level with these changes, without the folder before each. */
function faultsOf(changes: Parameters<typeof levelFolder>[0], alter: (level: string) => void = () => {}): string[] {
  const { root, level } = levelFolder(changes);
  alter(level);
  const { levels, faulty } = loadLevels([root]);
  expect(levels.length + faulty.length).toBe(1);
  return faulty.flatMap(({ faults }) => faults.map((fault) => formatFault(fault).replace(`${level}/`, '')));
}

const mission = levelFiles['mission.yaml']!;

test('a good level loads without a fault', () => {
  expect(faultsOf({})).toEqual([]);
});

test('the folder of one level loads as well', () => {
  const { level } = levelFolder();
  expect(loadLevels([level]).levels.map(({ id, number, world }) => [id, number, world.id])).toEqual([['07-a-closed-door', 7, '1-doors']]);
});

test('levels of several worlds come in the order of their numbers', () => {
  const { root } = levelFolder();
  const other = join(root, '2-more', '10-late');
  mkdirSync(join(other, 'solutions'), { recursive: true });
  for (const [name, text] of Object.entries(levelFiles)) {
    mkdirSync(join(other, name, '..'), { recursive: true });
    writeFileSync(join(other, name), text);
  }
  expect(loadLevels([root]).levels.map(({ number }) => number)).toEqual([7, 10]);
});

test.each([
  [
    'a number as title',
    mission.replace('title: A Closed Door', 'title: 12'),
    "mission.yaml:1:1: title must be the level's title. Example: NetworkPolicy Too Restrictive",
  ],
  [
    'no title',
    mission.replace('title: A Closed Door\n', ''),
    "mission.yaml:1:1: title is missing: it must be the level's title. Example: NetworkPolicy Too Restrictive",
  ],
  ['XP as text', mission.replace('xp: 100', 'xp: lots'), 'mission.yaml:2:1: xp must be a number. Example: 250'],
  ['too much XP', mission.replace('xp: 100', 'xp: 5000'), 'mission.yaml:2:1: xp must be 1000 at most.'],
  [
    'an unknown difficulty',
    mission.replace('beginner', 'easy'),
    'mission.yaml:3:1: difficulty must be beginner, intermediate, advanced or expert.',
  ],
  [
    'an unknown field',
    `${mission}colour: red\n`,
    'mission.yaml:15:1: colour is not known here. Check its spelling: docs/authoring.md lists what may stand there.',
  ],
  [
    'an unknown objective type',
    mission.replace('exists: [service/door]', 'smells: [service/door]'),
    'mission.yaml:11:5: objectives[0].smells is not known here.',
  ],
  [
    'an objective without a type',
    mission.replace('    exists: [service/door]\n', ''),
    'mission.yaml:9:5: objectives[0] must have exactly one type.',
  ],
  [
    'an id twice',
    mission.replace('house-stands', 'door-open'),
    'mission.yaml:13:5: guards[0].id is "door-open" a second time; each needs its own.',
  ],
  ['an unknown kind in a reference', mission.replace('service/door', 'portal/door'), 'mission.yaml:11:'],
  [
    'a guard on an object that isn’t there',
    mission.replace('pod/house', 'pod/castle'),
    'mission.yaml:14:17: guards[0].unchanged[0] names pod/castle, which no manifest of the level has.',
  ],
  ['no YAML', 'title: [', 'mission.yaml:1:'],
  ['a list as mission', '- a\n', 'mission.yaml:1:1: the mission'],
  ['a bad age', `${mission}age: soon\n`, 'mission.yaml:15:1: age must be a duration. Example: 3m'],
  [
    'a bad namespace',
    `${mission}namespaces: [Not_Good]\n`,
    "mission.yaml:15:14: namespaces[0] must be a namespace's name. Example: k8squest",
  ],
])('%s is named with its place', (_what, text, expected) => {
  const faults = faultsOf({ 'mission.yaml': text });
  expect(
    faults.find((fault) => fault.startsWith(expected)),
    faults.join('\n'),
  ).toBeDefined();
});

test('an objective’s target must be a URL', () => {
  const text = mission.replace('exists: [service/door]', 'connect: { from: pod/house, to: door, expect: reached }');
  expect(faultsOf({ 'mission.yaml': text })).toEqual([
    'mission.yaml:11:33: objectives[0].connect.to must be a URL or host:port. Example: http://backend-service:8080/api, or database:5432',
  ]);
});

test.each([
  ['mission.yaml', 'mission.yaml: is missing.'],
  ['broken.yaml', 'broken.yaml: is missing.'],
  ['hints.md', 'hints.md: is missing.'],
  ['debrief.md', 'debrief.md: is missing.'],
  ['solutions/10-service.yaml', 'solutions: holds no solution.'],
])('a level without %s says so', (name, expected) => {
  expect(faultsOf({ [name]: undefined }).some((fault) => fault.startsWith(expected))).toBe(true);
});

test.each([
  [
    'an unknown kind',
    'apiVersion: v1\nkind: Castle\nmetadata: { name: x }\n',
    "broken.yaml:2:1: the simulated cluster doesn't know the kind Castle of v1.",
  ],
  ['no kind', 'apiVersion: v1\nmetadata: { name: x }\n', "broken.yaml:1:1: is no manifest: Object 'Kind' is missing."],
  ['broken YAML in the second document', `${levelFiles['broken.yaml']}---\nkind: [\n`, 'broken.yaml:'],
  [
    'a namespace of others',
    levelFiles['broken.yaml']!.replace('name: house,', 'name: house, namespace: kube-system,'),
    'broken.yaml:3:1: Pod "house" is in the namespace "kube-system", which is not the level\'s.',
  ],
  ['an object without a name', levelFiles['broken.yaml']!.replace('name: house, labels', 'labels'), 'broken.yaml:3:1: a Pod has no name.'],
])('%s in a manifest is named with its place', (_what, text, expected) => {
  const faults = faultsOf({ 'broken.yaml': text });
  expect(
    faults.find((fault) => fault.startsWith(expected)),
    faults.join('\n'),
  ).toBeDefined();
});

test('a YAML bomb in a manifest is refused', () => {
  const bomb = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\na: &a [1]\n${Array.from({ length: 200 }, (_, index) => `b${index}: *a`).join('\n')}\n`;
  expect(faultsOf({ 'broken.yaml': bomb })[0]).toContain('broken.yaml');
});

test('a mistake must say what refuses it, and name one that there is', () => {
  expect(faultsOf({ 'mistakes/delete-house.sh': 'kubectl delete pod house\n' })[0]).toMatch(
    /^mistakes\/delete-house\.sh:1:1: doesn't say what refuses it\./,
  );
  expect(faultsOf({ 'mistakes/delete-house.sh': '# refused by: nobody\n' })[0]).toMatch(
    /names "nobody", which is no objective or guard\. Name one of door-open, house-stands\./,
  );
});

test('a solution that is neither script nor manifest is refused', () => {
  expect(faultsOf({ 'solutions/20-other.txt': 'x' })).toEqual([
    'solutions/20-other.txt: is neither a script nor a manifest. Name it *.sh or *.yaml.',
  ]);
});

test('a link out of the folder is not followed', () => {
  const faults = faultsOf({}, (level) => {
    rmSync(join(level, 'debrief.md'));
    symlinkSync('/etc/passwd', join(level, 'debrief.md'));
  });
  expect(faults).toEqual(["debrief.md: leads out of the level's folder. Put the file itself there instead of the link."]);
});

test('a folder where a file should be is named', () => {
  const faults = faultsOf({}, (level) => {
    rmSync(join(level, 'hints.md'));
    mkdirSync(join(level, 'hints.md'));
  });
  expect(faults).toEqual(['hints.md: is a folder. It must be a text file.']);
});

test('bytes that are no UTF-8, and files too large, are refused', () => {
  expect(faultsOf({ 'debrief.md': new Uint8Array([0xff, 0xfe, 0x41]) })).toEqual(['debrief.md: is not UTF-8 text. Save it as UTF-8.']);
  expect(faultsOf({ 'debrief.md': 'x'.repeat(300_000) })).toEqual(['debrief.md: is larger than 256 KiB. Shorten it, or split the level.']);
});

test('a guard may name the pods of a StatefulSet, as many as it has', () => {
  const tower =
    'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: tower }\nspec:\n  replicas: 2\n  serviceName: door\n' +
    '  selector: { matchLabels: { app: house } }\n  template:\n    metadata: { labels: { app: house } }\n' +
    '    spec: { containers: [{ name: house, image: "busybox:1.36", command: [sleep, "3600"] }] }\n';
  expect(faultsOf({ 'mission.yaml': mission.replace('pod/house', 'pod/tower-1'), 'broken.yaml': tower })).toEqual([]);
  expect(faultsOf({ 'mission.yaml': mission.replace('pod/house', 'pod/tower-2'), 'broken.yaml': tower })).toEqual([
    expect.stringContaining('names pod/tower-2, which no manifest of the level has.'),
  ]);
});

test('escape codes never reach the player', () => {
  const { root } = levelFolder({ 'debrief.md': '# A\u001b[2Jdoor\u0007\n' });
  expect(loadLevels([root]).levels[0]!.debrief).toBe('# A[2Jdoor\n');
});

test('hints: exactly three, none empty, nothing before the first', () => {
  expect(faultsOf({ 'hints.md': '## One\n\nx\n' })).toEqual([
    'hints.md:1:1: has 1 hints. A level has 3: where to look, what to compare, what to change.',
  ]);
  expect(faultsOf({ 'hints.md': 'psst\n## One\n\nx\n## Two\n\n## Three\n\nx\n' })).toEqual([
    'hints.md:1:1: has text before the first hint. Begin each hint with a line "## …".',
    'hints.md:5:1: the hint "Two" is empty. Write what the player should look at.',
  ]);
});

test('a faulty level keeps no other from loading', () => {
  const { root } = levelFolder();
  const bad = join(root, '1-doors', '08-empty');
  mkdirSync(bad);
  const { levels, faulty } = loadLevels([root]);
  expect([levels.map(({ number }) => number), faulty.map(({ number }) => number)]).toEqual([[7], [8]]);
});

test('no folder, and a file instead of one, are errors with a remedy', () => {
  expect(() => loadLevels(['/nowhere/at/all'])).toThrow(LevelsFolderError);
  expect(() => loadLevels(['package.json'])).toThrow('package.json is a file.');
});

test('commands in hints are taken from fenced sh blocks, with the exit code they state', () => {
  const { root } = levelFolder({
    'hints.md':
      '## A\n\n```sh\nkubectl get pods\nkubectl exec x -- false # exits 1\n# a comment\nkubectl apply -f - <<EOF\na: 1\nEOF\n```\n\n## B\n\n```yaml\nnot: run\n```\n\n## C\n\nx\n',
  });
  expect(loadLevels([root]).levels[0]!.hints[0]!.commands).toEqual([
    { command: 'kubectl get pods', exitCode: 0, line: 4 },
    { command: 'kubectl exec x -- false # exits 1', exitCode: 1, line: 5 },
    { command: 'kubectl apply -f - <<EOF\na: 1\nEOF', exitCode: 0, line: 9 },
  ]);
});
