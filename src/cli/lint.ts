// `k8squest lint`: all faults of levels, each with its place and remedy.
import { relative, resolve } from 'node:path';
import { lintLevels } from '../authoring/lint.ts';
import { formatFault, type LevelFault } from '../game/level-fault.ts';
import { levelRoots } from '../game/level-roots.ts';

export function lint(options: { readonly paths: readonly string[]; readonly json?: boolean }): number {
  const roots = options.paths.length > 0 ? options.paths.map((path) => resolve(path)) : levelRoots([]);
  const { levels, faults } = lintLevels(roots);
  const findings = faults.map((fault): LevelFault => ({ ...fault, file: relative('', fault.file) || fault.file }));
  if (options.json) console.log(JSON.stringify({ levels, findings }, null, 2));
  else {
    for (const finding of findings) console.log(formatFault(finding));
    console.log(`${levels} ${levels === 1 ? 'level' : 'levels'}, ${findings.length} findings`);
  }
  return findings.length > 0 ? 1 : 0;
}
