// `k8squest cluster`: a simulated cluster alone in the foreground, for scripts, client libraries and CI.
import { resolve } from 'node:path';
import { RunFolder, sweepRunFolders } from '../cluster/run-folder.ts';
import { SimulatedCluster } from '../cluster/simulated.ts';
import { checkLevel } from '../game/check.ts';
import { openControlSocket } from '../game/control-socket.ts';
import type { Level } from '../game/level.ts';
import { levelRoots } from '../game/level-roots.ts';
import { loadLevels } from '../game/load-levels.ts';
import { playerFiles } from '../game/player-files.ts';
import { sceneOf } from '../game/session.ts';
import { addons } from '../simulator/simulator.ts';
import { chooseLevel } from './choose-level.ts';

export interface ClusterOptions {
  readonly level?: string;
  readonly kubeconfig?: string;
  readonly nodes: number;
  readonly speed: number;
  readonly seed?: number;
  readonly networkPolicies: string;
  readonly addon: readonly string[];
  readonly levels: readonly string[];
}

/** Runs until Ctrl+C, SIGTERM or SIGHUP. */
export async function cluster(options: ClusterOptions): Promise<number> {
  const { networkPolicies } = options;
  if (networkPolicies !== 'enforced' && networkPolicies !== 'ignored') return refuse('--network-policies is enforced or ignored');
  if (options.nodes < 1 || options.nodes > 5) return refuse('--nodes is 1 to 5');
  if (options.speed < 1 || options.speed > 1000) return refuse('--speed is 1 to 1000');
  const unknown = options.addon.find((name) => !addons.some((known) => known === name));
  if (unknown !== undefined) return refuse(`--addon knows ${addons.join(', ')}, not "${unknown}"`);
  const level = options.level === undefined ? undefined : chooseLevel(loadLevels(levelRoots(options.levels)), options.level);
  const files = playerFiles();
  sweepRunFolders(files.state);
  const folder = new RunFolder(files.state);
  process.once('exit', () => folder.remove());
  const running = new SimulatedCluster({
    kubeconfig: options.kubeconfig ? resolve(options.kubeconfig) : folder.kubeconfig,
    seed: options.seed ?? 1,
    nodes: options.nodes,
    speed: options.speed,
    networkPolicies,
    addons: addons.filter((name) => options.addon.includes(name)),
  });
  try {
    const ended = untilSignal();
    await running.open({ isStagedNext: level !== undefined });
    if (level) await running.stage(sceneOf(level), (what) => console.error(`k8squest: ${what}`));
    const socket = await openControlSocket(folder.controlSocket, async ({ level: wanted }) => {
      const asked = levelAsked(level, wanted, options.levels);
      return checkLevel(asked, running.api, running.clock);
    });
    folder.writeRecord({
      pid: process.pid,
      ...(level && { level: level.id }),
      kubeconfig: running.kubeconfig,
      server: running.server,
      caDigest: running.caDigest,
      controlSocket: folder.controlSocket,
    });
    console.log(`export KUBECONFIG=${running.kubeconfig}`);
    console.error(`k8squest: ${level ? `level ${level.number} is broken at` : 'the cluster answers at'} ${running.server}; Ctrl+C ends it`);
    if (running.ingressAddress) console.error(`k8squest: ingresses answer at ${running.ingressAddress}, by the Host header`);
    await ended;
    socket.close();
    return 0;
  } finally {
    await running.close();
    folder.remove();
  }
}

function levelAsked(staged: Level | undefined, wanted: string | undefined, folders: readonly string[]): Level {
  if (wanted !== undefined) return chooseLevel(loadLevels(levelRoots(folders)), wanted);
  if (!staged) throw new Error('this cluster was started without a level');
  return staged;
}

function refuse(why: string): number {
  console.error(`k8squest: ${why}.`);
  return 2;
}

function untilSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done());
  });
}
