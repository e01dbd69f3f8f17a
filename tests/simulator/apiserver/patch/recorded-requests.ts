// 5,925 requests that a real API server answered (dryRun=All): the objects that it held, and a server that holds the same.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { findKind, findResource, qualifiedResource } from '../../../../src/apimachinery/kinds.ts';
import type { ManagedFieldsEntry } from '../../../../src/apimachinery/objects.ts';
import { ApiServer } from '../../../../src/simulator/apiserver/api-server.ts';
import { canonicalForm } from '../../../../src/simulator/apiserver/canonical-form.ts';
import type { KubernetesObject } from '../../../../src/simulator/client.ts';
import { Clock } from '../../../../src/simulator/clock.ts';
import { Random } from '../../../../src/simulator/random.ts';

export interface RecordedCase {
  readonly id: number;
  readonly object: string | null;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly type: 'json' | 'merge' | 'strategic' | 'apply' | 'object';
  readonly body: unknown;
  readonly status: number;
  readonly warnings?: readonly string[];
  /** The server itself answers differently when asked again. */
  readonly unstable?: boolean;
  readonly response: unknown;
}

export interface Answer {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly response: unknown;
}

type Recorded = { readonly objects: Record<string, KubernetesObject>; readonly cases: readonly RecordedCase[] };

/** The recording. */
export function recordedRequests(): Recorded {
  const file = 'tests/recordings/kubernetes-1.34/apply-and-patch.json.gz';
  return (JSON.parse as (text: string, reviver: Reviver) => Recorded)(gunzipSync(readFileSync(file)).toString(), asWritten);
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Bodies are sent as they stand in the file: 0.0 is not 0. */
const asWritten: Reviver = (_, value, { source }) =>
  typeof value === 'number' && source !== undefined && source !== String(value) ? (JSON as unknown as RawJson).rawJSON(source) : value;

interface RawJson {
  rawJSON(source: string): unknown;
}

const mediaTypes: Record<RecordedCase['type'], string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
  object: 'application/json',
};
const token = 'test';
const fixedUid = 'ffffffff-0000-4000-8000-000000000000';

/** A server with the recorded objects in it. */
export class RecordedServer {
  readonly #server: ApiServer;
  readonly #revisions = new Set<string>();

  constructor(objects: Record<string, KubernetesObject>) {
    const clock = new Clock(Date.UTC(2026, 10, 24, 12));
    this.#server = new ApiServer({ clock, random: new Random(1), adminToken: token, firstRevision: 1000 });
    const client = this.#server.client('test');
    client.resource('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'patchlab' } } as never);
    client
      .resource('serviceaccounts')
      .create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'patchlab' } } as never);
    for (const object of Object.values(objects)) this.#put(structuredClone(object));
  }

  /** Stores it as it stands; the recording leaves out times and uids. */
  #put(object: KubernetesObject): void {
    const store = this.#server['store'];
    const definition = findKind(object.apiVersion, object.kind);
    if (!definition) throw new Error(`no such kind: ${object.kind}`);
    const entries = (object.metadata.managedFields ?? []).map(({ manager, operation, apiVersion, ...rest }, index): ManagedFieldsEntry => {
      return { manager, operation, apiVersion, time: `2026-11-24T11:00:${String(index).padStart(2, '0')}Z`, ...rest };
    });
    delete object.metadata.managedFields;
    addConditionTimes(object);
    object.metadata.uid = fixedUid.replace('ffff', String(this.#revisions.size + 1000));
    object.metadata.creationTimestamp = '2026-11-24T11:00:00Z';
    const stored = canonicalForm(object as Parameters<typeof canonicalForm>[0]);
    store.etcd.put(qualifiedResource(definition), stored);
    store.managedFields.set(stored, entries);
    this.#revisions.add(stored.metadata.resourceVersion ?? '');
  }

  /** Asks as the recorder asked. */
  ask(recorded: RecordedCase): Answer {
    // Bodies that aren't JSON stand there as text; a text that is one, of a JSON patch, was sent with quotes.
    const text = typeof recorded.body === 'string' && recorded.type !== 'json' ? recorded.body : JSON.stringify(recorded.body);
    const answer = this.#server.handle({
      method: recorded.method,
      path: recorded.path,
      query: new URLSearchParams(recorded.query),
      headers: { accept: 'application/json', 'content-type': mediaTypes[recorded.type], authorization: `Bearer ${token}` },
      body: new TextEncoder().encode(this.#withRevision(text)),
    });
    if (answer.kind !== 'response') throw new Error('a stream?');
    const body = new TextDecoder().decode(answer.body);
    const warning = answer.headers['warning'] ?? answer.headers['Warning'] ?? [];
    return {
      status: answer.status,
      warnings: typeof warning === 'string' ? [warning] : warning,
      response: this.#normalised(/^[[{]/.test(body) ? JSON.parse(body) : body),
    };
  }

  /** PUT bodies carry the stored object. */
  #withRevision(text: string): string {
    if (!text.includes('"stored"')) return text;
    const body = JSON.parse(text) as KubernetesObject;
    const found = this.#stored(body);
    return text.replace('"resourceVersion":"stored"', `"resourceVersion":"${found?.metadata.resourceVersion}"`);
  }

  #stored(body: KubernetesObject): KubernetesObject | undefined {
    const definition = findKind(body.apiVersion, body.kind) ?? findResource('', 'v1', 'pods');
    return definition && this.#server['store'].etcd.get(qualifiedResource(definition), 'patchlab', body.metadata.name ?? '');
  }

  #normalised(value: unknown): unknown {
    return normalise(value, this.#revisions);
  }
}

function addConditionTimes(object: KubernetesObject): void {
  const { conditions } = (object as { status?: { conditions?: Record<string, unknown>[] } }).status ?? {};
  for (const condition of conditions ?? []) {
    condition['lastTransitionTime'] = '2026-11-24T11:00:00Z';
    if (object.kind === 'Deployment') condition['lastUpdateTime'] = '2026-11-24T11:00:00Z';
  }
}

const times = [
  'creationTimestamp',
  'deletionTimestamp',
  'startTime',
  'lastTransitionTime',
  'lastUpdateTime',
  'lastProbeTime',
  'lastHeartbeatTime',
];
const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const keptAddress = /^10\.96\.(1\.\d|200\.200|0\.[01])$/;

/** As the recorder normalised: no uid, no times; the stored resourceVersion is "stored"; addresses and ports that were given out are blank. */
function normalise(value: unknown, revisions: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => normalise(item, revisions));
  if (typeof value === 'string') return normaliseText(value, revisions);
  if (typeof value === 'number') return isNodePort(value) ? '<nodePort>' : value;
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, inside] of Object.entries(value)) {
    if (times.includes(key) && typeof inside === 'string') continue;
    if (key === 'uid' && typeof inside === 'string' && uid.test(inside)) continue;
    if (key === 'resourceVersion' && revisions.has(String(inside))) result[key] = 'stored';
    else if (key === 'managedFields' && Array.isArray(inside)) result[key] = inside.map(({ time: _, ...entry }) => entry);
    else result[key] = normalise(inside, revisions);
  }
  return result;
}

function isNodePort(value: number): boolean {
  return Number.isInteger(value) && value >= 30000 && value <= 32767 && value !== 31777 && value !== 31000;
}

function normaliseText(text: string, revisions: ReadonlySet<string>): string {
  const long = uid.test(text) || text.length > 40;
  const plain = long ? text.replace(new RegExp(uid, 'g'), '<uid>').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>') : text;
  return plain
    .replace(/kube-api-access-[a-z0-9]{5}\b/g, 'kube-api-access-abcde')
    .replace(/(resourceVersion\W{1,8})(\d+)/g, (found, before: string, revision: string) =>
      revisions.has(revision) ? `${before}stored` : found,
    )
    .replace(/\b10\.96\.\d+\.\d+\b/g, (address) => (keptAddress.test(address) ? address : '<clusterIP>'));
}
