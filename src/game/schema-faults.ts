// What a schema refuses, as faults with a place in the file.
import type { z } from 'zod';
import type { LevelFault } from './level-fault.ts';
import type { PositionedYaml } from './positioned-yaml.ts';

/** `whole` is what the file holds. */
export function schemaFaults(issue: z.core.$ZodIssue, yaml: PositionedYaml, file: string, whole = 'the mission'): LevelFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return {
        file,
        ...yaml.positionOf(path),
        message: `${describePath(path)} is not known here.`,
        fix: 'Check its spelling: docs/authoring.md lists what may stand there.',
      };
    });
  }
  const [message, ...fix] = issue.message.split('. ');
  const missing = ['invalid_type', 'invalid_value', 'invalid_union'].includes(issue.code) && !hasValue(yaml.value, issue.path);
  const what = missing ? `is missing: it ${message}` : message;
  return [
    {
      file,
      ...yaml.positionOf(issue.path),
      message: `${describePath(issue.path, whole)} ${what}.`.replace(/\.\.$/, '.'),
      fix: fix.join('. '),
    },
  ];
}

function hasValue(value: unknown, path: readonly PropertyKey[]): boolean {
  let here: unknown = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !(key in here)) return false;
    here = (here as Record<PropertyKey, unknown>)[key];
  }
  return true;
}

/** "objectives[1].connect.to"; the whole file is "the mission". */
function describePath(path: readonly PropertyKey[], whole = 'the mission'): string {
  if (path.length === 0) return whole;
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index ? '.' : ''}${String(key)}`)).join('');
}
