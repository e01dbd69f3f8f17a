// `k8squest doctor`: what is there, what is missing, each with its remedy.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { findKubectl } from '../cluster/kubectl.ts';
import { runningSessions } from '../cluster/run-folder.ts';
import { levelRoots } from '../game/level-roots.ts';
import { loadLevels } from '../game/load-levels.ts';
import { playerFiles } from '../game/player-files.ts';
import { SaveFile } from '../game/save.ts';

interface Finding {
  readonly what: string;
  readonly isGood: boolean;
  readonly detail: string;
  readonly fix?: string;
}

export async function doctor(options: { readonly json?: boolean; readonly version: string }): Promise<number> {
  const files = playerFiles();
  const findings: Finding[] = [
    { what: 'k8squest', isGood: true, detail: options.version },
    { what: 'node', isGood: true, detail: process.version },
    await kubectlFinding(files.cache),
    await terminalFinding(),
    ...Object.entries(files).map(([name, folder]) => folderFinding(name, folder)),
    saveFinding(files.data),
    levelsFinding(),
    ...runningFindings(files.state),
  ];
  if (options.json) console.log(JSON.stringify({ findings }, null, 2));
  else
    for (const { what, isGood, detail, fix } of findings)
      console.log(`${isGood ? '✔' : '✘'} ${what}: ${detail}${fix ? `\n    ${fix}` : ''}`);
  return findings.every(({ isGood }) => isGood) ? 0 : 1;
}

async function kubectlFinding(cacheFolder: string): Promise<Finding> {
  const search = await findKubectl({ cacheFolder });
  if (!search.kubectl) return { what: 'kubectl', isGood: false, detail: 'none that can be used', fix: search.problem };
  return { what: 'kubectl', isGood: true, detail: `${search.kubectl.version} (${search.kubectl.path})` };
}

async function terminalFinding(): Promise<Finding> {
  const isTerminal = Boolean(process.stdout.isTTY && process.stdin.isTTY);
  const size = isTerminal ? `${process.stdout.columns}×${process.stdout.rows}` : 'none; k8squest play --plain works without one';
  return { what: 'terminal', isGood: true, detail: size };
}

function folderFinding(name: string, folder: string): Finding {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return { what: `${name} folder`, isGood: true, detail: folder };
  } catch (error) {
    return {
      what: `${name} folder`,
      isGood: false,
      detail: (error as Error).message,
      fix: 'Make it writable, or set K8SQUEST_HOME to a folder that is.',
    };
  }
}

function saveFinding(folder: string): Finding {
  try {
    const { data, notice } = new SaveFile(folder).read();
    return { what: 'save', isGood: true, detail: notice ?? `${Object.keys(data.levels).length} levels done` };
  } catch (error) {
    return { what: 'save', isGood: false, detail: (error as Error).message, fix: (error as { fix?: string }).fix ?? '' };
  }
}

function levelsFinding(): Finding {
  try {
    const { levels, faulty } = loadLevels(levelRoots([]));
    const detail = `${levels.length} can be played, ${faulty.length} faulty`;
    return { what: 'levels', isGood: faulty.length === 0, detail, ...(faulty.length > 0 && { fix: 'k8squest lint shows what is wrong.' }) };
  } catch (error) {
    return { what: 'levels', isGood: false, detail: (error as Error).message, fix: (error as { fix?: string }).fix ?? '' };
  }
}

/** What runs now, with the line that leads another terminal to it. */
function runningFindings(folder: string): Finding[] {
  return runningSessions(folder).map(({ pid, level, kubeconfig }) => ({
    what: 'running',
    isGood: true,
    detail: `${level ?? 'no level'}, process ${pid}\n    export KUBECONFIG=${kubeconfig}`,
  }));
}
