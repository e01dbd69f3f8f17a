// `k8squest allow CONTEXT`: shows what a context is and what playing makes there, and puts it on the list of those that may be played on.
import { allowContext } from '../cluster/allow-list.ts';
import { forgetCapabilities } from '../cluster/capability-cache.ts';
import { ClusterError } from '../cluster/cluster.ts';
import { credentialOf, type KubeContext, kubeconfigOf, readContext } from '../cluster/context-kubeconfig.ts';
import { foreignNamespaces, looksLikeProduction } from '../cluster/context-look.ts';
import { levelRoots } from '../game/level-roots.ts';
import { loadLevels } from '../game/load-levels.ts';
import { playerFiles } from '../game/player-files.ts';
import { confirm } from './confirm.ts';

export interface AllowOptions {
  readonly context: string;
  readonly yes?: boolean;
}

/** More namespaces of others than this make a cluster look shared. */
const manyNamespaces = 10;

export async function allow(options: AllowOptions): Promise<number> {
  const context = readContext(options.context);
  describe(context);
  const doubts = [...looksLikeProduction(context), ...(await sharing(context))];
  if (!options.yes) {
    if (!process.stdin.isTTY) {
      console.error('k8squest: say --yes to allow it without being asked.');
      return 2;
    }
    if (!(await confirm('Allow it?'))) return 1;
    for (const doubt of doubts) if (!(await confirm(`${doubt} Really allow it?`))) return 1;
  } else for (const doubt of doubts) console.error(`k8squest: ${doubt}`);
  const files = playerFiles();
  allowContext(files.config, context);
  forgetCapabilities(files.cache);
  console.log(`Allowed. Play there with: k8squest play --context ${context.name}`);
  return 0;
}

function describe({ name, server, userName, user, cluster }: KubeContext): void {
  const namespaces = [...new Set(loadLevels(levelRoots([])).levels.flatMap(({ mission }) => mission.namespaces))].sort();
  const acting = user['as'] === undefined ? '' : `, acting as ${String(user['as'])}`;
  console.log(`context  ${name}
server   ${server}${cluster['proxy-url'] ? `, by the proxy ${String(cluster['proxy-url'])}` : ''}${cluster['insecure-skip-tls-verify'] ? ' (its certificate is NOT verified)' : ''}
user     ${userName}, by ${credentialOf(user)}${acting}

While a level is played these namespaces are made there, and removed afterwards: ${namespaces.join(', ')},
and once a day k8squest-tryout for a quarter of a minute. A namespace of that name that is there already is left alone, and the level refused.
Nothing else is written, and your kubeconfig is never changed.`);
}

/** A cluster that can't be asked is allowed all the same: the network may be another one later. */
async function sharing(context: KubeContext): Promise<string[]> {
  try {
    const count = await foreignNamespaces(context.name, kubeconfigOf(context, 'default'));
    return count > manyNamespaces ? [`There are ${count} namespaces of others on ${context.server}.`] : [];
  } catch (error) {
    if (!(error instanceof ClusterError)) return []; // it may not list namespaces
    console.error(`k8squest: ${error.message} ${error.fix}`);
    return [];
  }
}
