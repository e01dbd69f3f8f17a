// What each command says to bad input: the right exit code, where it is, what to do; and nothing is changed.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { pause, TerminalDriver } from '../tui/terminal-driver.ts';
import { fakeKubectl, levelsWith, newFolder, newHome, RunningCommand, runCommand } from './run-command.ts';

// The machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Nothing of a game: no save, no run folder. */
function expectUntouched(home: string): void {
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /save\.json|run\/\d/.test(file))).toEqual([]);
}

/** Plays on a screen until it ends. */
async function playOnScreen(words: readonly string[], home: string): Promise<{ exitCode: number; text: string }> {
  const game = new TerminalDriver(['play', ...words], home);
  const { exitCode } = await game.ended;
  await pause(50);
  const text = game.transcript.replaceAll('\n', ' ');
  expect(game.isOnAlternateScreen).toBe(false);
  game.close();
  return { exitCode, text };
}

describe('a levels folder', () => {
  const commands = (folder: string) => [
    ['play', '--plain', '--levels', folder],
    ['lint', folder],
    ['test', '--levels', folder],
    ['check', '--levels', folder],
    ['check', '25', '--levels', folder],
    ['levels', '--levels', folder],
    ['cluster', '--levels', folder, '25'],
  ];

  test('that is not there ends every command with 2', async () => {
    const home = newHome();
    for (const words of commands(join(home, 'nowhere'))) {
      const { exitCode, stderr } = await runCommand(words, home);
      expect(stderr, words.join(' ')).toContain(`there is no folder ${join(home, 'nowhere')}. Name a folder of levels`);
      expect(exitCode, words.join(' ')).toBe(2);
    }
    expectUntouched(home);
  });

  test('that is a file ends every command with 2', async () => {
    const home = newHome();
    const file = join(home, 'levels.txt');
    writeFileSync(file, 'levels');
    for (const words of commands(file)) {
      const { exitCode, stderr } = await runCommand(words, home);
      expect(stderr, words.join(' ')).toContain(`${file} is a file. Levels are folders`);
      expect(exitCode, words.join(' ')).toBe(2);
    }
    expect(readFileSync(file, 'utf8')).toBe('levels');
    expectUntouched(home);
  });

  test('that is not there ends the game on the screen too', async () => {
    const home = newHome();
    const { exitCode, text } = await playOnScreen(['--levels', join(home, 'nowhere')], home);
    expect(text).toMatch(/there is no folder \S+nowhere\. Name a folder of levels/);
    expect(exitCode).toBe(2);
    expectUntouched(home);
  });
});

const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefgh'
  .split('')
  .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`)
  .join('\n')}\n`;

const faults: Readonly<Record<string, { readonly change: (level: string) => void; readonly says: RegExp }>> = {
  'a YAML bomb': {
    change: (level) => writeFileSync(join(level, 'mission.yaml'), bomb),
    says: /901-copy\/mission\.yaml:\d+:\d+: .*alias/i,
  },
  'a symlink out of its folder': {
    change(level) {
      rmSync(join(level, 'hints.md'));
      symlinkSync('/etc/passwd', join(level, 'hints.md'));
    },
    says: /901-copy\/hints\.md: leads out of the level's folder\. Put the file itself there/,
  },
  'a folder where a file should be': {
    change(level) {
      rmSync(join(level, 'broken.yaml'));
      mkdirSync(join(level, 'broken.yaml'));
    },
    says: /901-copy\/broken\.yaml: is a folder\. It must be a text file/,
  },
  'an objective type that does not exist': {
    change: (level) => edit(join(level, 'mission.yaml'), (text) => text.replace(/^(\s+)connect:/m, '$1telepathy:')),
    says: /901-copy\/mission\.yaml:\d+:\d+: objectives\[0\]/,
  },
  'a kind that does not exist': {
    change: (level) => edit(join(level, 'broken.yaml'), (text) => text.replace(/^kind: Service$/m, 'kind: Sorcery')),
    says: /901-copy\/broken\.yaml:\d+:\d+: .*Sorcery/,
  },
};

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
}

describe('a level with', () => {
  test.each(Object.keys(faults))(
    '%s is faulty on the map, and lint, test and check say where',
    async (name) => {
      const { change, says } = faults[name]!;
      const home = newHome();
      const levels = levelsWith(change);

      const game = new RunningCommand(['play', '--plain', '--levels', levels], home);
      await game.waitFor(/901 901-copy, faulty: /);
      expect(game.stdout).toMatch(says);
      expect(game.stdout).toMatch(/25 NetworkPolicy Too Restrictive, 250 XP/);
      game.say('start 901');
      await game.waitFor("This level can't be played here");
      game.say('start 25');
      await game.waitFor('Level 25, NetworkPolicy Too Restrictive, is being started.');
      game.endInput();
      expect((await game.ended).exitCode).toBe(0);

      const lint = await runCommand(['lint', levels], home);
      expect(lint.stdout).toMatch(says);
      expect(lint.exitCode).toBe(1);
      const proof = await runCommand(['test', '901', '--levels', levels], home);
      expect(proof.stdout + proof.stderr).toMatch(says);
      expect(proof.exitCode).toBe(1);
      const check = await runCommand(['check', '901', '--levels', levels], home);
      expect(check.stderr).toMatch(says);
      expect(check.exitCode).toBe(2);
    },
    60_000,
  );

  test('a fault keeps the others of its folder playable on the screen', async () => {
    const home = newHome();
    const levels = levelsWith(faults['a kind that does not exist']!.change);
    cpSync('levels/3-networking/25-networkpolicy-too-restrictive', join(levels, '9-workshop', '902-copy'), { recursive: true });
    const game = new TerminalDriver(['play', '901', '--levels', levels], home);
    await game.waitFor(/901 {2}901-copy[\s\S]*! faulty[\s\S]*Sorcery/);
    game.type('\u001b[C');
    await game.waitFor(/902 {2}NetworkPolicy Too Restrictive/);
    game.type('\r');
    await game.waitFor('You are done when');
    game.close();
  });
});

describe('a save', () => {
  test('of a newer version ends the game with 2 and stays as it is', async () => {
    const home = newHome();
    const save = join(home, 'data/save.json');
    mkdirSync(join(home, 'data'));
    writeFileSync(save, '{"schemaVersion":99,"levels":{}}');
    for (const end of [await runCommand(['play', '--plain'], home), await playOnScreen([], home)]) {
      expect('stderr' in end ? end.stderr : end.text).toMatch(/save\.json was written by a newer k8squest\.\s+Update k8squest/);
      expect(end.exitCode).toBe(2);
    }
    expect(readFileSync(save, 'utf8')).toBe('{"schemaVersion":99,"levels":{}}');
    expect(readdirSync(join(home, 'data'))).toEqual(['save.json']);
  });

  test('whose folder is a file ends the game with 2', async () => {
    const home = newHome();
    writeFileSync(join(home, 'data'), 'not a folder');
    for (const end of [await runCommand(['play', '--plain'], home), await playOnScreen([], home)]) {
      expect('stderr' in end ? end.stderr : end.text).toMatch(/the data folder \S+data can't be used.*Make it a folder/);
      expect(end.exitCode).toBe(2);
    }
    expect(readFileSync(join(home, 'data'), 'utf8')).toBe('not a folder');
  });

  test('that is corrupt is set aside and named, and its backup is used', async () => {
    const home = newHome();
    mkdirSync(join(home, 'data'));
    writeFileSync(join(home, 'data/save.json'), '{"schemaVersion":1,"lev');
    const result = { xp: 250, bestMs: 60_000, passedAt: '2026-01-01T00:00:00.000Z', runs: 1 };
    const backup = { schemaVersion: 1, instance: 'a', levels: { '25-networkpolicy-too-restrictive': result } };
    writeFileSync(join(home, 'data/save.json.bak'), JSON.stringify(backup));
    const { exitCode, stdout } = await runCommand(['play', '--plain'], home);
    expect(stdout).toContain('The save file was damaged. It is kept as');
    expect(stdout).toContain('save.json.corrupt');
    expect(stdout).toContain('25 NetworkPolicy Too Restrictive, done with 250 of 250 XP');
    expect(exitCode).toBe(0);
    expect(readFileSync(join(home, 'data/save.json.corrupt'), 'utf8')).toBe('{"schemaVersion":1,"lev');
  });

  test('that is corrupt is said on the screen, until the player has read it', async () => {
    const home = newHome();
    mkdirSync(join(home, 'data'));
    writeFileSync(join(home, 'data/save.json'), '{"schemaVersion":1,"levels":{"x":{"xp":{}}}}');
    const game = new TerminalDriver(['play'], home);
    await game.waitFor('! The save file was damaged.');
    game.type('\u001b');
    await expect.poll(() => game.screen, { timeout: 5000 }).not.toContain('damaged');
    game.close();
  });
});

describe('without a kubectl that can be used', () => {
  test.each([
    ['none', () => '/nowhere/kubectl', /\/nowhere\/kubectl can't be used as kubectl/],
    ['one too old', () => fakeKubectl(28), /is kubectl 1\.28\.0, which is too old\. Install kubectl 1\.31 or newer/],
  ] as [string, () => string, RegExp][])(
    '(%s) the game says so and plays; the proof of scripts ends with 2',
    async (_, make, says) => {
      const home = newHome();
      const environment = { K8SQUEST_KUBECTL: make() };
      const game = new RunningCommand(['play', '25', '--plain'], home, environment);
      await game.waitFor('export KUBECONFIG=');
      expect(game.stdout).toMatch(says);
      game.say('quit');
      expect((await game.ended).exitCode).toBe(0);
      const proof = await runCommand(['test', '25'], home, environment);
      expect(proof.stderr).toMatch(says);
      expect(proof.exitCode).toBe(2);
    },
    60_000,
  );

  test('on the screen the shell says how to get one', async () => {
    const home = newHome();
    const environment = { K8SQUEST_KUBECTL: '/nowhere/kubectl', PATH: pathWithoutKubectl() };
    const game = new TerminalDriver(['play', '25'], home, { environment });
    await game.waitFor('⏎ start');
    game.type('\r');
    await game.waitFor('There is no kubectl here yet.');
    game.close();
  });
});

/** A folder with the few programs that the pane's shell needs, and no kubectl. */
function pathWithoutKubectl(): string {
  const folder = newFolder();
  for (const program of ['bash', 'vi', 'sleep']) symlinkSync(join('/bin', program), join(folder, program));
  return folder;
}

test('without a terminal the game offers --plain and ends with 2; lint, test and check work', async () => {
  const home = newHome();
  const play = await runCommand(['play'], home);
  expect(play.stderr).toContain('the game needs a terminal. Without one: k8squest play --plain');
  expect(play.exitCode).toBe(2);
  expectUntouched(home);
  expect((await runCommand(['lint', resolve('levels/3-networking/25-networkpolicy-too-restrictive')], home)).exitCode).toBe(0);
  const check = await runCommand(['check'], home);
  expect(check.stderr).toContain('no game or cluster is running. Start one with');
  expect(check.exitCode).toBe(2);
});

test('in a terminal that can only print lines, the game offers --plain', async () => {
  const home = newHome();
  const game = new TerminalDriver(['play'], home, { environment: { TERM: 'dumb' } });
  expect((await game.ended).exitCode).toBe(2);
  await pause(50);
  expect(game.transcript).toContain('k8squest play --plain');
  game.close();
});

test('a level that does not exist ends the game with 2', async () => {
  const home = newHome();
  const plain = await runCommand(['play', '999', '--plain'], home);
  expect(plain.stderr).toContain('there is no level "999". k8squest levels lists them.');
  expect(plain.exitCode).toBe(2);
  const { exitCode, text } = await playOnScreen(['999'], home);
  expect(text).toContain('there is no level "999". k8squest levels lists them.');
  expect(exitCode).toBe(2);
  expect((await runCommand(['check', '999'], home)).stderr).toContain('there is no level "999".');
});

test('wrong words end with 2 and a way on', async () => {
  const home = newHome();
  for (const words of [
    ['play', '--sed', '1'],
    ['play', '--seed', 'many'],
    ['plya', '25', '26'],
    ['cluster', '--nodes', '99'],
    ['cluster', '--nodes', 'none'],
    ['cluster', '--speed', '0'],
    ['cluster', '--network-policies', 'sometimes'],
    ['reset'],
    ['lint', '--nonsense'],
  ]) {
    const { exitCode, stderr } = await runCommand(words, home);
    expect(exitCode, words.join(' ')).toBe(2);
    expect(stderr, words.join(' ')).not.toBe('');
    expect(stderr, words.join(' ')).not.toContain('    at ');
  }
  expectUntouched(home);
});
