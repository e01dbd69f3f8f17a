// The player's kubeconfig, read and never written: one of its contexts, as a text of our own.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { formatYaml, parseYaml } from '../apimachinery/manifest.ts';
import { ClusterError } from './cluster.ts';

type Fields = Record<string, unknown>;
interface Entry {
  readonly name: string;
  readonly value: Fields;
  /** Folder of the file that it stands in: its relative paths begin there. */
  readonly folder: string;
}

/** A context with the cluster and user that it names; relative paths are absolute. */
export interface KubeContext {
  readonly name: string;
  readonly server: string;
  readonly cluster: Fields;
  readonly userName: string;
  readonly user: Fields;
  /** Of the context itself: where kubectl stands without -n. */
  readonly namespace?: string;
}

/** The first line of the kubeconfig that the game writes for a real cluster. */
export const contextKubeconfigMark = '# Written by k8squest for one level; it goes when the game ends.';

/** The files that kubectl would read. */
export function kubeconfigFiles(environment: NodeJS.ProcessEnv = process.env): string[] {
  const named = environment['KUBECONFIG'];
  return named ? named.split(delimiter).filter(Boolean) : [join(environment['HOME'] ?? homedir(), '.kube', 'config')];
}

/** The context of this name. Throws ClusterError: no such context, or a file that can't be read. */
export function readContext(name: string, files: readonly string[] = kubeconfigFiles()): KubeContext {
  const configs = files.filter((file) => existsSync(file)).map(readConfig);
  const entries = (list: string, field: string) => configs.flatMap(({ config, folder }) => entriesOf(config[list], field, folder));
  const contexts = entries('contexts', 'context');
  // kubernetes: staging/src/k8s.io/client-go/tools/clientcmd/loader.go: the first file that has a name wins
  const context = contexts.find((entry) => entry.name === name);
  if (!context) {
    const known = [...new Set(contexts.map((entry) => entry.name))];
    const there = known.length > 0 ? `There are: ${known.join(', ')}.` : `There are none in ${files.join(', ')}.`;
    throw new ClusterError(`there is no context "${name}" in your kubeconfig.`, there);
  }
  const clusterName = text(context.value['cluster']);
  const userName = text(context.value['user']);
  const cluster = entries('clusters', 'cluster').find((entry) => entry.name === clusterName);
  if (!cluster) throw broken(`context "${name}" names the cluster "${clusterName}", which isn't there`);
  const user = entries('users', 'user').find((entry) => entry.name === userName);
  if (!user) throw broken(`context "${name}" names the user "${userName}", which isn't there`);
  const server = text(cluster.value['server']);
  if (!/^https?:\/\//.test(server)) throw broken(`cluster "${clusterName}" has no server address`);
  const namespace = text(context.value['namespace']);
  return {
    name,
    server,
    cluster: withAbsolutePaths(cluster, ['certificate-authority']),
    userName,
    user: withAbsoluteCommand(withAbsolutePaths(user, ['client-certificate', 'client-key', 'tokenFile']), user.folder),
    ...(namespace && { namespace }),
  };
}

/** A kubeconfig with that one context and nothing else, standing in `namespace`. */
export function kubeconfigOf({ name, cluster, userName, user }: KubeContext, namespace: string): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster }],
    contexts: [{ name, context: { cluster: name, user: userName, namespace } }],
    users: [{ name: userName, user }],
  };
  return `${contextKubeconfigMark}\n${formatYaml(config)}`;
}

/** What a person allows when allowing a context: all but the secrets, which are renewed. Another fingerprint needs another allowing. */
export function fingerprintOf({ server, cluster, userName, user }: KubeContext): string {
  const ca = cluster['certificate-authority-data'] ?? cluster['certificate-authority'] ?? null;
  const { exec, as, 'as-groups': groups, 'as-uid': uid, 'as-user-extra': extra, 'auth-provider': provider } = user;
  const named = [server, ca, cluster['insecure-skip-tls-verify'], cluster['proxy-url'], cluster['tls-server-name'], userName];
  const acting = [exec, as, groups, uid, extra, (provider as Fields | undefined)?.['name'], credentialOf(user)];
  return createHash('sha256')
    .update(JSON.stringify([...named, ...acting].map((value) => value ?? null)))
    .digest('hex');
}

/** SHA-256 of the CA's PEM text, in hex; '' where the kubeconfig names none. */
export function caDigestOf({ cluster }: KubeContext): string {
  const data = cluster['certificate-authority-data'];
  return typeof data === 'string' ? createHash('sha256').update(Buffer.from(data, 'base64').toString()).digest('hex') : '';
}

/** How the user proves who they are: "a client certificate", "the command aws eks get-token". */
export function credentialOf(user: Fields): string {
  const exec = user['exec'] as { command?: unknown; args?: unknown } | undefined;
  if (exec) return `the command ${[exec.command, ...(Array.isArray(exec.args) ? exec.args : [])].join(' ')}`;
  if (user['auth-provider']) return `the sign-in provider ${text((user['auth-provider'] as Fields)['name'])}`;
  if (user['client-certificate'] || user['client-certificate-data']) return 'a client certificate';
  if (user['token'] || user['tokenFile']) return 'a token';
  return user['username'] ? 'a password' : 'nothing';
}

function readConfig(file: string): { config: Fields; folder: string } {
  let config: unknown;
  try {
    config = parseYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    throw broken(`${file} can't be read: ${(error as Error).message.split('\n')[0]}`);
  }
  return { config: isFields(config) ? config : {}, folder: dirname(resolve(file)) };
}

function entriesOf(list: unknown, field: string, folder: string): Entry[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => {
    if (!isFields(item) || typeof item['name'] !== 'string') return [];
    return [{ name: item['name'], value: isFields(item[field]) ? item[field] : {}, folder }];
  });
}

function withAbsolutePaths({ value, folder }: Entry, fields: readonly string[]): Fields {
  const paths = fields.flatMap((field) => {
    const path = value[field];
    return typeof path === 'string' && path !== '' ? [[field, isAbsolute(path) ? path : join(folder, path)]] : [];
  });
  const changed: Fields = { ...value, ...Object.fromEntries(paths) };
  // The CA's text goes in: whoever compares a kubeconfig with a running game's needs no second file.
  const authority = changed['certificate-authority'];
  if (typeof authority !== 'string' || changed['certificate-authority-data'] || !existsSync(authority)) return changed;
  const { 'certificate-authority': _path, ...rest } = changed;
  return { ...rest, 'certificate-authority-data': readFileSync(authority).toString('base64') };
}

/** kubernetes: staging/src/k8s.io/client-go/tools/clientcmd/loader.go: a command with a slash is relative to the file, others are looked for on PATH */
function withAbsoluteCommand(user: Fields, folder: string): Fields {
  const exec = user['exec'];
  if (!isFields(exec)) return user;
  const command = text(exec['command']);
  return command.includes('/') && !isAbsolute(command) ? { ...user, exec: { ...exec, command: join(folder, command) } } : user;
}

function broken(what: string): ClusterError {
  return new ClusterError(`${what}.`, 'Mend your kubeconfig; k8squest never writes to it.');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
