// The cluster that the game makes itself by kind: found, made after asking, waited for, reused, deleted.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClusterError, type Progress } from './cluster.ts';
import { caDigestOf, readContext } from './context-kubeconfig.ts';
import type { ContextChoice } from './context-open.ts';
import { explainKind, KindError } from './kind-failures.ts';

export interface KindOptions {
  readonly files: { readonly data: string; readonly state: string };
  /** Asked before a cluster is made. */
  readonly agree: (question: string) => Promise<boolean>;
  readonly progress: Progress;
  /** Calls it off: kind is ended, and what is half made goes. */
  readonly signal?: AbortSignal;
}

/** kind's name of our cluster; the context is "kind-k8squest". */
export const kindName = 'k8squest';
const context = `kind-${kindName}`;
/** The node's image is a download of half a gigabyte. */
const createSecondsMax = 1800;

const config = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: ${kindName}
nodes:
  - role: control-plane
  - role: worker
  - role: worker
`;

/** Our kind cluster, made when it isn't there. Throws ClusterError: kind's failures, a cluster of that name that isn't ours, no agreement. */
export async function ensureKindCluster({ files, agree, progress, signal }: KindOptions): Promise<ContextChoice> {
  const ours = filesOf(files.data);
  const run = runner(files.state);
  progress('looking for kind');
  if (!(await clusters(run)).includes(kindName)) {
    const question = `k8squest makes a kind cluster "${kindName}" of three nodes (about 1 GB of images, 2 GB of memory; k8squest reset --cluster kind deletes it). Go on?`;
    if (!(await agree(question)))
      throw new ClusterError(
        'no kind cluster was made.',
        'Say --yes to make it without being asked, or play on the simulated cluster: k8squest play',
      );
    await create(run, ours, progress, signal);
  }
  await exportKubeconfig(run, ours);
  mustBeOurs(ours);
  return { context, kubeconfigs: [ours.kubeconfig], isOurs: true };
}

/** Deletes it; false when there is none. Throws ClusterError: it isn't ours, or kind fails. */
export async function deleteKindCluster({ files, progress }: Pick<KindOptions, 'files' | 'progress'>): Promise<boolean> {
  const ours = filesOf(files.data);
  const run = runner(files.state);
  const isThere = (await clusters(run)).includes(kindName);
  if (isThere) {
    await exportKubeconfig(run, ours);
    mustBeOurs(ours);
    progress('deleting the kind cluster k8squest');
    await deleteCluster(run, ours);
  }
  rmSync(ours.folder, { recursive: true, force: true });
  return isThere;
}

interface OurFiles {
  readonly folder: string;
  /** What kind wrote when it had made our cluster. A cluster is known by its CA: kind makes a new one for each. */
  readonly made: string;
  /** What kind says of the cluster that is there now. */
  readonly kubeconfig: string;
}

function filesOf(data: string): OurFiles {
  const folder = join(data, 'kind');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { folder, made: join(folder, 'made.kubeconfig'), kubeconfig: join(folder, 'kubeconfig') };
}

type Run = (argv: readonly string[], options?: RunOptions) => Promise<string>;
interface RunOptions {
  readonly secondsMax?: number;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

async function create(run: Run, { folder, made }: OurFiles, progress: Progress, signal: AbortSignal | undefined): Promise<void> {
  const configFile = join(folder, 'config.yaml');
  writeFileSync(configFile, config);
  rmSync(made, { force: true }); // of a cluster that is gone
  let isReady = true;
  const onLine = (line: string) => {
    if (/Timed out waiting for Ready/.test(line)) isReady = false;
    const step = /^ [•✓] (.+)$/.exec(line)?.[1]?.replace(/(?:\p{Extended_Pictographic}|\uFE0F|[\s.])+$/u, '');
    if (step) progress(`making the kind cluster: ${step}`);
  };
  progress('making the kind cluster: kind starts');
  try {
    const argv = ['create', 'cluster', '--name', kindName, '--config', configFile, '--kubeconfig', made, '--wait', '5m'];
    await run(argv, { secondsMax: createSecondsMax, onLine, signal });
  } catch (error) {
    // What kind left half made is ours, and would stand in the way of the next try; a cluster that was there before isn't.
    if (!(error instanceof KindError && error.isTaken)) {
      progress('removing what is half made');
      await deleteCluster(run, { made }).catch(() => {});
    }
    throw error;
  }
  // kind says it in passing, and is content.
  if (!isReady)
    throw new ClusterError(
      'the kind cluster is made, but it did not become ready in five minutes.',
      'It needs about 2 GB of free memory; close other things and start the game again, which goes on with it.',
    );
}

async function deleteCluster(run: Run, { made }: Pick<OurFiles, 'made'>): Promise<void> {
  await run(['delete', 'cluster', '--name', kindName, '--kubeconfig', made]);
}

/** kind's clusters by name. */
async function clusters(run: Run): Promise<string[]> {
  return (await run(['get', 'clusters'], { secondsMax: 30 })).split('\n').map((line) => line.trim());
}

async function exportKubeconfig(run: Run, { kubeconfig }: OurFiles): Promise<void> {
  const text = await run(['get', 'kubeconfig', '--name', kindName], { secondsMax: 30 });
  const aside = `${kubeconfig}.${process.pid}`;
  writeFileSync(aside, text, { mode: 0o600 });
  renameSync(aside, kubeconfig);
}

function mustBeOurs({ made, kubeconfig }: OurFiles): void {
  const authorityOf = (file: string) => caDigestOf(readContext(context, [file]));
  if (existsSync(made) && authorityOf(made) === authorityOf(kubeconfig)) return;
  throw new ClusterError(
    `there is a kind cluster "${kindName}" that this game didn't make.`,
    `Play on it as on any other: k8squest allow ${context}. Or delete it yourself: kind delete cluster --name ${kindName}`,
  );
}

/** Runs kind; what it says goes to the log, its failures become sentences. */
function runner(state: string): Run {
  const log = join(state, 'k8squest.log');
  return async (argv, options = {}) => {
    mkdirSync(state, { recursive: true });
    const { stdout, stderr, exitCode, failure } = await runKind(argv, options);
    // Not what it hands out: a kubeconfig has the administrator's key in it.
    appendFileSync(log, `$ kind ${argv.join(' ')}\n${stderr.trimEnd()}\n(${failure ?? `exit code ${exitCode}`})\n`);
    if (exitCode === 0 && failure === undefined) return stdout;
    throw explainKind(stderr, failure, log);
  };
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
  /** It couldn't be started, or was ended. */
  readonly failure: string | undefined;
}

function runKind(argv: readonly string[], { secondsMax = 120, onLine = () => {}, signal }: RunOptions): Promise<Ended> {
  return new Promise((resolve) => {
    // In a process group of its own: ended with all that it started.
    const child = spawn(process.env['K8SQUEST_KIND'] ?? 'kind', argv, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const text = { stdout: '', stderr: '' };
    let failure: string | undefined;
    const endFor = (reason: string) => () => {
      if (child.pid === undefined) return;
      failure = reason;
      process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(endFor('timed out'), secondsMax * 1000);
    const callOff = endFor('called off');
    signal?.addEventListener('abort', callOff);
    for (const stream of ['stdout', 'stderr'] as const) {
      let line = '';
      child[stream].setEncoding('utf8').on('data', (chunk: string) => {
        text[stream] += chunk;
        const lines = (line + chunk).split('\n');
        line = lines.pop()!;
        for (const whole of lines) onLine(whole);
      });
    }
    const done = (exitCode: number | undefined) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', callOff);
      resolve({ ...text, exitCode, failure });
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.code ?? error.message;
      done(undefined);
    });
    child.on('close', (code) => done(code ?? undefined));
  });
}
