// `k8squest schema`: the JSON Schema of mission.yaml, for editors.
import { z } from 'zod';
import { missionSchema } from '../game/level.ts';

export function schema(): number {
  process.stdout.write(missionJsonSchema());
  return 0;
}

export function missionJsonSchema(): string {
  return `${JSON.stringify({ title: 'mission.yaml of a K8sQuest level', ...z.toJSONSchema(missionSchema, { io: 'input' }) }, null, 2)}\n`;
}
