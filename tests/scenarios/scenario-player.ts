// Plays a scenario with real kubectl on a cluster, and says in which steps that prints something else than a real cluster did.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineDifference } from './line-difference.ts';
import { normalised, type Surroundings } from './normalised.ts';
import { type Finished, runShell } from './run-command.ts';
import type { Scenario, Step } from './scenario.ts';

export interface Stage {
  readonly kubectl: string;
  readonly kubeconfig: string;
}

export interface Outcome {
  /** Of compared steps. */
  readonly equal: number;
  readonly compared: number;
  /** Each differing step with its differences, each wait that was in vain. */
  readonly problems: readonly string[];
}

const commandSecondsMax = 60;
/** kubectl keeps the containers of a pod in a Go map, so their logs come in another order from run to run. */
const mixedLogs = /^kubectl logs [^|]*--all-containers[^|]*$/;

/** Plays it in a fresh namespace of its own, which is removed in the end. */
export async function playScenario(scenario: Scenario, stage: Stage): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'scenario.'));
  try {
    const performance = await Performance.prepare(scenario, stage, folder);
    return await performance.play();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits until these scenarios' namespaces are gone, so that their pods take no place on a node. */
export async function waitForNamespaces(names: readonly string[], { kubectl, kubeconfig }: Stage): Promise<void> {
  const surroundings = { environment: { ...process.env, KUBECONFIG: kubeconfig }, folder: tmpdir(), secondsMax: 60 };
  const namespaces = names.map((name) => `namespace/s${name}`);
  await until(120, async () => {
    const { stdout } = await runShell(`${kubectl} get namespaces -o name`, surroundings);
    return !stdout.split('\n').some((name) => namespaces.includes(name));
  });
}

class Performance {
  readonly #scenario: Scenario;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #work: string;
  readonly #surroundings: Surroundings;

  private constructor(scenario: Scenario, environment: NodeJS.ProcessEnv, work: string, nodes: readonly string[]) {
    this.#scenario = scenario;
    this.#environment = environment;
    this.#work = work;
    this.#surroundings = { commands: scenario.steps.map((step) => step.command).join('\n'), nodes, folder: work };
  }

  /** An empty home with kubectl on PATH, the scenario's namespace, and the nodes' names in variables. */
  static async prepare(scenario: Scenario, { kubectl, kubeconfig }: Stage, folder: string): Promise<Performance> {
    const work = join(folder, 'work');
    const bin = join(folder, 'bin');
    mkdirSync(work);
    mkdirSync(bin);
    symlinkSync(kubectl, join(bin, 'kubectl'));
    const namespace = `s${scenario.name}`;
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      PATH: `${bin}:${process.env['PATH']}`,
      HOME: work,
      LC_ALL: 'C.UTF-8',
      TERM: 'dumb',
      KUBECONFIG: join(folder, 'kubeconfig'),
      NAMESPACE: namespace,
    };
    // What vitest sets would make programs in a script behave otherwise.
    for (const name of ['NODE_OPTIONS', 'FORCE_COLOR']) delete environment[name];
    copyFileSync(kubeconfig, environment['KUBECONFIG'] as string);
    const kube = (words: string) => runShell(`kubectl ${words}`, { environment, folder, secondsMax: 120 });
    await kube(`config set-context --current --namespace ${namespace}`);
    const named = async (sign: string) => {
      const query = `get nodes -l '${sign}node-role.kubernetes.io/control-plane' -o 'jsonpath={.items[*].metadata.name}'`;
      return (await kube(query)).stdout.split(' ').filter(Boolean);
    };
    const workers = await named('!');
    const control = await named('');
    environment['CONTROL'] = control[0] ?? workers[0] ?? '';
    for (const [index, name] of (workers.length > 0 ? workers : control).entries()) environment[`NODE${index + 1}`] = name;
    await kube(`delete namespace ${namespace} --ignore-not-found`);
    await kube(`create namespace ${namespace}`);
    await until(30, async () => (await kube('get serviceaccount/default configmap/kube-root-ca.crt')).status === 0);
    return new Performance(scenario, environment, work, [...control, ...workers]);
  }

  async play(): Promise<Outcome> {
    const problems: string[] = [];
    let equal = 0;
    let compared = 0;
    for (const step of this.#scenario.steps) {
      if (step.mark === '?') {
        const problem = await this.#waitFor(step);
        if (problem) problems.push(problem);
        continue;
      }
      const finished = await this.#run(step.command);
      if (step.mark === '~') continue;
      compared++;
      const difference = lineDifference(expectedOf(step), this.#printed(step, finished));
      if (difference.length === 0) equal++;
      else problems.push([`$ ${step.command.split('\n')[0]}`, ...difference].join('\n    '));
    }
    await this.#run(`kubectl delete namespace ${this.#environment['NAMESPACE']} --wait=false`);
    return { equal, compared, problems };
  }

  #run(command: string): Promise<Finished> {
    return runShell(command, { environment: this.#environment, folder: this.#work, secondsMax: commandSecondsMax });
  }

  async #waitFor(step: Step): Promise<string | undefined> {
    const [, seconds, command] = /^(\d+)s (.*)$/s.exec(step.command) ?? [];
    if (seconds === undefined || command === undefined) throw new Error(`not a wait: ${step.command}`);
    const test = async () => (await this.#run(command)).status === 0;
    return (await until(Number(seconds), test)) ? undefined : `waited ${seconds} s in vain: ${command}`;
  }

  #printed(step: Step, { stdout, stderr, status }: Finished): string[] {
    const named = new Map<string, string>();
    const lines = [['>', stdout] as const, ['!', stderr] as const].flatMap(([sign, text]) => {
      if (!text.trim()) return [];
      const part = normalised(text.replace(/\n+$/, ''), this.#surroundings, named);
      const shown = step.isSet || mixedLogs.test(step.command) ? [...new Set(part)].sort() : part;
      return shown.map((line) => `${sign} ${line}`.trimEnd());
    });
    return status === 0 ? lines : [...lines, `= ${status}`];
  }
}

function expectedOf({ command, expected }: Step): readonly string[] {
  return mixedLogs.test(command) ? [...new Set(expected)].sort() : expected;
}

async function until(seconds: number, test: () => Promise<boolean>): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  while (!(await test())) {
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return true;
}
