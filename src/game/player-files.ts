// Where the player's files lie: env-paths' folders, or all below K8SQUEST_HOME.
import { join } from 'node:path';
import envPaths from 'env-paths';

export interface PlayerFiles {
  readonly config: string;
  readonly data: string;
  readonly state: string;
  readonly cache: string;
}

/** Folders of the player's own; none is made here. */
export function playerFiles(environment: NodeJS.ProcessEnv = process.env): PlayerFiles {
  const home = environment['K8SQUEST_HOME'];
  if (home) return { config: join(home, 'config'), data: join(home, 'data'), state: join(home, 'state'), cache: join(home, 'cache') };
  const paths = envPaths('k8squest', { suffix: '' });
  return { config: paths.config, data: paths.data, state: paths.log, cache: paths.cache };
}
