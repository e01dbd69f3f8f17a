// The cluster that the game makes itself by kind: found, made after asking, waited for, reused, deleted.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ClusterError, type Progress } from './cluster.ts';
import { caDigestOf, readContext } from './context-kubeconfig.ts';
import type { ContextChoice } from './context-open.ts';
import { explainKind } from './kind-failures.ts';

export interface KindOptions {
  readonly files: { readonly data: string; readonly state: string };
  /** Asked before a cluster is made. */
  readonly agree: (question: string) => Promise<boolean>;
  readonly progress: Progress;
}

/** kind's name of our cluster; the context is "kind-k8squest". */
export const kindName = 'k8squest';
const createSecondsMax = 600;

const config = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: ${kindName}
nodes:
  - role: control-plane
  - role: worker
  - role: worker
`;

/** Our kind cluster, made when it isn't there. Throws ClusterError: kind's failures, a cluster of that name that isn't ours, no agreement. */
export async function ensureKindCluster({ files, agree, progress }: KindOptions): Promise<ContextChoice> {
  const kubeconfig = join(files.data, 'kind', 'kubeconfig');
  mkdirSync(join(files.data, 'kind'), { recursive: true, mode: 0o700 });
  const run = runner(files.state);
  progress('looking for kind');
  if ((await clusters(run)).includes(kindName)) {
    await exportKubeconfig(run, kubeconfig);
    mustBeOurs(files.data, kubeconfig);
    return choiceOf(kubeconfig);
  }
  const question = `k8squest makes a kind cluster "${kindName}" of three nodes (about 1 GB of images, 2 GB of memory; k8squest reset --cluster kind deletes it). Go on?`;
  if (!(await agree(question)))
    throw new ClusterError(
      'no kind cluster was made.',
      'Say --yes to make it without being asked, or play on the simulated cluster: k8squest play',
    );
  await create(run, files.data, kubeconfig, progress);
  return choiceOf(kubeconfig);
}

/** Deletes it; false when there is none. Throws ClusterError: it isn't ours, or kind fails. */
export async function deleteKindCluster({ files, progress }: Pick<KindOptions, 'files' | 'progress'>): Promise<boolean> {
  const run = runner(files.state);
  const kubeconfig = join(files.data, 'kind', 'kubeconfig');
  if (!(await clusters(run)).includes(kindName)) {
    rmSync(join(files.data, 'kind'), { recursive: true, force: true });
    return false;
  }
  mkdirSync(join(files.data, 'kind'), { recursive: true, mode: 0o700 });
  await exportKubeconfig(run, kubeconfig);
  mustBeOurs(files.data, kubeconfig);
  progress('deleting the kind cluster k8squest');
  await run(['delete', 'cluster', '--name', kindName, '--kubeconfig', kubeconfig]);
  rmSync(join(files.data, 'kind'), { recursive: true, force: true });
  return true;
}

type Run = (argv: readonly string[], options?: { secondsMax?: number; onLine?: (line: string) => void }) => Promise<string>;

async function create(run: Run, data: string, kubeconfig: string, progress: Progress): Promise<void> {
  const configFile = join(data, 'kind', 'config.yaml');
  writeFileSync(configFile, config);
  progress('making the kind cluster: kind starts');
  try {
    await run(['create', 'cluster', '--name', kindName, '--config', configFile, '--kubeconfig', kubeconfig, '--wait', '5m'], {
      secondsMax: createSecondsMax,
      onLine: (line) => {
        const step = /[•✓]\s+(.+?)(?:\s*\.\.\.)?\s*[^\w]*$/.exec(line)?.[1];
        if (step) progress(`making the kind cluster: ${step.trim()}`);
      },
    });
  } catch (error) {
    // What kind left half made is ours, and would stand in the way of the next try; a cluster that was there before isn't.
    if (!/is there already/.test((error as Error).message)) {
      await run(['delete', 'cluster', '--name', kindName, '--kubeconfig', kubeconfig]).catch(() => {});
    }
    throw error;
  }
  remember(data, kubeconfig);
}

/** kind's clusters by name. */
async function clusters(run: Run): Promise<string[]> {
  return (await run(['get', 'clusters'], { secondsMax: 30 })).split('\n').map((line) => line.trim());
}

async function exportKubeconfig(run: Run, kubeconfig: string): Promise<void> {
  const text = await run(['get', 'kubeconfig', '--name', kindName], { secondsMax: 30 });
  const aside = `${kubeconfig}.${process.pid}`;
  writeFileSync(aside, text, { mode: 0o600 });
  renameSync(aside, kubeconfig);
}

/** A cluster is known by its CA: kind makes a new one for each. */
function identityOf(kubeconfig: string): string {
  return createHash('sha256')
    .update(caDigestOf(readContext(`kind-${kindName}`, [kubeconfig])))
    .digest('hex');
}

function remember(data: string, kubeconfig: string): void {
  writeFileSync(join(data, 'kind', 'made.json'), JSON.stringify({ identity: identityOf(kubeconfig) }));
}

function mustBeOurs(data: string, kubeconfig: string): void {
  const made = join(data, 'kind', 'made.json');
  try {
    if (existsSync(made) && (JSON.parse(readFileSync(made, 'utf8')) as { identity: string }).identity === identityOf(kubeconfig)) return;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error; // half written: not known to be ours
  }
  throw new ClusterError(
    `there is a kind cluster "${kindName}" that this game didn't make.`,
    `Play on it as on any other: k8squest allow kind-${kindName}. Or delete it yourself: kind delete cluster --name ${kindName}`,
  );
}

function choiceOf(kubeconfig: string): ContextChoice {
  return { context: `kind-${kindName}`, kubeconfigs: [kubeconfig], isOurs: true };
}

/** Runs kind; all it says goes to the log, its failures become sentences. */
function runner(state: string): Run {
  const log = join(state, 'k8squest.log');
  return async (argv, { secondsMax = 120, onLine = () => {} } = {}) => {
    mkdirSync(state, { recursive: true });
    const { output, stdout, exitCode, failure } = await runKind(argv, secondsMax, onLine);
    appendFileSync(log, `$ kind ${argv.join(' ')}\n${output.trimEnd()}\n(exit code ${exitCode ?? failure})\n`);
    if (exitCode === 0) return stdout;
    throw await explainKind(output, failure, log, engineFound);
  };
}

interface Ended {
  readonly output: string;
  readonly stdout: string;
  readonly exitCode: number | undefined;
  /** It couldn't be started, or was ended. */
  readonly failure: string | undefined;
}

function runKind(argv: readonly string[], secondsMax: number, onLine: (line: string) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.env['K8SQUEST_KIND'] ?? 'kind', argv, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const text = { stdout: '', stderr: '', output: '' };
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      process.kill(-child.pid!, 'SIGKILL');
    }, secondsMax * 1000);
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk: Buffer) => {
        text[stream] += chunk.toString();
        text.output += chunk.toString();
        for (const line of chunk.toString().split('\n')) onLine(line);
      });
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve({ output: text.output, stdout: '', exitCode: undefined, failure: error.code ?? error.message });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ output: text.output, stdout: text.stdout, exitCode: code ?? undefined, failure: isLate ? 'timed out' : undefined });
    });
  });
}

/** The container engine that is installed, if any. */
async function engineFound(): Promise<string | undefined> {
  for (const engine of ['docker', 'podman', 'nerdctl']) {
    try {
      await promisify(execFile)(engine, ['--version'], { timeout: 5000 });
      return engine;
    } catch {} // not there
  }
  return undefined;
}
