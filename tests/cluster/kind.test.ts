// The kind cluster: made after asking, reused, deleted; each of kind's failures in one sentence with a remedy. kind is a stand-in here.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { deleteKindCluster, ensureKindCluster } from '../../src/cluster/kind.ts';

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

function ensure(agrees = true) {
  return ensureKindCluster({ files: files(), agree: async () => agrees, progress: (what) => said.push(what) });
}

function calls(): string[] {
  return readFileSync(join(folder, 'kind-home', 'calls'), 'utf8')
    .trim()
    .split('\n');
}

test('it is made after asking, of three nodes, and its steps are told', async () => {
  const choice = await ensure();
  expect(choice).toEqual({ context: 'kind-k8squest', kubeconfigs: [join(folder, 'data', 'kind', 'kubeconfig')], isOurs: true });
  expect(said).toContain('making the kind cluster: Starting control-plane');
  expect(readFileSync(join(folder, 'data', 'kind', 'config.yaml'), 'utf8').match(/role:/g)).toHaveLength(3);
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
  ['engine', "the container engine isn't running", 'Start it'],
  ['rights', 'you may not use the container engine', 'group docker'],
  ['taken', 'is there already, and this game did not make it', 'kind delete cluster'],
  ['disk', 'the disk is full', 'Make room'],
  ['image', "the node's image can't be pulled", 'internet'],
  ['late', 'the cluster did not become ready', 'memory'],
])('kind fails (%s): %s', async (fails, says, remedy) => {
  vi.stubEnv('KIND_FAILS', fails);
  const error = (await ensure().catch((error: unknown) => error)) as Error & { fix: string };
  expect(error.message).toContain(says);
  expect(error.fix).toContain(remedy);
  expect(error.fix).toContain('k8squest.log');
  expect(readFileSync(join(folder, 'state', 'k8squest.log'), 'utf8')).toContain('ERROR: ');
});

test('what kind left half made is removed, but not what was there before', async () => {
  vi.stubEnv('KIND_FAILS', 'disk');
  await ensure().catch(() => {});
  expect(calls().some((call) => call.startsWith('delete cluster'))).toBe(true);
  rmSync(join(folder, 'kind-home', 'calls'));
  vi.stubEnv('KIND_FAILS', 'taken');
  await ensure().catch(() => {});
  expect(calls().some((call) => call.startsWith('delete cluster'))).toBe(false);
});

test('kind is not there, or there is no engine', async () => {
  vi.stubEnv('K8SQUEST_KIND', join(folder, 'nowhere'));
  await expect(ensure()).rejects.toThrow('kind is not installed');
  vi.stubEnv('K8SQUEST_KIND', resolve('tests/cluster/stand-in-kind.sh'));
  vi.stubEnv('KIND_FAILS', 'odd');
  vi.stubEnv('PATH', '/usr/bin:/bin');
  await expect(ensure()).rejects.toThrow(/kind needs a container engine|something nobody knows/);
});
