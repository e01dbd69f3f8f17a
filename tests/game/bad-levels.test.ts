// Levels that are wrong in one way each, all in one folder: each is named with its place and what to do, none stops the others.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lintLevels } from '../../src/authoring/lint.ts';
import { scaffoldFiles } from '../../src/authoring/scaffold.ts';
import { formatFault } from '../../src/game/level-fault.ts';
import { loadLevels } from '../../src/game/load-levels.ts';

const good = scaffoldFiles({ title: 'A Good Level', xp: 100, difficulty: 'beginner', minutes: 10 }, '../../mission.schema.json');

type Files = Record<string, string | Uint8Array | undefined>;
interface BadLevel {
  /** What is done to the good level. */
  readonly change: (files: Files) => void;
  readonly alter?: (folder: string) => void;
  /** How its fault begins, without the folder. */
  readonly says: string;
}

const replaced =
  (name: string, from: string | RegExp, to: string) =>
  (files: Files): void => {
    const before = files[name] as string;
    files[name] = before.replace(from, to);
    expect(files[name], `${name} has ${from}`).not.toBe(before);
  };
const mission = (from: string | RegExp, to: string, says: string): BadLevel => ({ change: replaced('mission.yaml', from, to), says });
const broken = (from: string | RegExp, to: string, says: string): BadLevel => ({ change: replaced('broken.yaml', from, to), says });
const set = (name: string, content: string | Uint8Array | undefined, says: string): BadLevel => ({
  change: (files) => {
    files[name] = content;
  },
  says,
});
const added = (name: string, text: string, says: string): BadLevel => ({
  change: (files) => {
    files[name] = `${files[name] as string}${text}`;
  },
  says,
});
const linked = (name: string, target: string, says: string): BadLevel => ({
  change: (files) => {
    files[name] = undefined;
  },
  alter: (folder) => symlinkSync(target, join(folder, name)),
  says,
});

const visitorGoal = 'connect: { from: deployment/visitor, to: "http://greeter/", expect: reached, body: Welcome }';
const goal = (text: string, says: string) => mission(visitorGoal, text, says);
const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
const laughs = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefgh'
  .split('')
  .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`)
  .join('\n')}\n`;
const utf16 = new Uint8Array(Buffer.from(`\ufeff${good['mission.yaml']}`, 'utf16le'));

const badLevels: Readonly<Record<string, BadLevel>> = {
  // The mission's schema.
  'title as a number': mission(/title: .*/, 'title: 12', "mission.yaml:2:1: title must be the level's title. Example:"),
  'title missing': mission(/title: .*\n/, '', 'mission.yaml:2:1: title is missing'),
  'title empty': mission(/title: .*/, 'title: ""', 'mission.yaml:2:1: title must be'),
  'xp as text': mission('xp: 100', 'xp: many', 'mission.yaml:3:1: xp must be a number. Example: 250'),
  'xp too high': mission('xp: 100', 'xp: 1001', 'mission.yaml:3:1: xp must be 1000 at most.'),
  'xp too low': mission('xp: 100', 'xp: 1', 'mission.yaml:3:1: xp must be 10 at least.'),
  'xp in parts': mission('xp: 100', 'xp: 99.5', 'mission.yaml:3:1: xp must be a whole number.'),
  'xp that is no number at all': mission('xp: 100', 'xp: .nan', 'mission.yaml:3:1: xp must be'),
  'difficulty unknown': mission('beginner', 'brutal', 'mission.yaml:4:1: difficulty must be beginner, intermediate, advanced or expert.'),
  'minutes none': mission('minutes: 10', 'minutes: 0', 'mission.yaml:5:1: minutes must be 1 at least.'),
  'minutes a day': mission('minutes: 10', 'minutes: 1440', 'mission.yaml:5:1: minutes must be 120 at most.'),
  'concepts none': mission(/concepts: .*/, 'concepts: []', 'mission.yaml:6:1: concepts must name at least one.'),
  'concepts no list': mission(/concepts: .*/, 'concepts: Service', 'mission.yaml:6:1: concepts must be a list of terms.'),
  'briefing as a list': mission(/briefing: \|\n( .*\n|\n)*/, 'briefing: [a]\n', 'mission.yaml:7:1: briefing must be a text.'),
  'namespace in capitals': added('mission.yaml', 'namespaces: [Shop]\n', "mission.yaml:24:14: namespaces[0] must be a namespace's name."),
  'namespaces none': added('mission.yaml', 'namespaces: []\n', 'mission.yaml:24:1: namespaces must name at least one.'),
  'age in words': added('mission.yaml', 'age: a while\n', 'mission.yaml:24:1: age must be a duration. Example: 3m'),
  'capability unknown': added('mission.yaml', 'requires: [magic]\n', 'mission.yaml:24:12: requires[0] must be one of several-nodes'),
  'field unknown': added('mission.yaml', 'colour: red\n', 'mission.yaml:24:1: colour is not known here. Check its spelling'),
  'key __proto__': added('mission.yaml', '__proto__: { xp: 1 }\n', 'mission.yaml:24:1: __proto__ is not known here.'),
  'objectives none': mission(
    /objectives:\n[\s\S]*(?=guards:)/,
    'objectives: []\n',
    'mission.yaml:13:1: objectives must name at least one objective.',
  ),
  'objectives a mapping': mission(
    /objectives:\n[\s\S]*(?=guards:)/,
    'objectives: { a: b }\n',
    'mission.yaml:13:1: objectives must be a list.',
  ),
  'objective without a title': mission(/ {4}title: The visitor is greeted.*\n/, '', 'mission.yaml:14:5: objectives[0].title is missing'),
  'objective with a bad id': mission(
    'id: visitor-greeted',
    'id: Visitor Greeted',
    'mission.yaml:14:5: objectives[0].id must be a name of small letters',
  ),
  'objective without a type': mission(`    ${visitorGoal}\n`, '', 'mission.yaml:14:5: objectives[0] must have exactly one type.'),
  'objective with two types': mission(
    `    ${visitorGoal}\n`,
    `    ${visitorGoal}\n    exists: [pod/a]\n`,
    'mission.yaml:14:5: objectives[0] must have exactly one type.',
  ),
  'objective of an unknown type': goal('smells: [pod/a]', 'mission.yaml:16:5: objectives[0].smells is not known here.'),
  'id twice': mission('id: visitor-stays', 'id: visitor-greeted', 'mission.yaml:21:5: guards[0].id is "visitor-greeted" a second time'),
  'guard that can not hold from the start': mission(
    'unchanged: [deployment/visitor]',
    'endpoints: { service: service/greeter }',
    'mission.yaml:21:5: guards[0] must be of a type that holds from the start',
  ),
  'trials alone': {
    change: (files) => {
      replaced('mission.yaml', visitorGoal, 'triggered: { do: { wait: 5 } }')(files);
      replaced('mission.yaml', / {2}- id: both-pods[\s\S]*$/, '')(files);
    },
    says: 'mission.yaml:13:1: objectives must have one that is not triggered.',
  },
  // Objectives' parameters.
  'connect to no URL': goal(
    'connect: { from: deployment/visitor, to: greeter, expect: reached }',
    'mission.yaml:16:42: objectives[0].connect.to must be a URL or host:port.',
  ),
  'connect from a service': goal(
    'connect: { from: service/greeter, to: "http://greeter/", expect: reached }',
    'mission.yaml:16:16: objectives[0].connect.from must be a pod or what makes pods',
  ),
  'connect expecting luck': goal(
    'connect: { from: deployment/visitor, to: "http://greeter/", expect: luck }',
    'mission.yaml:16:65: objectives[0].connect.expect must be reached, blocked',
  ),
  'connect without expectation': goal(
    'connect: { from: deployment/visitor, to: "http://greeter/" }',
    'mission.yaml:16:5: objectives[0].connect.expect is missing',
  ),
  'exec of a text': goal(
    'exec: { in: deployment/visitor, command: "cat /etc/hostname" }',
    'mission.yaml:16:37: objectives[0].exec.command must be a list of words.',
  ),
  'exec with a wild exit code': goal(
    'exec: { in: deployment/visitor, command: [a], exitCode: 256 }',
    'mission.yaml:16:51: objectives[0].exec.exitCode ',
  ),
  'unchanged of an unknown kind': mission(
    '[deployment/visitor]',
    '[castle/visitor]',
    'mission.yaml:23:17: guards[0].unchanged[0] must be an object as kind/name',
  ),
  'unchanged of what is not there': mission(
    '[deployment/visitor]',
    '[deployment/nobody]',
    'mission.yaml:23:17: guards[0].unchanged[0] names deployment/nobody, which no manifest of the level has.',
  ),
  'unchanged of nothing': mission('[deployment/visitor]', '[]', 'mission.yaml:23:5: guards[0].unchanged must name at least one object.'),
  'condition with a true that is no text': goal(
    'condition: { object: deployment/greeter, type: Available, status: true }',
    'mission.yaml:16:63: objectives[0].condition.status must be "True"',
  ),
  'field without a comparison': goal(
    'field: { object: deployment/greeter, path: spec.replicas }',
    'mission.yaml:16:5: objectives[0].field must say what to compare with',
  ),
  'field of two objects': goal(
    'field: { object: deployment/greeter, podsOf: deployment/greeter, path: spec.replicas, equals: 2 }',
    'mission.yaml:16:5: objectives[0].field must have either object or podsOf',
  ),
  'field with a bad path': goal(
    'field: { object: deployment/greeter, path: "spec replicas", equals: 2 }',
    'mission.yaml:16:42: objectives[0].field.path must be a path of fields',
  ),
  'field with a bad quantity': goal(
    'field: { object: deployment/greeter, path: a, atLeast: plenty }',
    'mission.yaml:16:51: objectives[0].field.atLeast must be a number or a quantity.',
  ),
  'endpoints of a pod': goal(
    'endpoints: { service: pod/greeter }',
    'mission.yaml:16:18: objectives[0].endpoints.service must be a service',
  ),
  'logs that say nothing': goal('logs: { of: deployment/visitor }', 'mission.yaml:16:5: objectives[0].logs must say contains or lacks.'),
  'logs of a year': goal(
    'logs: { of: deployment/visitor, contains: [a], withinSeconds: 31536000 }',
    'mission.yaml:16:52: objectives[0].logs.withinSeconds must be 300 at most.',
  ),
  'events with no reason': goal('events: { object: deployment/visitor }', 'mission.yaml:16:5: objectives[0].events.reason is missing'),
  'dns with a blank': goal('dns: { from: deployment/visitor, name: "a b" }', 'mission.yaml:16:38: objectives[0].dns.name must be a name.'),
  'rollout of a pod': goal('rollout: { of: pod/visitor }', 'mission.yaml:16:16: objectives[0].rollout.of must be a workload'),
  'triggered by two': goal(
    'triggered: { do: { wait: 5, delete: deployment/greeter } }',
    'mission.yaml:16:18: objectives[0].triggered.do must be one of',
  ),
  // YAML that means harm.
  'mission of ten million laughs': set('mission.yaml', laughs, 'mission.yaml:'),
  'mission of five thousand brackets': set('mission.yaml', deep, 'mission.yaml:1:'),
  'mission that ends too soon': set('mission.yaml', 'title: [', 'mission.yaml:1:'),
  'mission of two documents': added('mission.yaml', '---\ntitle: Two\n', 'mission.yaml:24:1: is no YAML: holds more than one document.'),
  'mission that is empty': set('mission.yaml', '', 'mission.yaml:1:1: the mission'),
  'mission that is a text': set('mission.yaml', 'hello\n', 'mission.yaml:1:1: the mission'),
  'mission with a key twice': added('mission.yaml', 'xp: 100\n', 'mission.yaml:24:1: is no YAML'),
  'mission with a tag of a program': mission('xp: 100', 'xp: !!js/function "() => 1"', 'mission.yaml:3:5: is no YAML'),
  'mission with an anchor that holds itself': mission('concepts: [', 'concepts: &c [*c, ', 'mission.yaml:6:'),
  'mission indented with tabs': mission(
    '  - id: visitor-greeted',
    '\t- id: visitor-greeted',
    'mission.yaml:14:1: is no YAML: tab characters',
  ),
  // Manifests.
  'manifest of an unknown kind': broken(
    'kind: Service',
    'kind: Sorcery',
    "broken.yaml:26:1: the simulated cluster doesn't know the kind Sorcery of v1. Check",
  ),
  'manifest of an old version': broken(
    'apiVersion: apps/v1',
    'apiVersion: apps/v1beta1',
    "broken.yaml:2:1: the simulated cluster doesn't know the kind Deployment of apps/v1beta1.",
  ),
  'manifest without a kind': broken('kind: Service\n', '', "broken.yaml:24:1: is no manifest: Object 'Kind' is missing"),
  'manifest without a name': broken(
    '  name: greeter\nspec:\n  replicas',
    '  labels: {}\nspec:\n  replicas',
    'broken.yaml:3:1: a Deployment has no name.',
  ),
  'manifest that is a list of words': set('broken.yaml', '- a\n- b\n', 'broken.yaml:1:1: is no manifest'),
  'manifest that is empty': set('broken.yaml', '# nothing\n', 'broken.yaml:1:1: holds no object.'),
  "manifest in somebody else's namespace": broken(
    '  name: visitor\n',
    '  name: visitor\n  namespace: kube-system\n',
    'broken.yaml:41:1: Deployment "visitor" is in the namespace "kube-system", which is not the level\'s. Add it',
  ),
  'manifest of ten million laughs': set('broken.yaml', laughs, 'broken.yaml:'),
  'manifest of five thousand brackets': set('broken.yaml', deep, 'broken.yaml:1:'),
  'manifest that ends too soon': added('broken.yaml', '---\nkind: [\n', 'broken.yaml:'),
  'setup of an unknown kind': set(
    'setup.yaml',
    'apiVersion: v1\nkind: Castle\nmetadata: { name: x }\n',
    "setup.yaml:2:1: the simulated cluster doesn't know the kind Castle",
  ),
  // Images of the level's own.
  'images that are no list': set('images.yaml', 'ref: a\n', 'images.yaml:1:1: the list of images must be a list of images. Example:'),
  'an image without a name': set('images.yaml', '- { tags: ["1"] }\n', 'images.yaml:1:3: [0].ref is missing'),
  'an image in capitals': set('images.yaml', '- ref: ghcr.io/Teapot\n', 'images.yaml:1:3: [0].ref must be the name of an image.'),
  'an image with a number as tag': set('images.yaml', '- ref: a/b\n  tags: [1.0]\n', 'images.yaml:2:10: [0].tags[0] must be a tag.'),
  'an image twice': set(
    'images.yaml',
    '- ref: a/b\n- ref: docker.io/a/b\n',
    'images.yaml:2:3: [1].ref is "docker.io/a/b" a second time. Put',
  ),
  'an image with an unknown field': set('images.yaml', '- { ref: a/b, run: [rm] }\n', 'images.yaml:1:15: [0].run is not known here.'),
  'an image with a port that there is not': set(
    'images.yaml',
    '- { ref: a/b, ports: [99999] }\n',
    'images.yaml:1:23: [0].ports[0] must be 65535 at most.',
  ),
  'a service that is ready one day': set(
    'images.yaml',
    '- ref: a/b\n  bins:\n    /b: { service: { startup: { readyAfter: soon } } }\n',
    'images.yaml:3:33: [0].bins./b.service.startup.readyAfter must be a duration. Example: 200ms',
  ),
  'images of ten million laughs': set('images.yaml', laughs, 'images.yaml:'),
  'an image upon nothing': set(
    'images.yaml',
    '- ref: a/b\n  from: busybox:9.99\n',
    'images.yaml:2:1: there is no image busybox:9.99 to build upon. Check',
  ),
  'an image upon itself': set('images.yaml', '- ref: a/b\n  from: a/b\n', 'images.yaml:2:1: there is no image a/b to build upon. Check'),
  'an image that runs what is not there': set(
    'images.yaml',
    '- ref: a/b\n  bins: { /x: teleport }\n',
    'images.yaml:2:1: the simulator has no program "teleport". Check',
  ),
  // Files.
  'mission missing': set('mission.yaml', undefined, 'mission.yaml: is missing. It holds the title'),
  'broken missing': set('broken.yaml', undefined, 'broken.yaml: is missing. It holds the objects'),
  'hints missing': set('hints.md', undefined, 'hints.md: is missing. It holds three hints'),
  'debrief missing': set('debrief.md', undefined, 'debrief.md: is missing. It tells what happened'),
  'solutions missing': {
    change: (files) => {
      for (const name of Object.keys(files)) if (name.startsWith('solutions/')) delete files[name];
    },
    says: 'solutions: holds no solution. Add',
  },
  'mission of a megabyte': set('mission.yaml', `title: ${'x'.repeat(1_000_000)}\n`, 'mission.yaml: is larger than 256 KiB. Shorten it'),
  'debrief in UTF-16': set('debrief.md', utf16, 'debrief.md: is not UTF-8 text. Save it as UTF-8.'),
  'mission in UTF-16': set('mission.yaml', utf16, 'mission.yaml: is not UTF-8 text. Save it as UTF-8.'),
  'hints in Latin-1': set('hints.md', new Uint8Array(Buffer.from('## Là\n', 'latin1')), 'hints.md: is not UTF-8 text.'),
  'a program as debrief': set('debrief.md', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0xc0, 0x80, 0x00]), 'debrief.md: is not UTF-8 text.'),
  'debrief is a link out': linked('debrief.md', '/etc/passwd', "debrief.md: leads out of the level's folder. Put"),
  'debrief is a link up': linked('debrief.md', '../../../../etc/passwd', "debrief.md: leads out of the level's folder. Put"),
  'debrief is a link to nowhere': linked('debrief.md', './nowhere.md', "debrief.md: leads out of the level's folder. Put"),
  'debrief is a link to itself': linked('debrief.md', 'debrief.md', "debrief.md: leads out of the level's folder. Put"),
  'mission is a link to a device': linked('mission.yaml', '/dev/zero', "mission.yaml: leads out of the level's folder. Put"),
  'debrief is a pipe': {
    change: (files) => {
      files['debrief.md'] = undefined;
    },
    alter: (folder) => execFileSync('mkfifo', [join(folder, 'debrief.md')]),
    says: 'debrief.md: is no ordinary file. It must be a text file.',
  },
  'mission is a folder': {
    change: (files) => {
      files['mission.yaml'] = undefined;
    },
    alter: (folder) => mkdirSync(join(folder, 'mission.yaml')),
    says: 'mission.yaml: is a folder. It must be a text file.',
  },
  'solutions is a file': {
    change: (files) => {
      for (const name of Object.keys(files)) if (name.startsWith('solutions/')) delete files[name];
      files['solutions'] = 'x';
    },
    says: 'solutions: is a file. It must be a folder.',
  },
  'mistakes is a link out': {
    change: (files) => {
      for (const name of Object.keys(files)) if (name.startsWith('mistakes/')) delete files[name];
    },
    alter: (folder) => symlinkSync('/etc', join(folder, 'mistakes')),
    says: "mistakes: leads out of the level's folder. Put the files themselves there",
  },
  'a solution in another language': set(
    'solutions/30-fix.py',
    'print()\n',
    'solutions/30-fix.py: is neither a script nor a manifest. Name it',
  ),
  'a mistake that names nobody': set('mistakes/restart.sh', 'true\n', "mistakes/restart.sh:1:1: doesn't say what refuses it. Begin"),
  'a mistake refused by a stranger': set(
    'mistakes/restart.sh',
    '# refused by: nobody\ntrue\n',
    'mistakes/restart.sh:1:1: names "nobody", which is no objective or guard. Name one of visitor-greeted',
  ),
  'two hints': set('hints.md', '## One\n\nx\n\n## Two\n\nx\n', 'hints.md:1:1: has 2 hints. A level has 3'),
  'a hint without words': set('hints.md', '## One\n\nx\n\n## Two\n\n## Three\n\nx\n', 'hints.md:5:1: the hint "Two" is empty. Write'),
  'words before the first hint': set(
    'hints.md',
    'psst\n\n## One\n\nx\n\n## Two\n\nx\n\n## Three\n\nx\n',
    'hints.md:1:1: has text before the first hint. Begin',
  ),
  // What lint adds.
  'a comment that gives it away': broken(
    '    app: greeting',
    '    app: greeting # wrong',
    'broken.yaml:31:21: a comment says "wrong". Players read',
  ),
  'an early hint that changes': set(
    'hints.md',
    `## One\n\n\`\`\`sh\nkubectl delete pod x\n\`\`\`\n\n## Two\n\nx\n\n## Three\n\nx\n`,
    'hints.md:4:1: hint 1 already changes something: kubectl delete. The first two',
  ),
  'a hint with a word that kubectl lacks': set(
    'hints.md',
    `## One\n\n\`\`\`sh\nkubectl gett pods\n\`\`\`\n\n## Two\n\nx\n\n## Three\n\nx\n`,
    'hints.md:4:1: kubectl has no command "gett". Check',
  ),
  'a name that nobody is told': goal(
    'exists: [configmap/secret-recipe]',
    'mission.yaml:16:1: objectives[0] insists on configmap/secret-recipe, which no manifest has and nobody tells the player. Name it',
  ),
  'two mistakes too few': {
    change: (files) => {
      for (const name of ['mistakes/another-name.sh', 'mistakes/restart.sh']) delete files[name];
    },
    says: '.: has 3 mistakes. Try at least 4',
  },
  'an objective that refuses nothing': mission(
    'guards:',
    '  - id: idle\n    title: The greeter is there\n    exists: [deployment/greeter]\nguards:',
    'mission.yaml:20:1: no mistake is refused by "idle". Add',
  ),
  'a debrief without prevention': {
    change: replaced('debrief.md', '## Preventing it', '## Well'),
    says: 'debrief.md:1:1: no section tells how to prevent it. Add',
  },
  'an incident that claims to be true': {
    change: replaced('debrief.md', 'This one is invented. ', ''),
    says: "debrief.md:31:1: the incident doesn't say that it is invented. Say",
  },
  'a link to nowhere': added('debrief.md', 'See [this](docs).\n', 'debrief.md:42:10: the link docs leads nowhere. Links begin'),
  'a link to a script': added(
    'debrief.md',
    'See [this](javascript:alert).\n',
    'debrief.md:42:10: the link javascript:alert leads nowhere. Links begin',
  ),
  'a wide diagram': added(
    'debrief.md',
    `\n\`\`\`\n${'-'.repeat(90)}\n\`\`\`\n`,
    'debrief.md:44:1: a diagram is 90 columns wide. Keep it to 76',
  ),
  'a long title': mission(/title: .*/, `title: ${'Very '.repeat(12)}Long`, 'mission.yaml:2:1: the title has 64 characters. Use 44 at most'),
  'a long briefing': mission('  Please', `  ${'word '.repeat(200)}\n  Please`, 'mission.yaml:7:1: the briefing has '),
  'a character of unsteady width': mission(
    'wants to be greeted',
    'wants 👩‍🚀 to be greeted',
    'mission.yaml:10:23: has a character whose width terminals disagree about. Use',
  ),
};

/** Faults that have no place in a text: what is wrong is the file itself. */
const ofWholeFiles = /: (is (missing|larger|not UTF-8|no ordinary|a folder|a file|neither)|leads out|holds no solution|has \d mistakes)/;

let root = '';
let faultsByLevel: ReadonlyMap<string, readonly string[]>;
const names = Object.keys(badLevels);
const folderOf = (index: number) => `${index + 10}-bad`;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'k8squest-bad-levels-'));
  write('1-world/01-good', { ...good });
  for (const [index, name] of names.entries()) {
    const { change, alter } = badLevels[name]!;
    const files: Files = { ...good };
    change(files);
    const folder = write(`1-world/${folderOf(index)}`, files);
    alter?.(folder);
  }
  const all = lintLevels([root]).faults;
  const inFolder = (folder: string) => all.filter(({ file }) => file.startsWith(`${folder}/`) || file === folder);
  faultsByLevel = new Map(
    ['01-good', ...names.map((_, index) => folderOf(index))].map((id) => {
      const folder = join(root, '1-world', id);
      return [id, inFolder(folder).map((fault) => formatFault(fault).replace(`${folder}/`, '').replace(folder, '.'))];
    }),
  );
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, files: Files): string {
  const folder = join(root, path);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

test('there are sixty and more, and the good level among them is loaded and clean', () => {
  expect(names.length).toBeGreaterThan(60);
  expect(faultsByLevel.get('01-good')).toEqual([]);
  const { levels, faulty } = loadLevels([root]);
  expect(levels.map(({ id }) => id)).toContain('01-good');
  expect(levels.length + faulty.length).toBe(names.length + 1);
});

test.each(names.map((name, index) => [name, index] as const))('%s', (name, index) => {
  const faults = faultsByLevel.get(folderOf(index))!;
  expect(faults.find((fault) => fault.startsWith(badLevels[name]!.says)) ?? faults.join('\n')).toContain(badLevels[name]!.says);
  for (const fault of faults) expect(fault).toMatch(ofWholeFiles.test(fault) ? ofWholeFiles : /^[\w./-]+:\d+:\d+: /);
});
