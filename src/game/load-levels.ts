// Finds and reads the levels. All faults of all levels are collected; a faulty level doesn't keep the others from being played.
import { lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { KubernetesObject } from '../simulator/client.ts';
import type { DeclaredImage } from '../simulator/images/declared-image.ts';
import { parseHints } from './hints.ts';
import { durationMs, type Level, type Mission, missionSchema, type Repair, typeOf, type World } from './level.ts';
import type { LevelFault } from './level-fault.ts';
import { LevelFileError, listFolders, listLevelFolder, readLevelFile } from './level-files.ts';
import { levelImagesSchema } from './level-images.ts';
import { readManifests } from './level-manifests.ts';
import { formatReference, parseReference, podsNamedBy } from './object-reference.ts';
import { type PositionedYaml, readYaml, YamlError } from './positioned-yaml.ts';
import { schemaFaults } from './schema-faults.ts';
import { objectKey } from './validators/validator.ts';

/** A level's folder that can't be played as it is. */
export interface FaultyLevel {
  readonly id: string;
  readonly number: number;
  readonly world: World;
  readonly folder: string;
  readonly faults: readonly LevelFault[];
}

export interface Campaign {
  readonly levels: readonly Level[];
  readonly faulty: readonly FaultyLevel[];
}

/** No levels can be looked for there at all. */
export class LevelsFolderError extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.name = 'LevelsFolderError';
    this.fix = fix;
  }
}

/** Reads all levels below these folders, each laid out like levels/ or one level's own. Throws LevelsFolderError. */
export function loadLevels(roots: readonly string[]): Campaign {
  const levels: Level[] = [];
  const faulty: FaultyLevel[] = [];
  const seen = new Map<string, string>();
  for (const { world, folder } of roots.flatMap(levelFolders)) {
    const loaded = loadLevel(folder, world);
    const twin = seen.get(loaded.id);
    seen.set(loaded.id, folder);
    if ('faults' in loaded) faulty.push(loaded);
    else if (twin)
      faulty.push(
        withFault(loaded, {
          file: folder,
          message: `is the level "${loaded.id}" a second time; the first is ${twin}.`,
          fix: 'Rename the folder.',
        }),
      );
    else levels.push(loaded);
  }
  const order = (one: { number: number; id: string }, other: { number: number; id: string }) =>
    one.number - other.number || (one.id < other.id ? -1 : 1);
  return { levels: levels.sort(order), faulty: faulty.sort(order) };
}

function withFault(level: Level, fault: LevelFault): FaultyLevel {
  return { id: level.id, number: level.number, world: level.world, folder: level.folder, faults: [fault] };
}

function levelFolders(root: string): { world: World; folder: string }[] {
  const found = lstatSync(root, { throwIfNoEntry: false });
  if (!found) throw new LevelsFolderError(`there is no folder ${root}.`, 'Name a folder of levels with --levels, or leave the option out.');
  if (!found.isDirectory() && !found.isSymbolicLink())
    throw new LevelsFolderError(`${root} is a file.`, 'Levels are folders: name the folder that holds them.');
  if (lstatSync(join(root, 'mission.yaml'), { throwIfNoEntry: false })) return [{ world: readWorld(dirname(root)), folder: root }];
  return listFolders(root).flatMap((world) =>
    listFolders(join(root, world)).map((level) => ({ world: readWorld(join(root, world)), folder: join(root, world, level) })),
  );
}

/** world.yaml is optional: a folder of one's own needs none. */
function readWorld(folder: string): World {
  const id = basename(folder);
  const number = Number.parseInt(id, 10) || 0;
  const plain = { id, number, title: id.replace(/^\d+-/, '').replaceAll('-', ' '), summary: '' };
  try {
    const value = readYaml(readLevelFile(folder, 'world.yaml') ?? 'null').value as { title?: unknown; summary?: unknown } | null;
    return {
      ...plain,
      ...(typeof value?.title === 'string' && { title: value.title }),
      ...(typeof value?.summary === 'string' && { summary: value.summary }),
    };
  } catch {
    return plain;
  }
}

/** Reads one level's folder: the level, or all that is wrong with it. */
export function loadLevel(folder: string, world: World = readWorld(dirname(folder))): Level | FaultyLevel {
  const id = basename(folder);
  const faults: LevelFault[] = [];
  const place = { id, number: Number.parseInt(id, 10) || 0, world, folder };
  const read = (name: string) => attempt(faults, join(folder, name), () => readLevelFile(folder, name));
  const required = (name: string, fix: string) => {
    const before = faults.length;
    const text = read(name);
    if (text === undefined && faults.length === before) faults.push({ file: join(folder, name), message: 'is missing.', fix });
    return text;
  };

  const missionText = required('mission.yaml', 'It holds the title, the briefing and the objectives: see docs/authoring.md.');
  const yaml = missionText === undefined ? undefined : readMission(missionText, join(folder, 'mission.yaml'), faults);
  const namespaces = yaml?.mission?.namespaces ?? ['k8squest'];
  const brokenText = required('broken.yaml', 'It holds the objects that the level begins with.');
  const faultsBefore = faults.length;
  const broken = readManifests(brokenText, join(folder, 'broken.yaml'), namespaces, faults);
  if (brokenText !== undefined && broken.length === 0 && faults.length === faultsBefore)
    faults.push({
      file: join(folder, 'broken.yaml'),
      line: 1,
      column: 1,
      message: 'holds no object.',
      fix: 'Write the objects that the level begins with.',
    });
  const setup = readManifests(read('setup.yaml'), join(folder, 'setup.yaml'), namespaces, faults);
  const images = readImages(read('images.yaml'), join(folder, 'images.yaml'), faults);
  const hintsText = required('hints.md', 'It holds three hints, each under a line "## …".');
  const hints = hintsText === undefined ? { hints: [], faults: [] } : parseHints(hintsText, join(folder, 'hints.md'));
  faults.push(...hints.faults);
  const debrief = required('debrief.md', 'It tells what happened, why, and how to see it next time.');
  const solutions = readRepairs(folder, 'solutions', faults);
  const mistakes = readRepairs(folder, 'mistakes', faults);
  if (yaml?.mission) checkReferences(yaml.mission, yaml.text, [...setup, ...broken], mistakes, join(folder, 'mission.yaml'), faults);
  if (faults.length > 0 || !yaml?.mission || debrief === undefined) return { ...place, faults };
  return {
    ...place,
    mission: yaml.mission,
    ageMs: durationMs(yaml.mission.age)!,
    setup,
    broken,
    images,
    hints: hints.hints,
    debrief,
    solutions,
    mistakes,
  };
}

function attempt<T>(faults: LevelFault[], file: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LevelFileError)) throw error;
    faults.push({ file, message: error.message, fix: error.fix });
    return undefined;
  }
}

function readMission(text: string, file: string, faults: LevelFault[]): { mission?: Mission; text: PositionedYaml } | undefined {
  try {
    const yaml = readYaml(text);
    const parsed = missionSchema.safeParse(yaml.value);
    if (parsed.success) return { mission: parsed.data, text: yaml };
    faults.push(...parsed.error.issues.flatMap((issue) => schemaFaults(issue, yaml, file)));
    return { text: yaml };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    faults.push({ file, ...error.position, message: `is no YAML: ${error.message}.`, fix: '' });
    return undefined;
  }
}

function readImages(text: string | undefined, file: string, faults: LevelFault[]): DeclaredImage[] {
  if (text === undefined) return [];
  try {
    const yaml = readYaml(text);
    const parsed = levelImagesSchema.safeParse(yaml.value);
    if (parsed.success) return parsed.data as DeclaredImage[];
    faults.push(...parsed.error.issues.flatMap((issue) => schemaFaults(issue, yaml, file, 'the list of images')));
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    faults.push({ file, ...error.position, message: `is no YAML: ${error.message}.`, fix: '' });
  }
  return [];
}

function readRepairs(folder: string, name: 'solutions' | 'mistakes', faults: LevelFault[]): Repair[] {
  const names = attempt(faults, join(folder, name), () => listLevelFolder(folder, name)) ?? [];
  const repairs = names.flatMap((file): Repair[] => {
    const path = join(folder, name, file);
    const text = attempt(faults, path, () => readLevelFile(folder, join(name, file)));
    if (text === undefined) return [];
    const language = file.endsWith('.sh') ? 'sh' : /\.ya?ml$/.test(file) ? 'yaml' : undefined;
    if (!language) {
      faults.push({ file: path, message: 'is neither a script nor a manifest.', fix: 'Name it *.sh or *.yaml.' });
      return [];
    }
    const refusedBy = /^#!?.*?refused by: *([\w-]+)/m.exec(text.split('\n', 2).join('\n'))?.[1];
    if (name === 'mistakes' && !refusedBy) {
      faults.push({
        file: path,
        line: 1,
        column: 1,
        message: "doesn't say what refuses it.",
        fix: 'Begin it with the line "# refused by: " and the id of an objective or guard.',
      });
    }
    return [{ name: file, path, language, text, ...(refusedBy && { refusedBy }) }];
  });
  if (name === 'solutions' && names.length === 0)
    faults.push({ file: join(folder, name), message: 'holds no solution.', fix: 'Add a script or manifest that repairs the level.' });
  return repairs;
}

/** What the files say of each other must fit: objects that guards compare, ids that mistakes name. */
function checkReferences(
  mission: Mission,
  yaml: PositionedYaml,
  objects: readonly KubernetesObject[],
  mistakes: readonly Repair[],
  file: string,
  faults: LevelFault[],
): void {
  const namespace = mission.namespaces[0]!;
  const known = new Set([
    ...objects.map(({ kind, metadata }) => objectKey({ kind, namespace: metadata.namespace ?? '', name: metadata.name })),
    ...objects.flatMap(podsNamedBy).map(objectKey),
  ]);
  for (const list of ['objectives', 'guards'] as const) {
    for (const [index, goal] of mission[list].entries()) {
      if (typeOf(goal) !== 'unchanged') continue;
      for (const [place, text] of goal.unchanged!.entries()) {
        const reference = parseReference(text, namespace)!;
        if (known.has(objectKey(reference))) continue;
        const message = `${list}[${index}].unchanged[${place}] names ${formatReference(reference, namespace)}, which no manifest of the level has.`;
        faults.push({ file, ...yaml.positionOf([list, index, 'unchanged', place]), message, fix: 'Check its kind, name and namespace.' });
      }
    }
  }
  const ids = [...mission.objectives, ...mission.guards].map((goal) => goal.id);
  for (const mistake of mistakes) {
    if (!mistake.refusedBy || ids.includes(mistake.refusedBy)) continue;
    faults.push({
      file: mistake.path,
      line: 1,
      column: 1,
      message: `names "${mistake.refusedBy}", which is no objective or guard.`,
      fix: `Name one of ${ids.join(', ')}.`,
    });
  }
}
