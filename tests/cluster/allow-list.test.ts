// Contexts: read as kubectl reads them, allowed as they were seen, and nothing else.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allowContext, mustBeAllowed } from '../../src/cluster/allow-list.ts';
import { type KubeContext, kubeconfigOf, readContext } from '../../src/cluster/context-kubeconfig.ts';
import { looksLikeProduction } from '../../src/cluster/context-look.ts';

let folder: string;
const cluster = { server: 'https://one.example.com', 'certificate-authority-data': 'Q0E=' };
const user = { token: 'secret' };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8squest-allow-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, change: { cluster?: object; user?: object; userName?: string } = {}): string {
  const path = join(folder, name);
  const userName = change.userName ?? 'anna';
  const config = {
    clusters: [{ name: 'c', cluster: { ...cluster, ...change.cluster } }],
    users: [{ name: userName, user: change.user ?? user }],
    contexts: [{ name: 'test', context: { cluster: 'c', user: userName, namespace: 'theirs' } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

function context(change?: Parameters<typeof write>[1]): KubeContext {
  return readContext('test', [write('config', change)]);
}

test('a context that was not allowed is refused, with the command that allows it', () => {
  expect(() => mustBeAllowed(folder, context())).toThrow('context "test" (https://one.example.com) isn\'t one of those that you allow');
});

test('an allowed one is played on, and other settings stay', () => {
  writeFileSync(join(folder, 'config.yaml'), 'keys:\n  quit: q\n');
  allowContext(folder, context());
  expect(() => mustBeAllowed(folder, context())).not.toThrow();
  expect(readFileSync(join(folder, 'config.yaml'), 'utf8')).toContain('quit: q');
});

test('a renewed secret needs no new allowing', () => {
  allowContext(folder, context());
  expect(() => mustBeAllowed(folder, context({ user: { token: 'renewed' } }))).not.toThrow();
});

const exec = (command: string, ...args: string[]) => ({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args } });
test.each<[string, Parameters<typeof write>[1], Parameters<typeof write>[1]?]>([
  ['another server', { cluster: { server: 'https://two.example.com' } }],
  ['another CA', { cluster: { 'certificate-authority-data': 'T1RIRVI=' } }],
  ['a certificate that is not verified', { cluster: { 'insecure-skip-tls-verify': true } }],
  ['a proxy', { cluster: { 'proxy-url': 'http://evil.example.com' } }],
  ['another server name', { cluster: { 'tls-server-name': 'x' } }],
  ['another user', { userName: 'eve' }],
  ['a command that signs in', { user: exec('/bin/evil') }],
  ['another argument of that command', { user: exec('aws', 'eks', 'x') }, { user: exec('aws', 'eks') }],
  ['another command', { user: exec('./aws') }, { user: exec('aws') }],
  ['an impersonation', { user: { ...user, as: 'admin' } }],
  ['a group', { user: { ...user, 'as-groups': ['system:masters'] } }],
  ['another way to sign in', { user: { 'client-certificate-data': 'x' } }],
])('under the same name, %s is refused', (_what, changed, first) => {
  allowContext(folder, context(first));
  expect(() => mustBeAllowed(folder, context(changed))).toThrow(/isn't what you allowed/);
});

test('our kubeconfig holds that one context and stands in the level’s namespace; the player’s stays as it is', () => {
  const path = write('config');
  const before = readFileSync(path, 'utf8');
  const text = kubeconfigOf(readContext('test', [path]), 'k8squest');
  const ours = join(folder, 'ours');
  writeFileSync(ours, text);
  expect(readContext('test', [ours]).namespace).toBe('k8squest');
  expect(text.match(/server:/g)).toHaveLength(1);
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('the first file that has a name wins, and relative paths begin at their file', () => {
  const first = write('first', {
    cluster: { server: 'https://first.example.com' },
    user: { 'client-certificate': 'a.crt', 'client-key': '/k' },
  });
  const second = write('second', { cluster: { server: 'https://second.example.com' } });
  const found = readContext('test', [first, second, join(folder, 'nowhere')]);
  expect(found.server).toBe('https://first.example.com');
  expect(found.user).toEqual({ 'client-certificate': join(folder, 'a.crt'), 'client-key': '/k' });
});

test('a context that is not there is refused with those that are', () => {
  expect(() => readContext('other', [write('config')])).toThrow('there is no context "other"');
});

test.each([
  ['prod-eu', 1],
  ['my-production', 1],
  ['gke_live_cluster', 1],
  ['kind-test', 0],
  ['product-demo', 0],
])('%s is asked about again %i times', (name, times) => {
  expect(looksLikeProduction({ ...context(), name })).toHaveLength(times);
});
