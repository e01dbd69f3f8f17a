// From --cluster and --context to where the game is played; what must be asked or waited for comes before the screen.
import { ClusterError } from '../cluster/cluster.ts';
import type { ContextChoice } from '../cluster/context-open.ts';
import { playerFiles } from '../game/player-files.ts';
import { SaveFile } from '../game/save.ts';
import { sayOnce } from './say-once.ts';

export interface ClusterChoice {
  readonly cluster?: string;
  readonly context?: string;
  readonly yes?: boolean;
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** undefined: a simulated one. Throws ClusterError: a context that isn't allowed, a kind that fails. */
export async function chooseCluster({ cluster, context, yes = false }: ClusterChoice): Promise<ContextChoice | undefined> {
  const where = cluster ?? (context === undefined ? 'simulated' : 'context');
  if (context !== undefined && where !== 'context')
    throw new ClusterError(`--cluster ${where} has no contexts.`, 'Leave out --context or --cluster.');
  if (where === 'simulated') return undefined;
  if (where === 'kind') return prepared(await kindCluster(yes));
  if (where !== 'context') throw new ClusterError('--cluster is simulated, kind or context.', 'For example: k8squest play --cluster kind');
  if (context === undefined)
    throw new ClusterError('--cluster context needs to know which.', 'Name it with --context; kubectl config get-contexts lists them.');
  return prepared({ context });
}

async function kindCluster(yes: boolean): Promise<ContextChoice> {
  const [{ ensureKindCluster }, { confirm }] = await Promise.all([import('../cluster/kind.ts'), import('./confirm.ts')]);
  const calledOff = new AbortController();
  const callOff = () => calledOff.abort();
  const agree = async (what: string) => {
    const agrees = yes || (await confirm(what));
    // From here on leaving takes a moment: what is half made goes first.
    if (agrees) for (const signal of endingSignals) process.on(signal, callOff);
    return agrees;
  };
  try {
    return await ensureKindCluster({
      files: playerFiles(),
      agree,
      progress: sayOnce(),
      signal: calledOff.signal,
    });
  } finally {
    for (const signal of endingSignals) process.off(signal, callOff);
  }
}

/** Reaches the cluster once before the screen is there: what is wrong is said on the terminal, and what takes long is seen. */
async function prepared(choice: ContextChoice): Promise<ContextChoice> {
  const [{ openContext }, { RunFolder, sweepRunFolders }] = await Promise.all([
    import('../cluster/context-open.ts'),
    import('../cluster/run-folder.ts'),
  ]);
  const files = playerFiles();
  const { instance } = await new SaveFile(files.data).update((data) => data);
  sweepRunFolders(files.state);
  const { kubeconfig } = new RunFolder(files.state);
  await openContext(choice, { files, kubeconfig, instance, progress: sayOnce() });
  return choice;
}
