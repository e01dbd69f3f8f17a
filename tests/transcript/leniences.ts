// What single commands may print differently: because the recorded cluster has other add-ons, images and CPUs, and because Kubernetes leaves the
// rest to chance (on which of two like nodes a pod runs, in which order things of one moment come, how often something came up). Each is made equal
// on both sides, and where it can be, what is left out is checked instead. comparable.test.ts holds what must go on differing.
import type { Side } from './blanked.ts';
import {
  distinct,
  generatedName,
  inOrder,
  sorted,
  sortedRuns,
  withItemsOfOneNameOrdered,
  withObservedSteps,
  withoutEnding,
  withRestarting,
} from './order.ts';
import { withDrained, withoutDeleted, withPodsOfNode, withSums } from './placement.ts';

/** Kubernetes or the machine decide this part of what these commands print. */
interface Leniency {
  readonly commands: RegExp;
  /** Changes stdout as it was printed… */
  readonly text?: (stdout: string, side: Side) => string;
  /** …or the blanked lines. */
  readonly lines?: (lines: readonly string[], side: Side) => readonly string[];
}

export const leniences: readonly Leniency[] = [
  { commands: /^get po -o json$/, text: (stdout) => withoutEnding(withRestarting(stdout)) },
  { commands: /^get events -o json$/, text: (stdout) => stdout.replace(/^( {12}"count": )\d+,$/gm, '$1"<count>",') },
  // How many steps a roll-out takes, and how far it has come when somebody looks.
  { commands: /^get rs -o json$/, text: withObservedSteps },
  {
    commands: /^rollout status /,
    lines: (lines) => distinct(lines.map((line) => line.replace(/: \d(?= out of \d new replicas)/, ': <n>'))),
  },
  // Names end in random letters and hashes, so which of several with one beginning comes first is chance.
  { commands: /^get .*-o json$/, text: withItemsOfOneNameOrdered },
  { commands: /./, lines: (lines) => sortedRuns(lines, generatedName) },
  // One of two like workers is chosen by lot.
  { commands: /^get po --field-selector spec\.nodeName=/, text: withPodsOfNode },
  { commands: /^describe node /, text: withSums, lines: (lines) => sortedRuns(lines.filter(isNoHostsEvent), describedEvent) },
  {
    commands: /^drain /,
    text: withDrained,
    lines: (lines, side) =>
      withoutDeleted(
        lines.filter((line) => !throttled.test(line)),
        side,
      ),
  },
  // Network and storage are add-ons: kube-router there, kindnet and local-path here.
  { commands: /^(get ns$|get pods -A|describe node |drain )/, lines: withoutAddons },
  // Images of another registry have other sizes and builds, and a node has those that its pods needed.
  { commands: /^get node \S+ -o (yaml|json)$/, lines: withOwnImages },
  { commands: /(^| )(logs|attach) /, lines: withLikeNginx },
  { commands: /timeout 3 \$K attach/, lines: (lines) => lines.filter((line) => !probed.test(line)) },
  // What a sort leaves open, and how often things come up.
  { commands: /--sort-by=\.status\.startTime$/, text: (stdout) => inOrder(stdout, 'AGE'), lines: sorted },
  { commands: /^get events --sort-by=\.lastTimestamp$/, text: (stdout) => inOrder(stdout, 'LAST SEEN'), lines: sorted },
  { commands: /^events/, text: (stdout) => inOrder(stdout, 'LAST SEEN'), lines: (lines) => distinct(sorted(lines)) },
  { commands: /^get events$/, lines: sorted },
  { commands: /^describe pod bare$/, lines: (lines) => sortedRuns(lines, describedEvent) },
  // A dozen roll-outs overtake each other: which steps each takes, whose images are pulled and whose were there, which pods had to leave a node.
  { commands: /^events$/, lines: withLikeRollouts },
  // A slice is written as often as its pods' news come apart.
  {
    commands: /endpointslices -o json$/,
    text: (stdout) => stdout.replace(/("generateName": "app-",\n +"generation": )\d+,/, '$1"<generation>",'),
  },
  // The pod whose image can't be pulled goes to and fro between two words, and a watch shows it as often as that happens.
  {
    commands: /^get pods -w/,
    lines: (lines) => lines.filter((line, index) => !bare.test(line) || lines.findIndex((one) => bare.test(one)) === index),
  },
  // kubectl's own race: its stdin ends while the server says goodbye.
  {
    commands: /exec -it .* < \/dev\/null$/,
    lines: (lines) => lines.filter((line) => !/"Unhandled Error" err="websocket: close sent"$/.test(line)),
  },
  // A hundred bytes end where a resource version's length wills it.
  { commands: /head -c 100/, lines: (lines) => lines.map((line) => line.replace(/^> {4,}"c(o(n(t(i(n(ue?)?)?)?)?)?)?$/, '> …')) },
];

const probed = /"kube-probe\/1\.34"/;
const bare = /^> (pod\/)?bare( |$)/;
const throttled = /^! <log> request\.go:\d+\] "Waited before sending request" .*client-side throttling/;
const networkPod = /\b(kube-router|kindnet)-(?=<id>)/g;

function withoutAddons(lines: readonly string[]): string[] {
  const alike = lines
    .filter((line) => !line.startsWith('> local-path-storage '))
    .map((line) => {
      const [, before, names] = /^(.*ignoring DaemonSet-managed Pods: )([^;]*)$/.exec(line.replace(networkPod, '<network>-')) ?? [];
      return names === undefined ? line.replace(networkPod, '<network>-') : `${before}${names.split(', ').sort().join(', ')}`;
    });
  const isNetworkPod = (line: string) => /^> +kube-system {3}<network>-/.test(line);
  // What an add-on asks for (describe node) is its own; the sums are checked.
  const rows = alike.filter(isNetworkPod).map((line) => line.replace(/( {3}\S+ \(\d+%\))+ {3}/, '   <resources>   '));
  return [...alike.filter((line) => !isNetworkPod(line)), ...rows];
}

/** One image in a node's status: a digest and tags of one repository, and a size. */
const image = /> +(?:\{\n> +"names": \[|- names:)\n((?:> +(?:"|- )[^"\s]+(?:",?)?\n)+)(?:> +\],\n)?> +"?sizeBytes"?: \d+(?:\n> +\},?)?/g;

function withOwnImages(lines: readonly string[]): string[] {
  const text = lines.join('\n').replace(image, (whole, names: string) => {
    const [digest = '', ...tags] = [...names.matchAll(/[\w.]+\/[^\s"]+/g)].map(([name]) => name);
    const [repository = ''] = digest.split('@');
    if (tags.length === 0 || digest !== `${repository}@sha256:<digest>` || !tags.every((tag) => tag.startsWith(`${repository}:`)))
      return whole;
    return repository.startsWith('registry.k8s.io/') ? `> <image> ${tags.join(' ')}` : '> <image>';
  });
  return distinct(sortedRuns(text.split('\n'), (line) => (line.startsWith('> <image>') ? 'image' : undefined)));
}

/** nginx says how it was built, and what the machine has: descriptors, and CPUs for its workers. Probes leave as many lines as there were. */
function withLikeNginx(lines: readonly string[]): string[] {
  const alike = lines
    .filter((line) => !/\[notice\] 1#1: built by gcc /.test(line))
    .map((line) => line.replace(/(getrlimit\(RLIMIT_NOFILE\): )\d+:\d+$/, '$1<limit>').replace(/(start worker process )\d+$/, '$1<pid>'));
  const isRepeated = (line: string) => probed.test(line) || line.endsWith('start worker process <pid>');
  return alike.filter((line, index) => !(isRepeated(line) && line === alike[index - 1]));
}

/** The Deployment `app` is rolled out a dozen times within half a minute. */
function withLikeRollouts(lines: readonly string[]): string[] {
  const alike = lines
    // A probe in the very moment in which nginx ends, and pods that may be on the node that is drained.
    .filter(
      (line) => !/ {3}Readiness probe failed: .*: read: connection reset by peer$| {3}Killing {3}Pod\/(badfield-|d1-|p1 |ss-0 )/.test(line),
    )
    .map((line) =>
      line
        .replace(/( Scaled (?:up|down) replica set app-<hash> from )\d to \d$/, '$1<n> to <n>')
        .replace(/(?<=\(combined from similar events\): Scaled )(up|down)/, '<so>')
        .replace(/( {3}Pod\/app-<hash>-<id> {3}Pulling image )"nginx:[\w.]+"$/, '$1<nginx>')
        .replace(
          /( {3}Pod\/app-<hash>-<id> {3})(?:Container image "nginx:[\w.]+" already|Successfully pulled image "nginx:[\w.]+" in) .*$/,
          '$1<nginx is there>',
        ),
    );
  return distinct(sorted(alike));
}

/** A host may have the old cgroups, of which its kubelet warns. */
function isNoHostsEvent(line: string): boolean {
  return !/^> {3}Warning {3}CgroupV1 {3}<age> {3}kubelet /.test(line);
}

function describedEvent(line: string): string | undefined {
  return /^> {3}(Normal|Warning) {3}\w+ {3}<age>/.test(line) ? 'event' : undefined;
}
