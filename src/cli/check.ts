// `k8squest check`: verdicts now, once, from the running game or cluster.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseYaml } from '../apimachinery/manifest.ts';
import { runningSessions, type SessionRecord } from '../cluster/run-folder.ts';
import { type CheckReport, checkExitCode } from '../game/check.ts';
import { askControlSocket } from '../game/control-socket.ts';
import type { Level } from '../game/level.ts';
import { levelRoots } from '../game/level-roots.ts';
import { loadLevels } from '../game/load-levels.ts';
import { playerFiles } from '../game/player-files.ts';
import { chooseLevel, LevelChoiceError } from './choose-level.ts';

export interface CheckOptions {
  readonly level?: string;
  readonly levels: readonly string[];
  readonly json?: boolean;
  readonly context?: string;
}

export async function check(options: CheckOptions): Promise<number> {
  const campaign = options.level === undefined && options.levels.length === 0 ? undefined : loadLevels(levelRoots(options.levels));
  const level = options.level === undefined ? undefined : chooseLevel(campaign!, options.level);
  if (options.context !== undefined) return checkOnContext(options.context, options, level);
  const session = chooseSession(runningSessions(playerFiles().state), level);
  let report: CheckReport;
  try {
    report = (await askControlSocket(session.controlSocket, { ask: 'check', ...(level && { level: level.id }) })) as CheckReport;
  } catch (error) {
    throw new LevelChoiceError(`${(error as Error).message}.`, 'Start a level in the game, or run k8squest cluster LEVEL.');
  }
  if (options.json) console.log(JSON.stringify(report, null, 2));
  else print(report);
  return checkExitCode(report);
}

/** Looks by itself at a level that was put on a real cluster, by a game that runs or one that was killed. */
async function checkOnContext(context: string, options: CheckOptions, level: Level | undefined): Promise<number> {
  if (!level) throw new LevelChoiceError('check --context needs to know which level.', 'For example: k8squest check 25 --context NAME');
  const { lookAtContext } = await import('../game/check-context.ts');
  const report = await lookAtContext(level, context, playerFiles());
  if (options.json) console.log(JSON.stringify(report, null, 2));
  else print(report);
  return checkExitCode(report);
}

/**
 * The one whose kubeconfig is $KUBECONFIG, else the only one in which the level is played, or could be. A kubeconfig counts only by its server
 * and CA: a name can be forged.
 */
function chooseSession(all: readonly SessionRecord[], level: Level | undefined): SessionRecord {
  const named = process.env['KUBECONFIG'] && identityOf(process.env['KUBECONFIG']);
  const own = named && all.find(({ server, caDigest }) => server === named.server && caDigest === named.caDigest);
  if (own) return own;
  if (all.length === 0)
    throw new LevelChoiceError('no game or cluster is running.', 'Start one with k8squest play or k8squest cluster LEVEL.');
  const playingIt = all.filter((session) => level && session.level === level.id);
  const sessions = playingIt.length > 0 ? playingIt : all.filter((session) => !level || session.level === undefined);
  if (sessions.length === 1) return sessions[0]!;
  if (sessions.length === 0)
    throw new LevelChoiceError(
      `${level!.id} is not being played, but ${all.map((session) => session.level).join(' and ')}.`,
      'Start it first.',
    );
  const list = sessions
    .map((session) => `  export KUBECONFIG=${session.kubeconfig}   # process ${session.pid}, ${session.level ?? 'no level'}`)
    .join('\n');
  throw new LevelChoiceError(`several are running:\n${list}`, 'Choose by one of these lines.');
}

function identityOf(path: string): { server: string; caDigest: string } | undefined {
  try {
    const config = parseYaml(readFileSync(path, 'utf8')) as {
      clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
    };
    const { cluster } = config.clusters[0]!;
    const ca = Buffer.from(cluster['certificate-authority-data'], 'base64').toString();
    return { server: cluster.server, caDigest: createHash('sha256').update(ca).digest('hex') };
  } catch {
    return undefined; // not a kubeconfig of ours
  }
}

function print({ title, goals }: CheckReport): void {
  console.log(title);
  for (const { title: goal, isGuard, outcome, expected, observed } of goals) {
    if (isGuard && outcome === 'met') continue;
    const sign = { met: '✔ met', unmet: '✘ not yet', unknown: '! could not tell' }[outcome];
    console.log(`  ${sign}: ${goal}`);
    if (outcome !== 'met') console.log(`      expected  ${expected}\n      observed  ${observed}`);
  }
}
