// Puts a session together: levels, save, cluster, control socket. The worker thread and `--plain` both do it here.
import type { Server } from 'node:net';
import { dirname, join } from 'node:path';
import type { ContextCluster } from '../cluster/context.ts';
import type { ContextChoice } from '../cluster/context-open.ts';
import { findKubectl } from '../cluster/kubectl.ts';
import { RunFolder, sweepRunFolders } from '../cluster/run-folder.ts';
import { SimulatedCluster } from '../cluster/simulated.ts';
import { checkLevel } from './check.ts';
import { openControlSocket } from './control-socket.ts';
import { GameLog } from './game-log.ts';
import type { Level } from './level.ts';
import { levelRoots } from './level-roots.ts';
import { loadLevels } from './load-levels.ts';
import { playerFiles } from './player-files.ts';
import { SaveFile } from './save.ts';
import { Session } from './session.ts';
import type { Notice } from './session-view.ts';

/** What `play` was asked for; plain data, as it crosses the thread. */
export interface PlayOptions {
  readonly levels: readonly string[];
  readonly seed?: number;
  /** A real cluster, instead of a simulated one. */
  readonly context?: ContextChoice;
}

/** Opens it all. Throws SaveError, LevelsFolderError, ClusterError. `close` of the session leaves nothing behind but the save. */
export async function openSession(options: PlayOptions): Promise<Session> {
  const files = playerFiles();
  const log = new GameLog(files.state);
  const campaign = loadLevels(levelRoots(options.levels));
  const save = new SaveFile(files.data);
  // What is wrong with the save is said before anything is started.
  const opened = save.read();
  sweepRunFolders(files.state);
  const folder = new RunFolder(files.state);
  process.once('exit', () => folder.remove());
  const [search, cluster] = await Promise.all([findKubectl({ cacheFolder: files.cache }), openCluster(options, folder, save)]);
  const notices: Notice[] = [
    ...(opened.notice ? [{ id: 'save', text: opened.notice }] : []),
    ...(search.kubectl ? [] : [{ id: 'kubectl', text: search.problem }]),
  ];
  const record = (level?: Level) =>
    folder.writeRecord({
      pid: process.pid,
      ...(level && { level: level.id }),
      kubeconfig: folder.kubeconfig,
      server: cluster.server,
      caDigest: cluster.caDigest,
      controlSocket: folder.controlSocket,
    });
  record();
  let socket: Server | undefined;
  const session: Session = new Session({
    campaign,
    save,
    cluster,
    clusterView: {
      name: cluster.name,
      kubeconfig: folder.kubeconfig,
      environment: {
        KUBECONFIG: folder.kubeconfig,
        KUBECACHEDIR: join(folder.path, 'kube-cache'),
        HISTFILE: join(folder.path, 'history'),
        ...(search.kubectl && { K8SQUEST_KUBECTL_FOLDER: dirname(search.kubectl.path), K8SQUEST_KUBECTL_PATH: search.kubectl.path }),
      },
    },
    notices,
    logPath: log.path,
    log: (text) => log.write(text),
    onLevel: record,
    onClosed() {
      socket?.close();
      folder.remove();
    },
  });
  socket = await openControlSocket(folder.controlSocket, async ({ level: wanted }) => {
    const level = wanted === undefined ? session.level : campaign.levels.find(({ id }) => id === wanted);
    if (!level) throw new Error('no level is being played');
    return checkLevel(level, cluster.api, cluster.clock);
  });
  return session;
}

async function openCluster(options: PlayOptions, { kubeconfig }: RunFolder, save: SaveFile): Promise<SimulatedCluster | ContextCluster> {
  if (options.context) {
    const { openContext } = await import('../cluster/context-open.ts');
    // A new save is written at once: what it makes on the cluster bears its id.
    const { instance } = await save.update((data) => data);
    return openContext(options.context, { files: playerFiles(), kubeconfig, instance });
  }
  const cluster = new SimulatedCluster({ kubeconfig, seed: options.seed ?? seedOfToday() });
  await cluster.open();
  return cluster;
}

/** Another cluster each day, the same one all day: names in it can be talked about. */
function seedOfToday(): number {
  return Math.floor(Date.now() / 86_400_000);
}
