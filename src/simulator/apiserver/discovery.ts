// What clients ask before all else: the server's version, its groups, and the resources in them (tests/recordings/kubernetes-1.34/discovery.json.gz).
import { answerDocument, answerKept, type KeptDocument, keptDocument } from './document.ts';
import discovery from './model/discovery.json' with { type: 'json' };
import { negotiateDiscovery } from './negotiate.ts';
import type { ApiResponse } from './request.ts';

/** One version of a group: its resources as aggregated discovery lists them, and as APIResourceList does. */
interface VersionFacts {
  readonly version: string;
  readonly resources: readonly object[];
  readonly legacy: readonly object[];
}
interface GroupFacts {
  /** '' for the core group. */
  readonly name: string;
  readonly versions: readonly VersionFacts[];
}

const groups: readonly GroupFacts[] = discovery.groups;
const namedGroups = groups.filter(({ name }) => name !== '');
const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
/** The control plane's node, where clients inside the cluster would find the server. */
const serverAddress = '172.18.0.2:6443';
const documents = new Map<string, KeptDocument>();

/** The version that /version reports: 'v1.34.4'. */
export const gitVersion: string = discovery.version.gitVersion;

/** Answers GET of `/`, /version, /api, /apis and what is listed below them; undefined for other paths. Throws 406. */
export function discoveryAnswer(path: string, headers: Readonly<Record<string, string>>): ApiResponse | undefined {
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path;
  if (plain === '/api' || plain === '/apis') {
    const { as } = negotiateDiscovery(headers['accept']);
    if (as) return answerKept(aggregated(plain), headers, { 'content-type': aggregatedType, vary: 'Accept', 'cache-control': 'public' });
  }
  if (plain === '/version') return answerDocument(JSON.stringify(discovery.version, undefined, 2), 'application/json');
  if (plain === '/') return answerDocument(JSON.stringify({ paths: rootPaths() }, undefined, 2), 'application/json');
  const document = legacy(plain);
  if (!document) return undefined;
  const answer = answerDocument(`${JSON.stringify(document)}\n`, 'application/json');
  return plain === '/api' || plain === '/apis' ? { ...answer, headers: { ...answer.headers, vary: 'Accept' } } : answer;
}

function aggregated(path: string): KeptDocument {
  let document = documents.get(path);
  if (!document) {
    const items = groups.filter(({ name }) => (name === '') === (path === '/api')).map(aggregatedGroup);
    const list = { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
    document = keptDocument(`${JSON.stringify(list)}\n`);
    documents.set(path, document);
  }
  return document;
}

function aggregatedGroup({ name, versions }: GroupFacts): object {
  return {
    metadata: name ? { name } : {},
    versions: versions.map(({ version, resources }) => ({ version, resources, freshness: 'Current' })),
  };
}

function legacy(path: string): object | undefined {
  if (path === '/api') {
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }] };
  }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: namedGroups.map(legacyGroup) };
  const [, root, ...rest] = path.split('/');
  if (root === 'api') return rest.length === 1 ? resourceList('', rest[0]!) : undefined;
  if (root !== 'apis') return undefined;
  const group = namedGroups.find(({ name }) => name === rest[0]);
  if (group && rest.length === 1) return { kind: 'APIGroup', apiVersion: 'v1', ...legacyGroup(group) };
  return rest.length === 2 ? resourceList(rest[0]!, rest[1]!) : undefined;
}

function legacyGroup({ name, versions }: GroupFacts): object {
  const list = versions.map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: list, preferredVersion: list[0] };
}

function resourceList(group: string, version: string): object | undefined {
  const facts = groups.find(({ name }) => name === group)?.versions.find((candidate) => candidate.version === version);
  if (!facts) return undefined;
  // The core group's list has no apiVersion: it is older than that field.
  if (group === '') return { kind: 'APIResourceList', groupVersion: version, resources: facts.legacy };
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/${version}`, resources: facts.legacy };
}

function rootPaths(): string[] {
  const below = namedGroups.flatMap(({ name, versions }) => [
    `/apis/${name}`,
    ...versions.map(({ version }) => `/apis/${name}/${version}`),
  ]);
  return [
    '/api',
    '/api/v1',
    '/apis',
    '/apis/',
    ...below,
    '/healthz',
    '/livez',
    '/openapi/v3',
    '/openapi/v3/',
    '/readyz',
    '/version',
  ].sort();
}
