// node tests/transcript/play-transcript.ts: plays the recorded session of kubectl on a simulated cluster (three to six minutes) and lists what differs.
// Exits 0 when that is nothing but what is known below, and little.
// With K8SQUEST_KUBECTL set to another version's (scripts/fetch-kubectl.mjs) only exit codes are compared, and that it doesn't stumble over answers.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineDifference } from '../scenarios/line-difference.ts';
import type { Finished } from '../scenarios/run-command.ts';
import { RunningCluster } from '../scenarios/running-cluster.ts';
import { comparable } from './comparable.ts';
import { type RecordedCommand, recordedTranscript } from './transcript.ts';
import { TranscriptPlayer } from './transcript-player.ts';

/** Beginnings of commands that need kinds which aren't served: they are left out of the count. */
const notServed = [
  'api-versions',
  'api-resources',
  'create role',
  'create clusterrole',
  'get deploy,svc,rs,cm,secret',
  'get crd',
  'describe role',
  'auth can-i list pods --as=system:serviceaccount',
  'certificate approve',
  'get csr',
  'cluster-info dump',
  'delete clusterrole',
];

/** Other commands that may differ, why, and in what alone. */
const known: readonly { readonly command: string; readonly reason: string; readonly lines: RegExp }[] = [
  {
    command: 'get po -o json',
    reason: 'a kubelet tells why a container waits at its next sync, the simulated one after a second',
    lines: /"reason": "(ContainerCreating|CreateContainerConfigError)"$|"message": "unable to find target container c",$/,
  },
  ...[
    { command: 'delete pod bare', lines: /> pod "bare" deleted from t134 namespace$|pods "bare" not found$|-= 0$|\+= 1$/ },
    {
      command: 'delete pod p1 --grace-period=0 --force',
      lines: /> pod "p1" force deleted from t134 namespace$|pods "p1" not found$|-= 0$|\+= 1$/,
    },
  ].map((one) => ({ ...one, reason: 'it was on the other of two like workers, and is gone since that was drained' })),
];
const differingMax = 10;
/** Lines shown of each difference. */
const shownMax = 16;

/** What another version's kubectl says when it can't read an answer. */
const stumbles = /error decoding|unable to (decode|recognize|read|parse|fetch)|fallback|falling back|unrecognized type/i;

interface Played {
  readonly recorded: RecordedCommand;
  readonly finished: Finished;
  /** How it differs; empty when it doesn't. */
  readonly difference: readonly string[];
  /** Why it may; undefined: it may not. */
  readonly reason: string | undefined;
}

const cluster = await RunningCluster.start();
const isOther = !/^Client Version: v1\.34\./.test(execFileSync(cluster.kubectl, ['version', '--client'], { encoding: 'utf8' }));
const folder = mkdtempSync(join(tmpdir(), 'k8squest-transcript.'));
try {
  const player = new TranscriptPlayer({ kubectl: cluster.kubectl, kubeconfig: cluster.kubeconfig, folder });
  const commands = recordedTranscript();
  const compare = isOther ? compareExit : comparer(commands, folder);
  const finished = await player.play(commands);
  process.exitCode = judge(commands.map((recorded, index) => compare(recorded, finished[index]!))) ? 0 : 1;
} finally {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Compares what is printed. Pods are where the last list in JSON had them. */
function comparer(all: readonly RecordedCommand[], playedIn: string): (recorded: RecordedCommand, finished: Finished) => Played {
  const commands = all.map(({ cmd }) => cmd).join('\n');
  let pods = { there: '', here: '' };
  return (recorded, finished) => {
    const { cmd, out, err, rc } = recorded;
    if (cmd === 'get po -o json') pods = { there: out, here: finished.stdout };
    const side = { commands, folder: playedIn };
    const there = comparable(cmd, { stdout: out, stderr: err, status: rc }, { ...side, pods: pods.there });
    const here = comparable(cmd, finished, { ...side, pods: pods.here });
    const difference = lineDifference(there, here, Number.POSITIVE_INFINITY);
    return { recorded, finished, difference, reason: reasonFor(cmd, difference) };
  };
}

function compareExit(recorded: RecordedCommand, finished: Finished): Played {
  const complaint = stumbles.test(finished.stderr) ? finished.stderr.trim().split('\n') : [];
  const exit = finished.status === recorded.rc ? [] : [`-= ${recorded.rc}`, `+= ${finished.status}`];
  const difference = [...exit, ...complaint];
  return { recorded, finished, difference, reason: reasonFor(recorded.cmd, difference) };
}

function reasonFor(command: string, difference: readonly string[]): string | undefined {
  const changed = difference.filter((line) => !line.startsWith(' '));
  return known.find((one) => one.command === command && changed.every((line) => one.lines.test(line)))?.reason;
}

/** Prints what differs; says whether that is all right. */
function judge(all: readonly Played[]): boolean {
  const isServed = ({ recorded }: Played) => !notServed.some((beginning) => recorded.cmd.startsWith(beginning));
  const played = all.filter(isServed);
  const differing = played.filter(({ difference }) => difference.length > 0);
  for (const { recorded, difference, reason } of differing) {
    console.log(
      `${reason ? 'known ' : 'DIFFER'} ${recorded.cmd}${reason ? ` (${reason})` : ''}${['', ...difference.slice(0, shownMax)].join('\n       ')}`,
    );
  }
  const unknown = differing.filter(({ reason }) => reason === undefined).length;
  console.log(
    `${played.length - differing.length} of ${played.length} commands ${isOther ? 'end alike' : 'equal'}, ` +
      `${differing.length} differ (at most ${differingMax} may), ${unknown} of them without a known reason; ` +
      `${all.length - played.length} left out because of kinds that aren't served`,
  );
  return unknown === 0 && differing.length <= differingMax;
}
