// `k8squest new WORLD/LEVEL`: a folder with a small level in it, whole and proved, to begin one's own from.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { titleFault } from '../authoring/lint-texts.ts';
import { type ScaffoldOptions, scaffoldFiles, scaffoldWorld, titleOf } from '../authoring/scaffold.ts';
import { missionSchema } from '../game/level.ts';
import { levelRoots } from '../game/level-roots.ts';
import { loadLevels } from '../game/load-levels.ts';
import { missionJsonSchema } from './schema.ts';

export interface NewOptions {
  readonly name: string;
  readonly levels?: string;
  readonly title?: string;
  readonly xp?: number;
  readonly difficulty?: string;
  readonly minutes?: number;
}

const schemaFile = 'mission.schema.json';
const levelName = /^(\d{1,3}-[a-z0-9]+(?:-[a-z0-9]+)*)\/(\d{1,3}-[a-z0-9]+(?:-[a-z0-9]+)*)$/;

/** Why no level is made, and what to do. */
class RefusedError extends Error {}

export async function newLevel(options: NewOptions): Promise<number> {
  try {
    await make(options);
    return 0;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    console.error(`k8squest: ${error.message}`);
    return 2;
  }
}

async function make(options: NewOptions): Promise<void> {
  const [, world, level] = levelName.exec(options.name) ?? [];
  if (!world || !level)
    throw new RefusedError(
      `"${options.name}" is no name for a level. Name its world and itself, each with a number in front: 3-networking/90-my-level`,
    );
  const root = resolve(options.levels ?? 'my-levels');
  const folder = join(root, world, level);
  if (existsSync(folder)) throw new RefusedError(`${shown(folder)} is there already. Choose another name, or change that one.`);
  refuseTaken(root, level);
  const details = await detailsOf(options, titleOf(level));

  const files = Object.entries(scaffoldFiles(details, `../../${schemaFile}`)).map(([name, text]) => [join(folder, name), text] as const);
  const around = [
    [join(root, schemaFile), missionJsonSchema()],
    [join(root, world, 'world.yaml'), scaffoldWorld(world)],
  ] as const;
  for (const [path, text] of [...files, ...around.filter(([path]) => !existsSync(path))]) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const number = Number.parseInt(level, 10);
  const levels = shown(root);
  console.log(`${shown(folder)} holds a small level that is whole: a service that selects nobody. Make it yours, then:

  k8squest lint ${levels}
  k8squest test ${number} --levels ${levels}
  k8squest play ${number} --levels ${levels}`);
}

/** A number stands for one level only, or `k8squest play 90` would not know which. */
function refuseTaken(root: string, level: string): void {
  const number = Number.parseInt(level, 10);
  const { levels, faulty } = loadLevels(levelRoots(existsSync(root) ? [root] : []));
  const twin = [...levels, ...faulty].find((other) => other.number === number || other.id === level);
  if (twin) throw new RefusedError(`number ${number} is taken: ${shown(twin.folder)}. Choose another.`);
}

/** What the options say, what is asked for on a terminal, and else what is usual. */
async function detailsOf(options: NewOptions, usualTitle: string): Promise<ScaffoldOptions> {
  const asker = process.stdin.isTTY && process.stdout.isTTY ? createInterface({ input: process.stdin, output: process.stdout }) : undefined;
  const ask = async (question: string, given: string | undefined, usual: string, refusalOf: (answer: string) => string | undefined) => {
    for (;;) {
      const answer = given ?? ((await asker?.question(`${question} [${usual}] `))?.trim() || usual);
      const refusal = refusalOf(answer);
      if (!refusal) return answer;
      if (given !== undefined || !asker) throw new RefusedError(refusal);
      console.error(refusal);
    }
  };
  const { shape } = missionSchema;
  const fits = (name: 'title' | 'xp' | 'difficulty' | 'minutes', read: (answer: string) => unknown) => (answer: string) => {
    const parsed = shape[name].safeParse(read(answer));
    return parsed.success ? undefined : `${name} ${parsed.error.issues[0]!.message}`;
  };
  const given = (value: number | undefined) => (value === undefined ? undefined : String(value));
  try {
    return {
      title: await ask('Title', options.title, usualTitle, (answer) => fits('title', String)(answer) ?? titleFault(answer)),
      xp: Number(await ask('XP', given(options.xp), '100', fits('xp', Number))),
      difficulty: await ask('Difficulty', options.difficulty, 'beginner', fits('difficulty', String)),
      minutes: Number(await ask('Minutes', given(options.minutes), '10', fits('minutes', Number))),
    };
  } finally {
    asker?.close();
  }
}

function shown(path: string): string {
  const way = relative('', path);
  return way === '' ? '.' : way.startsWith('..') ? path : way;
}
