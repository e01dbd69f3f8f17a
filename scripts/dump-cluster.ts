// Dumps every object of a cluster as text, for comparing a cluster with itself: node scripts/dump-cluster.ts CONTEXT [KUBECONFIG] > before.json
// Left out, as they change by themselves: Events, Leases, metrics, the status of nodes, revisions and managed fields, times, the root CA ConfigMaps,
// and the reviews and other kinds that can't be listed. Secrets are told by a digest.
import { createHash } from 'node:crypto';
import { kubeconfigFiles, kubeconfigOf, readContext } from '../src/cluster/context-kubeconfig.ts';
import { Connection } from '../src/cluster/real-api-connection.ts';

type Fields = Record<string, unknown>;
interface Item extends Fields {
  readonly metadata: Fields;
}

const restless = new Set(['events', 'leases', 'componentstatuses', 'bindings']);
const restlessGroups = new Set(['metrics.k8s.io', 'events.k8s.io']);

/** One line for each object, in order; equal texts are equal clusters. */
export async function dumpCluster(context: string, files: readonly string[] = kubeconfigFiles()): Promise<string> {
  const connection = new Connection(context, kubeconfigOf(readContext(context, files), 'default'));
  const lines: string[] = [];
  for (const path of await listable(connection)) {
    const { items = [] } = await connection.json<{ items?: Item[] }>({ path });
    for (const item of items) if (!isRestless(path, item)) lines.push(`${path} ${JSON.stringify(steady(item, path))}`);
  }
  return `${lines.sort().join('\n')}\n`;
}

/** The path of each kind's list, each kind once. */
async function listable(connection: Connection): Promise<string[]> {
  const { groups } = await connection.json<{ groups: { name: string; preferredVersion: { groupVersion: string } }[] }>({ path: '/apis' });
  const roots = [
    '/api/v1',
    ...groups.filter(({ name }) => !restlessGroups.has(name)).map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`),
  ];
  const paths: string[] = [];
  for (const root of roots) {
    const { resources } = await connection.json<{ resources: { name: string; verbs: string[] }[] }>({ path: root });
    for (const { name, verbs } of resources)
      if (!name.includes('/') && verbs.includes('list') && !restless.has(name)) paths.push(`${root}/${name}`);
  }
  return paths;
}

function isRestless(path: string, { metadata }: Item): boolean {
  return path === '/api/v1/configmaps' && metadata['name'] === 'kube-root-ca.crt';
}

function steady(object: Item, path: string): unknown {
  const { resourceVersion: _revision, managedFields: _fields, ...metadata } = object.metadata;
  const { status, data, ...rest } = object;
  const isSecret = path === '/api/v1/secrets';
  return withoutTimes({
    ...rest,
    metadata,
    ...(data !== undefined && { data: isSecret ? createHash('sha256').update(JSON.stringify(data)).digest('hex') : data }),
    ...(status !== undefined && path !== '/api/v1/nodes' && { status }),
  });
}

function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !/(Time|Timestamp|change-trigger-time)$/.test(key));
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutTimes(inner)]));
}

if (process.argv[1] && import.meta.filename === process.argv[1]) {
  const [context, file] = process.argv.slice(2);
  if (!context) {
    console.error('node scripts/dump-cluster.ts CONTEXT [KUBECONFIG]');
    process.exit(2);
  }
  process.stdout.write(await dumpCluster(context, file ? [file] : kubeconfigFiles()));
  process.exit(0);
}
