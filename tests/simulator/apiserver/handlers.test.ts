// The verbs over HTTP: what clients send, and what they get.
import { beforeEach, expect, test } from 'vitest';
import { ApiServer } from '../../../src/simulator/apiserver/api-server.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { Random } from '../../../src/simulator/random.ts';
import { ApiClient, mediaTypes, table } from './api-client.ts';

let clock: Clock;
let server: ApiServer;
let api: ApiClient;
const configMaps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';

const configMap = (name: string, data: Record<string, string> = {}, labels?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(labels && { labels }) },
  data,
});
const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'nginx' }] },
});

beforeEach(() => {
  clock = new Clock(Date.parse('2026-11-24T10:00:00Z'));
  server = new ApiServer({ clock, random: new Random(1), firstRevision: 1000, adminToken: 'admin' });
  api = new ApiClient(server);
  api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  api.send('POST', '/api/v1/namespaces/default/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  });
});

test('what is created is answered with 201 and can be read again', () => {
  const created = api.send('POST', `${configMaps}?fieldManager=me`, configMap('one', { a: '1' }));
  expect(created.status).toBe(201);
  expect(created.json.metadata.managedFields).toEqual([
    {
      manager: 'me',
      operation: 'Update',
      apiVersion: 'v1',
      time: '2026-11-24T10:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } },
    },
  ]);
  expect(api.get(`${configMaps}/one`).json).toEqual(created.json);
});

test('a dry run tells what would be, and leaves nothing', () => {
  expect(api.send('POST', `${configMaps}?dryRun=All`, configMap('one')).status).toBe(201);
  expect(api.get(`${configMaps}/one`).status).toBe(404);
  expect(api.send('POST', `${configMaps}?dryRun=Some`, configMap('one')).json.message).toBe(
    'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
  );
});

test('a body for another namespace or another name is refused', () => {
  const elsewhere = { ...configMap('one'), metadata: { name: 'one', namespace: 'other' } };
  expect(api.send('POST', configMaps, elsewhere).json.message).toBe(
    'the namespace of the provided object does not match the namespace sent on the request',
  );
  api.send('POST', configMaps, configMap('one'));
  expect(api.send('PUT', `${configMaps}/one`, configMap('two')).json.message).toBe(
    'the name of the object (two) does not match the name on the URL (one)',
  );
});

test('an unknown field is a warning, or an error when asked for', () => {
  const odd = { ...configMap('one'), dta: {} };
  expect(api.send('POST', `${configMaps}?dryRun=All`, odd).headers['warning']).toEqual(['299 - "unknown field \\"dta\\""']);
  expect(api.send('POST', `${configMaps}?dryRun=All&fieldValidation=Ignore`, odd).headers['warning']).toBeUndefined();
  expect(api.send('POST', `${configMaps}?fieldValidation=Strict`, odd).json.message).toBe(
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
  );
});

test('lists select by labels and fields, and say which fields they know', () => {
  api.send('POST', configMaps, configMap('one', {}, { tier: 'web' }));
  api.send('POST', configMaps, configMap('two'));
  const names = (query: string) =>
    api.get(`${configMaps}?${query}`).json.items.map((item: { metadata: { name: string } }) => item.metadata.name);
  expect(names('labelSelector=tier%3Dweb')).toEqual(['one']);
  expect(names('labelSelector=!tier')).toEqual(['two']);
  expect(names('fieldSelector=metadata.name%3Dtwo')).toEqual(['two']);
  expect(api.get(`${pods}?fieldSelector=foo.bar%3D1`).json.message).toBe('field label not supported: foo.bar');
  expect(api.get(`${configMaps}?fieldSelector=foo.bar%3D1`).json.message).toBe(
    '"foo.bar" is not a known field selector: only "metadata.name", "metadata.namespace"',
  );
});

test('items of a list carry neither kind nor apiVersion', () => {
  api.send('POST', configMaps, configMap('one'));
  const { json } = api.get(configMaps);
  expect(json).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: '1003' } });
  expect(Object.keys(json.items[0])).toEqual(['metadata']);
});

test('a long list comes in parts, all as of the same moment', () => {
  for (const name of ['a', 'b', 'c']) api.send('POST', configMaps, configMap(name));
  const first = api.get(`${configMaps}?limit=2`).json;
  expect(first.metadata).toMatchObject({ resourceVersion: '1005', remainingItemCount: 1 });
  api.send('POST', configMaps, configMap('bb'));
  api.send('DELETE', `${configMaps}/c`);
  const rest = api.get(`${configMaps}?limit=2&continue=${first.metadata.continue}`).json;
  expect(rest.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['c']);
  expect(rest.metadata).toEqual({ resourceVersion: '1005' });
  expect(api.get(`${configMaps}?continue=nonsense`).status).toBe(400);
});

test('a list of the future is refused', () => {
  expect(api.get(`${configMaps}?resourceVersion=5000`).json).toMatchObject({
    code: 504,
    reason: 'Timeout',
    message: 'Timeout: Too large resource version: 5000, current: 1002',
  });
});

test('as a Table, rows carry metadata, or the object, or nothing', () => {
  api.send('POST', pods, pod('web'));
  const reader = api.with({ accept: table });
  const rows = (query: string) => reader.get(`${pods}?${query}`).json.rows;
  expect(rows('')[0].cells.slice(0, 4)).toEqual(['web', '0/1', 'Pending', '0']);
  expect(rows('')[0].object).toMatchObject({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'web' } });
  expect(rows('includeObject=Object')[0].object).toMatchObject({ kind: 'Pod', spec: {} });
  expect(rows('includeObject=None')[0].object).toBeNull();
  expect(reader.get(`${pods}/nosuch`).json).toMatchObject({ kind: 'Status', message: 'pods "nosuch" not found' });
});

test('watches tell of changes, and of objects that come into the selection or leave it', () => {
  api.send('POST', configMaps, configMap('one'));
  const { events } = api.watch(`${configMaps}?watch=true&labelSelector=tier%3Dweb&resourceVersion=1003`);
  const label = (tier: string | null) => api.send('PATCH', `${configMaps}/one`, { metadata: { labels: { tier } } }, mediaTypes.merge);
  label('web');
  api.send('PATCH', `${configMaps}/one`, { data: { a: '1' } }, mediaTypes.merge);
  label('db');
  expect(events).toEqual([]);
  clock.settle();
  expect(events.map(({ type, object }) => `${type} ${object.metadata.resourceVersion} ${object.metadata.labels.tier}`)).toEqual([
    'ADDED 1004 web',
    'MODIFIED 1005 web',
    'DELETED 1006 web',
  ]);
});

test('a watch from long ago is told so in its stream', () => {
  const seen = api.watch(`${configMaps}?watch=true&resourceVersion=1`);
  expect(seen.events).toMatchObject([
    { type: 'ERROR', object: { code: 410, reason: 'Expired', message: 'too old resource version: 1 (1000)' } },
  ]);
  expect(seen.ended).toBe(true);
});

test('a streaming list begins with what is there and a bookmark that says so', () => {
  api.send('POST', configMaps, configMap('one'));
  const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const { events } = api.watch(`${configMaps}?${query}`);
  expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
  expect(events[1].object.metadata).toEqual({ resourceVersion: '1003', annotations: { 'k8s.io/initial-events-end': 'true' } });
  clock.runUntil(clock.now + 60_000);
  expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK', 'BOOKMARK']);
});

test('a watch ends when its time is up, or the client hangs up', () => {
  const timed = api.watch(`${configMaps}?watch=true&timeoutSeconds=5`);
  const left = api.watch(`${configMaps}?watch=true`);
  left.stream.hangUp();
  clock.runUntil(clock.now + 5000);
  expect(timed.ended).toBe(true);
  api.send('POST', configMaps, configMap('one'));
  clock.settle();
  expect([...timed.events, ...left.events]).toEqual([]);
});

test('only the first event of a Table watch has columns', () => {
  const { events } = api.with({ accept: table }).watch(`${pods}?watch=true`);
  api.send('POST', pods, pod('one'));
  api.send('POST', pods, pod('two'));
  clock.settle();
  expect(events.map(({ object }) => object.columnDefinitions?.length)).toEqual([9, undefined]);
});

test('DELETE answers with a Status, or with the object where it lives on or its kind is shown', () => {
  api.send('POST', configMaps, configMap('one'));
  const { uid } = api.get(`${configMaps}/one`).json.metadata;
  expect(api.send('DELETE', `${configMaps}/one`, { propagationPolicy: 'Background' }).json).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: 'one', kind: 'configmaps', uid },
  });
  api.send('POST', pods, pod('web'));
  expect(api.send('DELETE', `${pods}/web`).json).toMatchObject({ kind: 'Pod', metadata: { name: 'web' } });
  api.send('POST', configMaps, configMap('held'));
  expect(api.send('DELETE', `${configMaps}/held`, { propagationPolicy: 'Foreground' }).json.metadata.finalizers).toEqual([
    'foregroundDeletion',
  ]);
});

test('DELETE looks at its preconditions', () => {
  api.send('POST', configMaps, configMap('one'));
  const { uid } = api.get(`${configMaps}/one`).json.metadata;
  expect(api.send('DELETE', `${configMaps}/one`, { preconditions: { uid: 'other' } }).json.message).toBe(
    `Operation cannot be fulfilled on configmaps "one": the UID in the precondition (other) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
  );
  expect(api.send('DELETE', `${configMaps}/one?propagationPolicy=Never`).status).toBe(422);
});

test('a collection is deleted by its selectors', () => {
  api.send('POST', configMaps, configMap('one', {}, { a: 'b' }));
  api.send('POST', configMaps, configMap('two'));
  expect(api.send('DELETE', `${configMaps}?labelSelector=a%3Db`).json.items).toHaveLength(1);
  expect(api.get(configMaps).json.items).toHaveLength(1);
});

test('server-side apply creates with 201, updates with 200, and tells whose fields are in the way', () => {
  const url = `${configMaps}/one?fieldManager=`;
  const applied = (value: string) => configMap('one', { a: value });
  expect(api.send('PATCH', `${url}first`, applied('1'), mediaTypes.apply).status).toBe(201);
  expect(api.send('PATCH', `${url}first`, applied('2'), mediaTypes.apply).status).toBe(200);
  expect(api.send('PATCH', `${url}second`, applied('3'), mediaTypes.apply).json).toMatchObject({
    code: 409,
    message: 'Apply failed with 1 conflict: conflict with "first": .data.a',
  });
  expect(api.send('PATCH', `${url}second&force=true`, applied('3'), mediaTypes.apply).json.data).toEqual({ a: '3' });
});

test('a patch that changes nothing keeps the revision', () => {
  api.send('POST', configMaps, configMap('one', { a: '1' }));
  const patched = api.send('PATCH', `${configMaps}/one?fieldManager=other`, { data: { a: '1' } }, mediaTypes.merge);
  expect(patched.json.metadata.resourceVersion).toBe('1003');
});

test('another media type than the four is refused', () => {
  api.send('POST', configMaps, configMap('one'));
  expect(api.send('PATCH', `${configMaps}/one`, {}, 'application/json').json).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
});

test('owners of fields that parts of the cluster wrote are there when somebody looks', () => {
  api.send('POST', `${pods}?fieldManager=me`, pod('web'));
  server
    .client('kubelet')
    .resource('pods')
    .modify(
      'default',
      'web',
      (draft) => {
        draft.status = { ...draft.status, podIP: '10.244.1.2' };
      },
      'status',
    );
  const entries = api.get(`${pods}/web`).json.metadata.managedFields;
  const own = entries.find((entry: { manager: string }) => entry.manager === 'kubelet');
  expect(own).toMatchObject({ subresource: 'status', fieldsV1: { 'f:status': { 'f:podIP': {} } } });
});

test('the scale of a deployment can be read and written', () => {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } },
    },
  };
  const url = '/apis/apps/v1/namespaces/default/deployments';
  api.send('POST', url, deployment);
  const scaled = api.send('PATCH', `${url}/web/scale`, { spec: { replicas: 3 } }, mediaTypes.merge).json;
  expect(scaled).toMatchObject({ kind: 'Scale', spec: { replicas: 3 }, status: { replicas: 0, selector: 'app=web' } });
  expect(api.get(`${url}/web`).json).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 3 } });
});

test('events are served in both of their versions', () => {
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e' },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
    reason: 'Killing',
    message: 'Stopping container main',
    type: 'Normal',
  };
  expect(api.send('POST', '/api/v1/namespaces/default/events', event).status).toBe(201);
  const { items } = api.get('/apis/events.k8s.io/v1/namespaces/default/events?fieldSelector=regarding.name%3Dweb').json;
  expect(items).toMatchObject([{ regarding: { name: 'web' }, note: 'Stopping container main' }]);
});

test('component statuses are made up, with a warning', () => {
  const { json, headers } = api.get('/api/v1/componentstatuses');
  expect(json.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual([
    'scheduler',
    'controller-manager',
    'etcd-0',
  ]);
  expect(headers['warning']).toEqual(['299 - "v1 ComponentStatus is deprecated in v1.19+"']);
});

test('what is not there, not allowed or not simulated says so', () => {
  expect(api.get('/nowhere')).toMatchObject({ status: 404, text: '404 page not found\n' });
  expect(api.get('/apis/apps/v1/namespaces/default/unicorns')).toMatchObject({ status: 404, text: '404 page not found\n' });
  expect(api.send('DELETE', '/api/v1/namespaces').json.reason).toBe('MethodNotAllowed');
  expect(api.with({ accept: 'image/png' }).get(configMaps).json).toMatchObject({ code: 406, reason: 'NotAcceptable' });
  expect(api.get('/api/v1/nodes/x/proxy/stats').json.message).toBe("K8sQuest's cluster does not simulate proxying to nodes");
});

test('curl gets its JSON indented, and YAML is there for whoever asks', () => {
  expect(api.with({ 'user-agent': 'curl/7.88.1' }).get(`${pods}/nosuch`).text).toMatch('{\n  "kind": "Status",\n');
  expect(api.with({ accept: 'application/yaml' }).get('/api/v1/namespaces/default').text).toMatch('kind: Namespace\n');
});
