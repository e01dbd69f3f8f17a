import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { apiVersionOf, kinds, reviewKinds } from '../../../../src/apimachinery/kinds.ts';
import { openapiAnswer } from '../../../../src/simulator/apiserver/openapi/openapi.ts';

const folder = 'tests/recordings/kubernetes-1.34';
const recorded = (name: string) => JSON.parse(gunzipSync(readFileSync(`${folder}/${name}`)).toString());
const files: Record<string, string> = recorded('discovery.json.gz')['openapi-v3-root'].paths;
const served = [...kinds, ...reviewKinds];

function ask(address: string, headers: Record<string, string> = {}) {
  const url = new URL(address, 'https://localhost');
  const answer = openapiAnswer(url.pathname, url.searchParams, headers);
  return { answer, text: answer && new TextDecoder().decode(answer.body) };
}
const root: Record<string, { serverRelativeURL: string }> = JSON.parse(ask('/openapi/v3').text!).paths;
const names = Object.keys(root);
const read = (name: string) => JSON.parse(ask(root[name]!.serverRelativeURL).text!);

test('there is a document for every group and version that is served', () => {
  const wanted = [...new Set(served.map((one) => (one.group ? `apis/${apiVersionOf(one)}` : `api/${one.version}`)))];
  expect(names).toEqual(expect.arrayContaining([...wanted, 'api', 'apis', 'version', 'apis/apps']));
  expect(names).toEqual(Object.keys(files).filter((name) => names.includes(name)));
});

/** Everything but texts for people. */
function structure(value: unknown, inProperties = false): unknown {
  if (Array.isArray(value)) return value.map((item) => structure(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, inner]) => inProperties || key !== 'description' || typeof inner !== 'string');
  return Object.fromEntries(entries.map(([key, inner]) => [key, structure(inner, key === 'properties' && !inProperties)]));
}

test.each(names)('%s has the structure of the real document', (name) => {
  const document = read(name);
  const real = recorded(`openapi-v3/${files[name]}`);
  expect(Object.keys(real.paths)).toEqual(expect.arrayContaining(Object.keys(document.paths)));
  for (const [path, operations] of Object.entries(document.paths)) expect(structure(operations)).toEqual(real.paths[path]);
  for (const [schema, value] of Object.entries(document.components.schemas))
    expect(structure(value)).toEqual(real.components.schemas[schema]);
  expect(structure({ ...document, paths: 0, components: 0 })).toEqual({ ...real, paths: 0, components: 0 });
});

test('every served kind has its paths and its schema, and nothing that is referred to is missing', () => {
  for (const definition of served) {
    const name = definition.group ? `apis/${apiVersionOf(definition)}` : `api/${definition.version}`;
    const document = read(name);
    const inNamespace = definition.namespaced ? '/namespaces/{namespace}' : '';
    expect(Object.keys(document.paths)).toContain(
      `/${name}${inNamespace}/${definition.resource}${definition.verbs?.includes('get') === false ? '' : '/{name}'}`,
    );
    const gvk = { group: definition.group, version: definition.version, kind: definition.kind };
    const schemas = Object.values(document.components.schemas) as { 'x-kubernetes-group-version-kind'?: object[] }[];
    expect(
      schemas.filter((schema) =>
        schema['x-kubernetes-group-version-kind']?.some(
          (one) => JSON.stringify(one, Object.keys(gvk)) === JSON.stringify(gvk, Object.keys(gvk)),
        ),
      ).length,
    ).toBe(1);
  }
  for (const name of names) {
    const text = ask(root[name]!.serverRelativeURL).text!;
    const schemas = new Set(Object.keys(JSON.parse(text).components?.schemas ?? {}));
    for (const [, reference] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(schemas).toContain(reference);
  }
});

test('unserved kinds are left out', () => {
  const paths = Object.keys(read('api/v1').paths);
  expect(paths.filter((path) => path.includes('replicationcontrollers'))).toEqual([]);
  expect(paths).toContain('/api/v1/namespaces/{namespace}/pods/{name}/exec');
});

test('types and fields have descriptions, for kubectl explain', () => {
  const { schemas } = read('apis/apps/v1').components;
  const spec = schemas['io.k8s.api.apps.v1.DeploymentSpec'];
  expect(spec.description).toBe('DeploymentSpec is the specification of the desired behavior of the Deployment.');
  expect(spec.properties.replicas.description).toMatch(/^Number of desired pods\./);
  expect(schemas['io.k8s.api.apps.v1.Deployment'].properties.kind.description).toMatch(/^Kind is a string value/);
  // A later Kubernetes says more about this one.
  expect(schemas['io.k8s.api.core.v1.Container'].properties.resizePolicy.description).toBe('Resources resize policy for the container.');
  let [described, all] = [0, 0];
  for (const name of names) {
    for (const schema of Object.values(read(name).components?.schemas ?? {}) as {
      properties?: Record<string, { description?: string }>;
    }[]) {
      for (const property of Object.values(schema.properties ?? {})) {
        all++;
        if (property.description) described++;
      }
    }
  }
  expect(described / all).toBeGreaterThan(0.95);
});

test("a document's address has its hash: clients keep it for good, and an old hash leads to the new one", () => {
  const address = root['apis/apps/v1']!.serverRelativeURL;
  const { answer } = ask(address);
  expect(address).toBe(`/openapi/v3/apis/apps/v1?hash=${createHash('sha512').update(answer!.body).digest('hex').toUpperCase()}`);
  expect(answer?.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'public, immutable', vary: 'Accept' });
  expect(ask(address, { 'if-none-match': String(answer?.headers['etag']) }).answer?.status).toBe(304);
  expect(ask('/openapi/v3/apis/apps/v1?hash=OLD').answer).toMatchObject({ status: 301, headers: { location: address } });
  expect(ask('/openapi/v3/apis/apps/v1').answer).toMatchObject({ status: 200 });
  expect(ask('/openapi/v3/apis/nosuch/v1').answer).toBeUndefined();
  expect(ask('/openapi/v2').answer).toBeUndefined();
});

test('the list of documents is asked for again and again, and not sent again', () => {
  const { answer } = ask('/openapi/v3');
  expect(answer?.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(ask('/openapi/v3/', { 'if-none-match': String(answer?.headers['etag']) }).answer?.status).toBe(304);
});
