// Plays a recorded session of kubectl on another cluster.
import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificates } from '../../src/simulator/apiserver/transport/certificates.ts';
import { lineDifference } from '../scenarios/line-difference.ts';
import { normalised } from '../scenarios/normalised.ts';
import { type Finished, run, runShell, type Surroundings } from '../scenarios/run-command.ts';
import type { Stage } from '../scenarios/scenario-player.ts';
import { type RecordedCommand, recordedNamespace } from './transcript.ts';

/** How a command differs; empty when it doesn't. */
export interface Played {
  readonly command: string;
  readonly difference: readonly string[];
  /** Its own exit code, the recorded one, and what it complained of. */
  readonly status: number;
  readonly recordedStatus: number;
  readonly stderr: string;
}

export interface Options extends Stage {
  /** An empty folder. */
  readonly folder: string;
}

const nodes = ['k8squest-control-plane', 'k8squest-worker', 'k8squest-worker2'];
const commandSecondsMax = 150;

export class TranscriptPlayer {
  readonly #options: Options;
  readonly #surroundings: Surroundings;
  readonly #kubectl: readonly string[];

  constructor(options: Options) {
    const { kubectl, folder } = options;
    const kubeconfig = join(folder, 'kubeconfig');
    mkdirSync(folder, { recursive: true });
    cpSync('tests/recordings/kubernetes-1.34/manifests', folder, { recursive: true });
    writeKeyPair(folder);
    copyFileSync(options.kubeconfig, kubeconfig);
    this.#options = options;
    this.#kubectl = [kubectl, '--kubeconfig', kubeconfig, '--cache-dir', join(folder, 'cache')];
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      NS: recordedNamespace,
      K: this.#kubectl.join(' '),
      TERM: 'xterm',
      HOME: folder,
    };
    for (const name of ['NODE_OPTIONS', 'FORCE_COLOR', 'KUBECONFIG']) delete environment[name];
    this.#surroundings = { environment, folder, secondsMax: commandSecondsMax };
  }

  async play(commands: readonly RecordedCommand[]): Promise<Played[]> {
    const [kubectl = '', ...words] = this.#kubectl;
    await run(kubectl, [...words, 'create', 'namespace', recordedNamespace], this.#surroundings);
    await run(kubectl, [...words, 'config', 'set-context', '--current', '--namespace', recordedNamespace], this.#surroundings);
    const spelled = commands.map(({ cmd }) => cmd).join('\n');
    const played: Played[] = [];
    for (const recorded of commands) {
      const finished = await this.#run(recorded.cmd);
      const here = printed(finished, spelled, this.#options.folder);
      const there = printed({ stdout: recorded.out, stderr: recorded.err, status: recorded.rc }, spelled, this.#options.folder);
      played.push({
        command: recorded.cmd,
        difference: lineDifference(there, here),
        status: finished.status,
        recordedStatus: recorded.rc,
        stderr: finished.stderr,
      });
    }
    return played;
  }

  async #run(command: string): Promise<Finished> {
    const podFile = /cat (\S+\.pod)\)/.exec(command)?.[1];
    if (podFile) await this.#writeRunningPod(podFile);
    if (command.startsWith('!')) return runShell(command.slice(1), this.#surroundings);
    const [kubectl = '', ...words] = this.#kubectl;
    return run(kubectl, [...words, ...wordsOf(command)], this.#surroundings);
  }

  #writeRunningPod(file: string): Promise<Finished> {
    const path = "jsonpath='{.items[0].metadata.namespace}/{.items[0].metadata.name}'";
    return runShell(`$K get po -l app=app --field-selector status.phase=Running -o ${path} > ${file}`, this.#surroundings);
  }
}

/** Words are apart by spaces; a backslash keeps two together, quotes around a word go. */
function wordsOf(command: string): string[] {
  const quoted = /^(.* )'([^']*)'$/.exec(command);
  if (quoted) return [...wordsOf(quoted[1]?.trimEnd() ?? ''), quoted[2] ?? ''];
  return command
    .replaceAll('$NS', recordedNamespace)
    .replaceAll('\\ ', '\0')
    .split(' ')
    .map((word) => word.replaceAll('\0', ' '));
}

function writeKeyPair(folder: string): void {
  const { certificate, key } = createCertificates().server;
  writeFileSync(join(folder, 'cert.pem'), certificate);
  writeFileSync(join(folder, 'key.pem'), key);
}

/** What differs besides what scenarios blank, replaced in the text… */
const textRules: readonly (readonly [RegExp, string])[] = [
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>'],
  [/"(pod-template-hash|controller-revision-hash)": "\w+"/g, '"$1": "<hash>"'],
  [/"continue":"[^"]*"/g, '"continue":"<token>"'],
  [/\d\d\/[A-Z][a-z]{2}\/\d{4}(:\d\d){3} [+-]\d{4}/g, '<time>'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} [+-]\d{4}/g, '<time>'],
  [/(LIVE|MERGED)-\d+/g, '$1'],
  [/\.18[0-9a-f]{14}\b/g, '.<id>'],
  [/v1\.34\.\d+/g, 'v1.34'],
  [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>'],
  // Machines.
  [/\b6\.\d+\.\d+(-[\w-]+)?/g, '<kernel>'],
  [/(ephemeral-storage|memory)("?: +"?)(264212084Ki|24684096Ki|100Gi|8Gi)/g, '$1$2<size>'],
  [/nginx\/1\.\d+\.\d+/g, 'nginx/<version>'],
];

/** …and in the lines, when columns are no longer needed. Which worker a pod is on, and which word a failing pull has just now, is chance. */
const lineRules: readonly (readonly [RegExp, string])[] = [
  [/\bnode-[ABC]\b/g, '<node>'],
  [/ErrImagePull|ImagePullBackOff/g, '<pull failure>'],
  [/(?<= )(\d+[smh])+$/, '<age>'],
];

function printed({ stdout, stderr, status }: Finished, commands: string, folder: string): string[] {
  const lines = [['>', stdout] as const, ['!', stderr] as const].flatMap(([sign, text]) => {
    const blanked = replaced(text.replace(/\n+$/, ''), textRules);
    if (!blanked.trim()) return [];
    return normalised(blanked, { commands, nodes, folder }, new Map()).map((line) => replaced(`${sign} ${line}`.trimEnd(), lineRules));
  });
  return status === 0 ? lines : [...lines, `= ${status}`];
}

function replaced(text: string, rules: readonly (readonly [RegExp, string])[]): string {
  return rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
