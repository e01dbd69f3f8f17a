// The contexts that the player allows to be played on: config.yaml says which, and what they were when they were allowed.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatYaml, parseYaml } from '../apimachinery/manifest.ts';
import { ClusterError } from './cluster.ts';
import { fingerprintOf, type KubeContext } from './context-kubeconfig.ts';

interface AllowedContext {
  readonly name: string;
  readonly server: string;
  readonly fingerprint: string;
}

type Config = Record<string, unknown>;

/** Throws ClusterError unless the player allowed this very context: its name, server and user. */
export function mustBeAllowed(configFolder: string, context: KubeContext): void {
  const allowed = allowedIn(readConfig(configFolder)).find(({ name }) => name === context.name);
  if (!allowed)
    throw new ClusterError(
      `context "${context.name}" (${context.server}) isn't one of those that you allow to be played on.`,
      `If it may be: k8squest allow ${context.name}`,
    );
  if (allowed.fingerprint === fingerprintOf(context)) return;
  const what =
    allowed.server === context.server ? 'its user or how it signs in' : `its server was ${allowed.server} and is ${context.server}`;
  throw new ClusterError(
    `context "${context.name}" isn't what you allowed: ${what}${allowed.server === context.server ? ' has changed' : ''}.`,
    `See whether that is right, then allow it anew: k8squest allow ${context.name}`,
  );
}

/** Adds the context to the list, or renews it. */
export function allowContext(configFolder: string, context: KubeContext): void {
  const config = readConfig(configFolder);
  const others = allowedIn(config).filter(({ name }) => name !== context.name);
  const entry: AllowedContext = { name: context.name, server: context.server, fingerprint: fingerprintOf(context) };
  mkdirSync(configFolder, { recursive: true });
  const path = pathOf(configFolder);
  writeFileSync(`${path}.${process.pid}`, formatYaml({ ...config, allowedContexts: [...others, entry] }), { mode: 0o600 });
  renameSync(`${path}.${process.pid}`, path);
}

function readConfig(folder: string): Config {
  const path = pathOf(folder);
  if (!existsSync(path)) return {};
  try {
    const config = parseYaml(readFileSync(path, 'utf8'));
    if (config === null) return {};
    if (typeof config === 'object' && !Array.isArray(config)) return config as Config;
    throw new Error('it holds no fields');
  } catch (error) {
    throw new ClusterError(`${path} can't be read: ${(error as Error).message.split('\n')[0]}.`, 'Mend it or move it away.', error);
  }
}

function allowedIn(config: Config): AllowedContext[] {
  const list = config['allowedContexts'];
  if (!Array.isArray(list)) return [];
  return list.filter(
    (item): item is AllowedContext =>
      typeof item === 'object' && item !== null && ['name', 'server', 'fingerprint'].every((field) => typeof item[field] === 'string'),
  );
}

function pathOf(folder: string): string {
  return join(folder, 'config.yaml');
}
