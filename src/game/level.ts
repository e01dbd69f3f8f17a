// A level: the schema of mission.yaml, and what a loaded level consists of.
import { z } from 'zod';
import { capabilities } from '../cluster/cluster.ts';
import type { KubernetesObject } from '../simulator/client.ts';
import type { DeclaredImage } from '../simulator/images/declared-image.ts';
import { guardTypes, type ObjectiveType, objectiveTypes } from './objective-types.ts';
import { dnsLabel, text } from './schema-texts.ts';

const name = (what: string, example: string) => text(what, example, (value) => dnsLabel.test(value));
const sentence = (example: string) => text('a sentence', example);
const typeNames = Object.keys(objectiveTypes) as ObjectiveType[];

const id = name('a name of small letters, digits and dashes', 'frontend-reaches-api');
const typeFields = {
  connect: objectiveTypes.connect.optional(),
  exec: objectiveTypes.exec.optional(),
  unchanged: objectiveTypes.unchanged.optional(),
  exists: objectiveTypes.exists.optional(),
  absent: objectiveTypes.absent.optional(),
  condition: objectiveTypes.condition.optional(),
  field: objectiveTypes.field.optional(),
  endpoints: objectiveTypes.endpoints.optional(),
  logs: objectiveTypes.logs.optional(),
  events: objectiveTypes.events.optional(),
  dns: objectiveTypes.dns.optional(),
  rollout: objectiveTypes.rollout.optional(),
  triggered: objectiveTypes.triggered.optional(),
  /** unchanged: deleting and recreating the same isn't allowed either. */
  sameObject: z.boolean('must be true or false').optional(),
};

function hasOneType(objective: object): boolean {
  return typeNames.filter((type) => type in objective).length === 1;
}

const objective = z
  .strictObject({ id, title: sentence('The frontend gets an answer from the API'), ...typeFields })
  .refine(hasOneType, `must have exactly one type. Known types: ${typeNames.join(', ')}`);
const guard = z
  .strictObject({ id, title: sentence('All else stays as it was deployed').optional(), ...typeFields })
  .refine(hasOneType, `must have exactly one type. Known types: ${guardTypes.join(', ')}`)
  .refine((value) => guardTypes.some((type) => type in value), `must be of a type that holds from the start: ${guardTypes.join(', ')}`);

export const missionSchema = z
  .strictObject({
    title: text("the level's title", 'NetworkPolicy Too Restrictive'),
    xp: z
      .number('must be a number. Example: 250')
      .int('must be a whole number')
      .min(10, 'must be 10 at least')
      .max(1000, 'must be 1000 at most'),
    difficulty: z.enum(['beginner', 'intermediate', 'advanced', 'expert'], 'must be beginner, intermediate, advanced or expert'),
    minutes: z
      .number('must be a number of minutes. Example: 15')
      .int('must be a whole number')
      .min(1, 'must be 1 at least')
      .max(120, 'must be 120 at most'),
    concepts: z
      .array(text('a term', 'NetworkPolicy'), 'must be a list of terms. Example: [NetworkPolicy, label selectors]')
      .min(1, 'must name at least one'),
    briefing: text('a text', 'what a colleague writes at 3 a.m.'),
    namespaces: z
      .array(name("a namespace's name", 'k8squest'), 'must be a list of namespaces. Example: [k8squest]')
      .min(1, 'must name at least one')
      .default(['k8squest']),
    age: text('a duration', '3m', (value) => durationMs(value) !== undefined).default('3m'),
    requires: z
      .array(z.enum(capabilities, `must be one of ${capabilities.join(', ')}`), 'must be a list. Example: [network-policy]')
      .default([]),
    objectives: z.array(objective, 'must be a list').min(1, 'must name at least one objective'),
    guards: z.array(guard, 'must be a list').default([]),
  })
  .check(hasUniqueIds, hasMoreThanTrials);

function hasUniqueIds(context: { value: { objectives: { id: string }[]; guards: { id: string }[] }; issues: unknown[] }): void {
  const seen = new Set<string>();
  for (const list of ['objectives', 'guards'] as const) {
    for (const [index, item] of context.value[list].entries()) {
      if (seen.has(item.id)) {
        context.issues.push({
          code: 'custom',
          path: [list, index, 'id'],
          message: `is "${item.id}" a second time; each needs its own`,
          input: item.id,
        });
      }
      seen.add(item.id);
    }
  }
}

/** A trial begins when all else is met: there must be something else. */
function hasMoreThanTrials(context: { value: { objectives: object[]; guards: object[] }; issues: unknown[] }): void {
  const { objectives, guards } = context.value;
  if ([...objectives, ...guards].some((goal) => !('triggered' in goal))) return;
  context.issues.push({
    code: 'custom',
    path: ['objectives'],
    message: 'must have one that is not triggered. Nothing is triggered before all else is met: say what must be met first',
    input: objectives,
  });
}

/** "90s", "3m", "1h" in milliseconds; undefined when it is no duration. */
export function durationMs(value: string): number | undefined {
  const found = /^(\d{1,4})(s|m|h)$/.exec(value);
  return found ? Number(found[1]) * { s: 1000, m: 60_000, h: 3_600_000 }[found[2] as 's' | 'm' | 'h'] : undefined;
}

export type Mission = z.infer<typeof missionSchema>;
export type Objective = Mission['objectives'][number];
export type Guard = Mission['guards'][number];
export type Goal = Objective | Guard;

/** Type and parameters of an objective or guard. */
export function typeOf(goal: Goal): ObjectiveType {
  return typeNames.find((type) => goal[type] !== undefined)!;
}

/** A hint: a `##` section of hints.md. */
export interface Hint {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  /** Commands of its fenced sh blocks, with the exit code that each says it has. */
  readonly commands: readonly { readonly command: string; readonly exitCode: number; readonly line: number }[];
}

/** A file of solutions/ or mistakes/. */
export interface Repair {
  /** File name, "10-patch.sh". */
  readonly name: string;
  readonly path: string;
  readonly language: 'sh' | 'yaml';
  readonly text: string;
  /** A mistake's objective or guard. */
  readonly refusedBy?: string;
}

/** A world: a folder of levels. */
export interface World {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly summary: string;
}

/** A level whose files are all right. */
export interface Level {
  readonly id: string;
  readonly number: number;
  readonly world: World;
  readonly folder: string;
  readonly mission: Mission;
  readonly ageMs: number;
  readonly setup: readonly KubernetesObject[];
  readonly broken: readonly KubernetesObject[];
  /** Its own, which the registries have besides the usual ones. */
  readonly images: readonly DeclaredImage[];
  readonly hints: readonly Hint[];
  /** Markdown. */
  readonly debrief: string;
  readonly solutions: readonly Repair[];
  readonly mistakes: readonly Repair[];
}
