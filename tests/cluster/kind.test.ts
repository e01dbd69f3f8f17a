// The kind cluster: made after asking, reused, deleted; each of kind's failures in one sentence with a remedy. kind is a stand-in here.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { deleteKindCluster, ensureKindCluster } from '../../src/cluster/kind.ts';
import { explainKind } from '../../src/cluster/kind-failures.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
const said: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8squest-kind-'));
  mkdirSync(join(folder, 'kind-home', 'clusters'), { recursive: true });
  vi.stubEnv('K8SQUEST_KIND', resolve('tests/cluster/stand-in-kind.sh'));
  vi.stubEnv('KIND_HOME', join(folder, 'kind-home'));
  vi.stubEnv('KIND_KUBECONFIG', kubeconfig('one'));
  vi.stubEnv('KIND_FAILS', '');
  said.length = 0;
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function kubeconfig(ca: string): string {
  const path = join(folder, `kubeconfig-${ca}`);
  writeFileSync(
    path,
    `apiVersion: v1
kind: Config
clusters: [{name: kind-k8squest, cluster: {server: "https://127.0.0.1:1", certificate-authority-data: ${Buffer.from(ca).toString('base64')}}}]
contexts: [{name: kind-k8squest, context: {cluster: kind-k8squest, user: kind-k8squest}}]
users: [{name: kind-k8squest, user: {token: t}}]
`,
  );
  return path;
}

function files() {
  return { data: join(folder, 'data'), state: join(folder, 'state') };
}

function ensure(agrees = true, signal?: AbortSignal) {
  const progress = (what: string) => said.push(what);
  return ensureKindCluster({ files: files(), agree: async () => agrees, progress, ...(signal && { signal }) });
}

async function failure(): Promise<Error & { fix: string }> {
  return (await ensure().then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  )) as Error & { fix: string };
}

function calls(): string[] {
  return readFileSync(join(folder, 'kind-home', 'calls'), 'utf8')
    .trim()
    .split('\n');
}

test('it is made after asking, of three nodes, and its steps are told', async () => {
  const choice = await ensure();
  expect(choice).toEqual({ context: 'kind-k8squest', kubeconfigs: [join(folder, 'data', 'kind', 'kubeconfig')], isOurs: true });
  expect([...new Set(said)]).toEqual([
    'looking for kind',
    'making the kind cluster: kind starts',
    'making the kind cluster: Ensuring node image (kindest/node:v1.34.0)',
    'making the kind cluster: Preparing nodes',
    'making the kind cluster: Writing configuration',
    'making the kind cluster: Starting control-plane',
    'making the kind cluster: Installing CNI',
    'making the kind cluster: Installing StorageClass',
    'making the kind cluster: Joining worker nodes',
    'making the kind cluster: Waiting ≤ 5m0s for control-plane = Ready',
    'making the kind cluster: Ready after 0s',
  ]);
  expect(readFileSync(join(folder, 'data', 'kind', 'config.yaml'), 'utf8').match(/role:/g)).toHaveLength(3);
  const log = readFileSync(join(folder, 'state', 'k8squest.log'), 'utf8');
  expect(log).toContain('✓ Joining worker nodes');
  expect(log).not.toContain('token'); // the kubeconfig that kind hands out
});

test('without agreement nothing is made', async () => {
  await expect(ensure(false)).rejects.toThrow('no kind cluster was made');
  expect(calls()).toEqual(['get clusters']);
});

test('it is reused', async () => {
  await ensure();
  await ensure(false);
  expect(calls().filter((call) => call.startsWith('create'))).toHaveLength(1);
});

test('it is deleted, and then there is none', async () => {
  await ensure();
  expect(await deleteKindCluster({ files: files(), progress: () => {} })).toBe(true);
  expect(existsSync(join(folder, 'kind-home', 'clusters', 'k8squest'))).toBe(false);
  expect(await deleteKindCluster({ files: files(), progress: () => {} })).toBe(false);
});

test("a cluster of that name that isn't ours is neither played on nor deleted", async () => {
  writeFileSync(join(folder, 'kind-home', 'clusters', 'k8squest'), '');
  await expect(ensure()).rejects.toThrow(`there is a kind cluster "k8squest" that this game didn't make`);
  await expect(deleteKindCluster({ files: files(), progress: () => {} })).rejects.toThrow("this game didn't make");
  expect(calls().filter((call) => /^(create|delete)/.test(call))).toEqual([]);
});

test('a cluster that somebody made anew under the name isn’t ours any more', async () => {
  await ensure();
  vi.stubEnv('KIND_KUBECONFIG', kubeconfig('two'));
  await expect(ensure()).rejects.toThrow("this game didn't make");
});

test.each([
  ['no-engine', 'it needs a container engine, and there is none', 'Install Docker'],
  ['docker-down', "the container engine isn't running", 'Start it'],
  ['docker-stopped', "the container engine isn't running", 'Start it'],
  ['podman-down', "the container engine isn't running", 'podman machine start'],
  ['docker-denied', 'you may not use the container engine', 'group docker'],
  ['denied', 'you may not use the container engine', 'group docker'],
  ['rootless', 'the container engine runs without root', 'user/rootless'],
  ['taken', 'is there already, and this game did not make it', 'kind delete cluster'],
  ['name-conflict', 'there is a container already that has the name of one of its nodes', 'docker rm'],
  ['disk-full-starting', 'the disk is full', 'Make room'],
  ['pull-disk-full', 'the disk is full', 'Make room'],
  ['pull-no-host', "the node's image can't be pulled", 'internet'],
  ['pull-timeout', "the node's image can't be pulled", 'internet'],
  ['pull-limit', "the node's image can't be pulled: the registry's limit", 'docker login'],
  ['no-addresses', 'no addresses left for a network', 'docker network prune'],
  ['port-taken', 'a port that it needs is in use', 'End what uses it'],
  ['node-not-started', 'a node did not start', 'inotify'],
  ['node-ended', 'a node did not start', 'inotify'],
  ['init-fails', 'the cluster did not become ready', 'memory'],
  ['join-fails', 'the cluster did not become ready', 'memory'],
  ['unheard-of', 'failed to create cluster: something nobody knows.', ''],
])('kind fails (%s): %s', async (fails, says, remedy) => {
  vi.stubEnv('KIND_FAILS', fails);
  const error = await failure();
  expect(error.message).toMatch(/^kind failed: .+\.$/);
  expect(error.message).toContain(says);
  expect(error.fix).toContain(remedy);
  expect(error.fix).toContain('k8squest.log');
  expect(readFileSync(join(folder, 'state', 'k8squest.log'), 'utf8')).toContain('ERROR: ');
});

test.each([
  [
    'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory',
    "kind failed: the container engine isn't running.",
  ],
  [
    'permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
    'kind failed: you may not use the container engine.',
  ],
  [
    'time="2026-01-01T00:00:00Z" level=fatal msg="cannot access containerd socket \\"/run/containerd/containerd.sock\\": no such file or directory"',
    "kind failed: the container engine isn't running.",
  ],
  [
    'time="2026-01-01T00:00:00Z" level=fatal msg="cannot access containerd socket \\"/run/containerd/containerd.sock\\": permission denied"',
    'kind failed: you may not use the container engine.',
  ],
  [
    "\nThe command 'docker' could not be found in this WSL 2 distro.\nWe recommend to activate the WSL integration in Docker Desktop settings.",
    'kind failed: it needs a container engine, and there is none.',
  ],
  [
    'Error response from daemon: client version 1.50 is too new. Maximum supported API version is 1.41',
    'kind failed: Error response from daemon: client version 1.50 is too new. Maximum supported API version is 1.41.',
  ],
])('what Docker 29, nerdctl and others answer: %s', (answer, message) => {
  const said = `ERROR: failed to list clusters: command "docker ps -a" failed with error: exit status 1\n\nCommand Output: ${answer}\n`;
  expect(explainKind(said, undefined, 'k8squest.log').message).toBe(message);
});

test('nodes that are not ready when kind has finished are told; the next start goes on with the cluster', async () => {
  vi.stubEnv('KIND_FAILS', 'not-ready');
  expect((await failure()).message).toBe('the kind cluster is made, but it did not become ready in five minutes.');
  vi.stubEnv('KIND_FAILS', '');
  await ensure(false);
});

test('a game that is ended in the middle ends kind, and takes away what is half made', async () => {
  vi.stubEnv('KIND_FAILS', 'hangs');
  const calledOff = new AbortController();
  const made = ensure(true, calledOff.signal);
  const isMade = () => existsSync(join(folder, 'kind-home', 'clusters', 'k8squest'));
  await vi.waitFor(() => expect(isMade()).toBe(true), 10_000);
  calledOff.abort();
  await expect(made).rejects.toThrow('you called it off');
  expect(isMade()).toBe(false);
});

test('a cluster that kind finished when the game was killed meanwhile is ours all the same', async () => {
  await ensure();
  rmSync(join(folder, 'data', 'kind', 'kubeconfig')); // all that the game itself writes after kind
  await ensure(false);
});

test.each([
  ['half-made', 'the cluster "k8squest" is only half made.'],
  ['stopped', 'the nodes of the cluster "k8squest" are stopped.'],
])('a cluster that is %s is told as that, and left alone', async (fails, says) => {
  writeFileSync(join(folder, 'kind-home', 'clusters', 'k8squest'), '');
  vi.stubEnv('KIND_FAILS', fails);
  const error = await failure();
  expect(error.message).toBe(`kind failed: ${says}`);
  expect(calls().some((call) => call.startsWith('delete'))).toBe(false);
});

test('what kind left half made is removed, but not what was there before', async () => {
  vi.stubEnv('KIND_FAILS', 'disk-full-starting');
  await failure();
  expect(calls().some((call) => call.startsWith('delete cluster'))).toBe(true);
  for (const fails of ['taken', 'name-conflict']) {
    rmSync(join(folder, 'kind-home', 'calls'));
    vi.stubEnv('KIND_FAILS', fails);
    await failure();
    expect(calls().some((call) => call.startsWith('delete cluster'))).toBe(false);
  }
});

test('kind is not there', async () => {
  vi.stubEnv('K8SQUEST_KIND', join(folder, 'nowhere'));
  await expect(ensure()).rejects.toThrow('kind is not installed');
});
