// Which pods are on a node is chance; that commands speak of the right ones, and add them up right, is not.
import type { Side } from './blanked.ts';

interface Pods {
  readonly items: readonly {
    readonly metadata: {
      readonly name: string;
      readonly deletionTimestamp?: string;
      readonly ownerReferences?: readonly { readonly kind: string }[];
    };
    readonly spec: { readonly nodeName?: string };
    readonly status: { readonly phase: string };
  }[];
}

type ListedPod = Pods['items'][number];

/** The names of a node's pods, as the list had them that was asked for last. */
function podsOn(node: string, { pods }: Side, isWanted: (pod: ListedPod) => boolean = () => true): string[] {
  const { items } = (pods ? JSON.parse(pods) : { items: [] }) as Pods;
  return items.filter((pod) => pod.spec.nodeName === node && isWanted(pod)).map(({ metadata }) => metadata.name);
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}

/** A table of the first worker's pods. */
export function withPodsOfNode(stdout: string, side: Side): string {
  const [titles = '', ...rows] = stdout.trimEnd().split('\n');
  const names = rows.map((row) => row.split(' ')[0] ?? '');
  return isEqual(names, podsOn('k8squest-worker', side)) ? `${titles}\nthe pods of k8squest-worker\n` : stdout;
}

const podRow = /^ {2}(\S+) +(\S+) +(\S+) \(\d+%\) +(\S+) \(\d+%\) +(\S+) \(\d+%\) +(\S+) \(\d+%\) +\w+$/gm;

/** `describe node`: its pods and the sums of what they ask for. */
export function withSums(stdout: string, side: Side): string {
  const rows = [...stdout.matchAll(podRow)];
  const sum = (column: number) => rows.reduce((total, row) => total + amountOf(row[column] ?? ''), 0);
  const isRunning = ({ status }: ListedPod) => status.phase === 'Running' || status.phase === 'Pending';
  const own = rows.filter(([, namespace]) => namespace !== 'kube-system').map(([, , name = '']) => name);
  const totals = [...stdout.matchAll(/^ {2}(?:cpu|memory) +(\S+) \(\d+%\) +(\S+) \(\d+%\)$/gm)].flatMap(
    ([, requests = '', limits = '']) => [amountOf(requests), amountOf(limits)],
  );
  const areSumsRight = totals.join() === [3, 4, 5, 6].map(sum).join();
  if (!areSumsRight || !stdout.includes(`(${rows.length} in total)`) || !isEqual(own, podsOn('k8squest-worker', side, isRunning)))
    return stdout;
  const seen = new Set<string>();
  return stdout
    .replace(`(${rows.length} in total)`, '(<number> in total)')
    .replace(/^( {2}(?:cpu|memory) +)\S+ \(\d+%\) +\S+ \(\d+%\)$/gm, '$1<sum>')
    .replace(podRow, (row, namespace: string, name: string) => (namespace === 'kube-system' ? row : row.replace(name, '<pod>')))
    .split('\n')
    .filter((line) => {
      const row = line.replace(/ \S+$/, '').replace(/ +/g, ' ');
      if (!row.includes('<pod>')) return true;
      const isNew = !seen.has(row);
      seen.add(row);
      return isNew;
    })
    .join('\n');
}

/** Thousandths of a CPU, or mebibytes. */
function amountOf(quantity: string): number {
  return quantity === '0' ? 0 : Number(/^(\d+)(?:m|Mi)$/.exec(quantity)?.[1] ?? Number.NaN);
}

/** `drain` of the second worker: it evicts all pods but a DaemonSet's, and waits until they are gone. */
export function withDrained(stdout: string, side: Side): string {
  const evicting = [...stdout.matchAll(/^evicting pod t134\/(\S+)$/gm)].map(([, name = '']) => name);
  const evicted = [...stdout.matchAll(/^pod\/(\S+) evicted$/gm)].map(([, name = '']) => name);
  const isEvictable = ({ metadata }: ListedPod) => !metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet');
  const there = podsOn('k8squest-worker2', side, isEvictable);
  // Those that were ending may be gone by now.
  const staying = podsOn('k8squest-worker2', side, (pod) => isEvictable(pod) && pod.metadata.deletionTimestamp === undefined);
  const areRight = evicting.every((name) => there.includes(name)) && staying.every((name) => evicting.includes(name));
  if (!isEqual(evicting, evicted) || !areRight) return stdout;
  return stdout.replace(/^(evicting pod \S+|pod\/\S+ evicted)\n/gm, '').replace(/ cordoned\n/, ' cordoned\nits pods evicted\n');
}

const warning = '! Warning: ';
const deleted = 'deleting Pods that declare no controller: ';

/** The warning of `drain`, in any order, without what it says of pods that nobody makes again, if it names those on the second worker. */
export function withoutDeleted(lines: readonly string[], side: Side): string[] {
  const orphans = podsOn('k8squest-worker2', side, ({ metadata }) => !metadata.ownerReferences).map((name) => `t134/${name}`);
  const isRight = (clause: string) => isEqual(clause.slice(deleted.length).split(', '), orphans);
  return lines.map((line) => {
    if (!line.startsWith(warning)) return line;
    const clauses = line.slice(warning.length).split('; ');
    return `${warning}${clauses.filter((clause) => !(clause.startsWith(deleted) && isRight(clause))).join('; ')}`;
  });
}
