// docs/authoring.md is true: whoever types what it says, in its order, has a proved level.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder, newHome } from '../cli/run-command.ts';
import { playerEnvironment } from '../tui/terminal-driver.ts';

type Step = { readonly type: string } | { readonly file: string; readonly text: string };

/** What the reader does: types each `sh` block, and saves each block that stands under a file's name. */
function stepsOf(document: string): Step[] {
  const blocks = [...document.matchAll(/(?:^`(my-levels\/[^`]+)`:\n\n)?^(`{3,4})(\w+)\n([\s\S]*?)^\2$/gm)];
  return blocks.flatMap(([, file, , language, text]): Step[] => {
    if (file) return [{ file, text: text! }];
    return language === 'sh' ? [{ type: text! }] : [];
  });
}

test('following the document from its first line to its last makes a proved level', { timeout: 120_000 }, () => {
  const steps = stepsOf(readFileSync('docs/authoring.md', 'utf8'));
  expect(steps.filter((step) => 'file' in step).length).toBe(10);
  const home = newHome();
  const bin = newFolder();
  const launcher = resolve('bin/k8squest.mjs');
  writeFileSync(join(bin, 'k8squest'), `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`, { mode: 0o755 });
  const environment = playerEnvironment(home, {});
  let printed = '';
  for (const step of steps) {
    if ('file' in step) {
      mkdirSync(dirname(join(home, step.file)), { recursive: true });
      writeFileSync(join(home, step.file), step.text);
    } else
      printed += execFileSync('bash', ['-e', '-c', step.type], {
        cwd: home,
        env: { ...environment, PATH: `${bin}:${environment['PATH']}` },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
  }
  expect(printed.match(/1 of 1 level proved/g)).toHaveLength(2);
  expect(printed).toContain('1 level, 0 findings');
  expect(printed).toContain('solutions 2/2  mistakes 4/4');
  expect(printed).toContain('3 of 3 objectives and guards are needed');
});
