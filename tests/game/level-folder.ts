// A small level for tests, as files: each test changes what it is about.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export const levelFiles: Readonly<Record<string, string>> = {
  'mission.yaml': `title: A Closed Door
xp: 100
difficulty: beginner
minutes: 5
concepts: [Service]
briefing: |
  Somebody closed the door.
objectives:
  - id: door-open
    title: The door is open
    exists: [service/door]
guards:
  - id: house-stands
    unchanged: [pod/house]
`,
  'broken.yaml': `apiVersion: v1
kind: Pod
metadata: { name: house, labels: { app: house } }
spec: { containers: [{ name: house, image: "busybox:1.36", command: [sleep, "3600"] }] }
`,
  'hints.md': '## Look\n\nLook.\n\n```sh\nkubectl get pods\n```\n\n## Compare\n\nCompare.\n\n## Change\n\nMake a service.\n',
  'debrief.md': '# Doors\n\n## What you saw\n\nA door.\n',
  'solutions/10-service.yaml': `apiVersion: v1
kind: Service
metadata: { name: door }
spec: { selector: { app: house }, ports: [{ port: 80 }] }
`,
  'mistakes/delete-house.sh': '# refused by: house-stands\nkubectl delete pod house --grace-period=1\n',
};

/** A folder laid out like levels/ with this one level; `changes` replaces files, undefined leaves one out. */
export function levelFolder(changes: Readonly<Record<string, string | Uint8Array | undefined>> = {}): { root: string; level: string } {
  const root = mkdtempSync(join(tmpdir(), 'k8squest-level-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const level = join(root, '1-doors', '07-a-closed-door');
  for (const [name, content] of Object.entries({ ...levelFiles, ...changes })) {
    if (content === undefined) continue;
    mkdirSync(dirname(join(level, name)), { recursive: true });
    writeFileSync(join(level, name), content);
  }
  return { root, level };
}
