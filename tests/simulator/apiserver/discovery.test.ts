import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { apiVersionOf, kinds, reviewKinds, usualVerbs } from '../../../src/apimachinery/kinds.ts';
import { discoveryAnswer, gitVersion } from '../../../src/simulator/apiserver/discovery.ts';

const recorded = JSON.parse(gunzipSync(readFileSync('tests/recordings/kubernetes-1.34/discovery.json.gz')).toString());
const v2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const served = [...kinds, ...reviewKinds];
const isServed = (apiVersion: string, resource: string) =>
  served.some((definition) => apiVersionOf(definition) === apiVersion && definition.resource === resource);

interface Resource {
  resource: string;
  responseKind: { kind: string };
  scope: string;
  singularResource: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  subresources?: { subresource: string }[];
}
interface Group {
  metadata: { name?: string };
  versions: { version: string; resources: Resource[] }[];
}

function ask(path: string, headers: Record<string, string> = {}) {
  const answer = discoveryAnswer(path, headers);
  return { answer, document: answer && answer.body.length > 0 ? JSON.parse(new TextDecoder().decode(answer.body)) : undefined };
}

test.each(['/api', '/apis'])('aggregated %s is the real one without what is not served', (path) => {
  const expected: Group[] = structuredClone(recorded[`aggregated ${path}`].items);
  for (const { metadata, versions } of expected) {
    for (const entry of versions) {
      const apiVersion = metadata.name ? `${metadata.name}/${entry.version}` : entry.version;
      entry.resources = entry.resources.filter(({ resource }) => isServed(apiVersion, resource));
    }
  }
  const items = expected.map((group) => ({ ...group, versions: group.versions.filter(({ resources }) => resources.length > 0) }));
  expect(ask(path, { accept: v2 }).document).toEqual({
    ...recorded[`aggregated ${path}`],
    items: items.filter(({ versions }) => versions.length > 0),
  });
});

test('discovery and the table of kinds say the same', () => {
  const groups: Group[] = [...ask('/api', { accept: v2 }).document.items, ...ask('/apis', { accept: v2 }).document.items];
  const listed = groups.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources }) =>
      resources.map((one) => ({
        group: metadata.name ?? '',
        version,
        kind: one.responseKind.kind,
        resource: one.resource,
        singular: one.singularResource,
        namespaced: one.scope === 'Namespaced',
        shortNames: one.shortNames ?? [],
        categories: one.categories ?? [],
        verbs: one.verbs,
        subresources: (one.subresources ?? []).map(({ subresource }) => subresource).sort(),
      })),
    ),
  );
  const byName = (a: { group: string; version: string; resource: string }, b: typeof a) =>
    `${a.group}/${a.version}/${a.resource}` < `${b.group}/${b.version}/${b.resource}` ? -1 : 1;
  const wanted = served.map(({ deprecation: _, ...definition }) => ({
    ...definition,
    shortNames: definition.shortNames ?? [],
    categories: definition.categories ?? [],
    verbs: [...(definition.verbs ?? usualVerbs)].sort(),
    subresources: [...(definition.subresources ?? [])].sort(),
  }));
  expect(listed.sort(byName)).toEqual(wanted.sort(byName));
});

test('legacy documents are the real ones without what is not served', () => {
  const paths = Object.keys(recorded)
    .filter((name) => /^legacy \/apis?\/(.*\/)?v\d/.test(name))
    .map((name) => name.slice('legacy '.length));
  for (const path of paths) {
    const [, , ...apiVersion] = path.split('/');
    const real = recorded[`legacy ${path}`];
    const resources = real.resources.filter(({ name }: { name: string }) => isServed(apiVersion.join('/'), name.split('/')[0]!));
    if (resources.length === 0) expect(ask(path).answer).toBeUndefined();
    else expect(ask(path).document).toEqual({ ...real, resources });
  }
  expect(ask('/apis/autoscaling').document).toEqual(recorded['legacy /apis/autoscaling']);
  const names = ask('/apis/').document.groups.map(({ name }: { name: string }) => name);
  expect(names).toEqual(
    recorded['legacy /apis'].groups.map(({ name }: { name: string }) => name).filter((name: string) => names.includes(name)),
  );
  expect(ask('/api').document).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
});

test('drain finds the eviction of pods', () => {
  const { resources } = ask('/api/v1').document;
  expect(resources).toContainEqual({
    name: 'pods/eviction',
    singularName: '',
    namespaced: true,
    group: 'policy',
    version: 'v1',
    kind: 'Eviction',
    verbs: ['create'],
  });
});

test('clients keep the aggregated documents by their ETag', () => {
  const { answer } = ask('/apis', { accept: v2 });
  expect(answer?.headers).toMatchObject({ 'content-type': v2, vary: 'Accept', 'cache-control': 'public' });
  const again = ask('/apis', { accept: v2, 'if-none-match': String(answer?.headers['etag']) }).answer;
  expect(again).toMatchObject({ status: 304, body: new Uint8Array() });
  expect(again?.headers).not.toHaveProperty('content-type');
});

test('older clients get the legacy document, and v2beta1 alone gets nothing', () => {
  const beta = v2.replace('v=v2', 'v=v2beta1');
  expect(ask('/apis', { accept: `${beta},application/json` }).document.kind).toBe('APIGroupList');
  expect(() => ask('/apis', { accept: beta })).toThrow('only the following media types are accepted');
});

test('the version, the list of paths, and what is not there', () => {
  expect(ask('/version').document).toMatchObject({
    major: '1',
    minor: '34',
    gitVersion: 'v1.34.4',
    emulationMinor: '34',
    minCompatibilityMinor: '33',
  });
  expect(gitVersion).toBe('v1.34.4');
  expect(ask('/').document.paths).toContain('/apis/apps/v1');
  for (const path of ['/apis/nosuch.io', '/apis/apps/v2', '/api/v2', '/healthz', '/api/v1/pods']) expect(ask(path).answer).toBeUndefined();
});
