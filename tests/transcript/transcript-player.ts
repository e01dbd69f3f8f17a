// Plays a recorded session of kubectl on another cluster, which it first makes like the recorded one where that shows.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createCertificates } from '../../src/simulator/apiserver/transport/certificates.ts';
import { type Finished, run, runShell, type Surroundings } from '../scenarios/run-command.ts';
import type { Stage } from '../scenarios/scenario-player.ts';
import { type RecordedCommand, recordedNamespace, recordedPauseMs } from './transcript.ts';

export interface Options extends Stage {
  /** An empty folder. */
  readonly folder: string;
}

const commandSecondsMax = 150;
/** The recorded workers had this image before the session began. */
const imagePresent = 'busybox:1.36';
/** How much longer than the recording a session may take. */
const spareMs = 60_000;
const workers = ['k8squest-worker', 'k8squest-worker2'];

export class TranscriptPlayer {
  readonly #surroundings: Surroundings;
  readonly #kubectl: readonly string[];

  constructor({ kubectl, kubeconfig, folder }: Options) {
    const copy = join(folder, 'kubeconfig');
    mkdirSync(folder, { recursive: true });
    cpSync('tests/recordings/kubernetes-1.34/manifests', folder, { recursive: true });
    writeKeyPair(folder);
    // The recorded cluster, user and context have the name that kind gives them.
    writeFileSync(copy, readFileSync(kubeconfig, 'utf8').replaceAll(/: k8squest$/gm, ': kind-k8squest'));
    this.#kubectl = [kubectl, '--kubeconfig', copy, '--cache-dir', join(folder, 'cache')];
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

  /** What each command prints here. None begins earlier than in the recording: a cluster's state is a matter of moments. */
  async play(commands: readonly RecordedCommand[]): Promise<Finished[]> {
    await this.#prepare();
    const quietUntilMs = await untilCronIsQuiet(commands.reduce((sum, { ms }) => sum + ms + recordedPauseMs, 0));
    const finished: Finished[] = [];
    const beginMs = performance.now();
    let dueMs = 0;
    for (const { cmd, ms } of commands) {
      await delay(Math.max(0, beginMs + dueMs - performance.now()));
      finished.push(await this.#run(cmd));
      dueMs += ms + recordedPauseMs;
    }
    if (Date.now() > quietUntilMs) console.error('The machine was so busy that the CronJob became due meanwhile: play it again.');
    return finished;
  }

  async #prepare(): Promise<void> {
    for (const node of workers) {
      const name = `prepare-${node}`;
      const overrides = JSON.stringify({ apiVersion: 'v1', spec: { nodeName: node } });
      await this.#ask('run', name, `--image=${imagePresent}`, '--restart=Never', `--overrides=${overrides}`, '--', 'true');
      await this.#ask('wait', `pod/${name}`, '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s');
      await this.#ask('delete', 'pod', name);
    }
    await this.#ask('create', 'namespace', recordedNamespace);
    await this.#ask('config', 'set-context', '--current', '--namespace', recordedNamespace);
  }

  async #run(recorded: string): Promise<Finished> {
    // Files of the machine go where no other session's are.
    const command = recorded.replace(/(?<= )\/tmp\//g, `${this.#surroundings.folder}/`);
    const podFile = /cat (\S+\.pod)\)/.exec(command)?.[1];
    if (podFile) await this.#writeRunningPod(podFile);
    if (command.startsWith('!')) return runShell(command.slice(1), this.#surroundings);
    return this.#ask(...wordsOf(command));
  }

  #ask(...words: readonly string[]): Promise<Finished> {
    const [kubectl = '', ...first] = this.#kubectl;
    return run(kubectl, [...first, ...words], this.#surroundings);
  }

  #writeRunningPod(file: string): Promise<Finished> {
    const path = "jsonpath='{.items[0].metadata.namespace}/{.items[0].metadata.name}'";
    return runShell(`$K get po -l app=app --field-selector status.phase=Running -o ${path} > ${file}`, this.#surroundings);
  }
}

/** The session's CronJob is due every five minutes, and wasn't meanwhile. Gives the moment up to which it isn't. */
async function untilCronIsQuiet(sessionMs: number): Promise<number> {
  const periodMs = 300_000;
  const leftMs = () => periodMs - (Date.now() % periodMs);
  if (leftMs() < sessionMs + spareMs) await delay(leftMs() + 1000);
  return Date.now() + leftMs();
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
