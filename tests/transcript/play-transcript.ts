// node tests/transcript/play-transcript.ts: plays the recorded session of kubectl on a simulated cluster (three minutes) and lists what differs.
// Exits 0 when that is nothing but what is known below.
// With K8SQUEST_KUBECTL set to another version's (scripts/fetch-kubectl.mjs) only exit codes are compared, and that it doesn't stumble over answers.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningCluster } from '../scenarios/running-cluster.ts';
import { recordedTranscript } from './transcript.ts';
import { type Played, TranscriptPlayer } from './transcript-player.ts';

const notServed = "a kind that isn't served";
const otherCluster = 'the recorded cluster has other machines, images or add-ons';
const chance = 'placement, order or moment that differ from run to run';

/** Beginnings of commands whose output may differ, and why. */
const known: readonly (readonly [string, string])[] = [
  ['api-versions', notServed],
  ['api-resources', notServed],
  ['create role', notServed],
  ['create clusterrole', notServed],
  ['get deploy,svc,rs,cm,secret', notServed],
  ['get crd', notServed],
  ['describe role', notServed],
  ['auth can-i list pods --as=system:serviceaccount', notServed],
  ['certificate approve', notServed],
  ['get csr', notServed],
  ['cluster-info dump', notServed],
  ['delete clusterrole', notServed],
  ['get ns', otherCluster],
  ['get pods -A', otherCluster],
  ['get node', otherCluster],
  ['describe node', otherCluster],
  ['logs deploy/app', otherCluster],
  ['!timeout 4 $K logs deploy/app', otherCluster],
  ['!timeout 3 $K attach', otherCluster],
  ['config ', otherCluster],
  ['!(timeout 2 $K proxy', otherCluster],
  ['get events', otherCluster],
  ['events', otherCluster],
  ['get po -o json', chance],
  ['get po --field-selector spec.nodeName', chance],
  ['get po --sort-by=.status.startTime', chance],
  ['get pods -w', chance],
  ['get --raw /api/v1/namespaces', chance],
  ['get rs -o json', chance],
  ['logs bare', chance],
  ['drain', chance],
];

/** What another version's kubectl says when it can't read an answer. */
const stumbles = /error decoding|unable to (decode|recognize|read|parse|fetch)|fallback|falling back|unrecognized type/i;

const cluster = await RunningCluster.start();
const folder = mkdtempSync(join(tmpdir(), 'k8squest-transcript.'));
try {
  const player = new TranscriptPlayer({ kubectl: cluster.kubectl, kubeconfig: cluster.kubeconfig, folder });
  const played = await player.play(recordedTranscript());
  const isOther = process.env['K8SQUEST_KUBECTL'] !== undefined;
  const unexpected = played.filter((one) => !(isOther ? showOther(one) : show(one)));
  const equal = played.filter(({ difference, status, recordedStatus }) =>
    isOther ? status === recordedStatus : difference.length === 0,
  ).length;
  console.log(
    `${equal} of ${played.length} commands ${isOther ? 'end alike' : 'equal'}; ${unexpected.length} differ without a known reason`,
  );
  process.exitCode = unexpected.length === 0 ? 0 : 1;
} finally {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Prints a difference; says whether it may be. */
function show({ command, difference }: Played): boolean {
  if (difference.length === 0) return true;
  const reason = known.find(([beginning]) => command.startsWith(beginning))?.[1];
  console.log(`${reason ? 'known ' : 'DIFFER'} ${command}${reason ? ` (${reason})` : ['', ...difference].join('\n       ')}`);
  return reason !== undefined;
}

function showOther({ command, status, recordedStatus, stderr }: Played): boolean {
  const complaint = stumbles.test(stderr) ? stderr.trim() : '';
  if (status === recordedStatus && !complaint) return true;
  const reason = known.find(([beginning]) => command.startsWith(beginning))?.[1];
  console.log(
    `${reason ? 'known ' : 'DIFFER'} ${command}: exit code ${status}, recorded ${recordedStatus}${complaint ? `\n       ${complaint}` : ''}`,
  );
  return reason !== undefined;
}
