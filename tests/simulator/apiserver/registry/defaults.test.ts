// What the API server makes of objects that kubectl creates, against what a real 1.34.4 made of the same requests.
import { expect, test } from 'vitest';
import { isEqual } from '../../../../src/apimachinery/clone.ts';
import { findKind } from '../../../../src/apimachinery/kinds.ts';
import { ApiServer } from '../../../../src/simulator/apiserver/api-server.ts';
import { decodeBody } from '../../../../src/simulator/apiserver/decode/body.ts';
import { Clock } from '../../../../src/simulator/clock.ts';
import { Random } from '../../../../src/simulator/random.ts';
import { type RecordedRequest, transcript } from './recorded-transcript.ts';

type Json = Record<string, unknown>;

const protobuf = 'application/vnd.kubernetes.protobuf';

function createServer(): ApiServer {
  const clock = new Clock(Date.parse('2026-11-24T23:00:00Z'));
  const server = new ApiServer({ clock, random: new Random(7), firstRevision: 1000, adminToken: 'admin' });
  const client = server.client('test');
  client.resource('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 't134' }, spec: {} });
  client.resource('serviceaccounts').create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 't134' } });
  client.resource('storageclasses').create({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'rancher.io/local-path',
  });
  return server;
}

/** The recorded creations of kinds that the simulator serves. */
function creations(): { cmd: string; request: RecordedRequest; wanted: Json }[] {
  return transcript.flatMap(({ cmd, reqs }) =>
    reqs.flatMap((request) => {
      if (request.m !== 'POST' || request.status !== 201 || !request.resp) return [];
      const wanted = answered(request);
      const known = wanted && findKind(String(wanted['apiVersion']), String(wanted['kind']));
      return known?.verbs?.length === 1 || !known || / debug /.test(` ${cmd} `) ? [] : [{ cmd, request, wanted }];
    }),
  );
}

function answered(request: RecordedRequest): Json | undefined {
  const body = Buffer.from(request.resp!, request.rct === protobuf ? 'base64' : 'utf8');
  if (request.rct !== protobuf) return JSON.parse(body.toString()) as Json;
  const [, , , version] = request.url.split('/');
  const kindAt = /\x12?.([A-Z][A-Za-z]+)/.exec(body.subarray(6, 80).toString('latin1'))?.[1] ?? '';
  const [group = '', apiVersion = version ?? ''] = request.url.startsWith('/api/') ? ['', 'v1'] : request.url.split('/').slice(2, 4);
  try {
    return decodeBody(protobuf, body, { group, version: apiVersion, kind: kindAt }, 'Ignore').object as Json;
  } catch {
    return undefined;
  }
}

function replay(server: ApiServer, request: RecordedRequest): Json {
  const [path, query] = request.url.split('?');
  const answer = server.handle({
    method: 'POST',
    path: path!,
    query: new URLSearchParams(query),
    headers: { authorization: 'Bearer admin', 'content-type': request.ct ?? 'application/json', accept: 'application/json' },
    body: request.b64 ? Buffer.from(request.b64, 'base64') : new TextEncoder().encode(request.body),
  });
  if (answer.kind !== 'response') throw new Error('a creation was answered by a stream');
  return JSON.parse(new TextDecoder().decode(answer.body)) as Json;
}

/** Without what chance, time and the cluster's past decide. */
function comparable(object: Json): Json {
  const { metadata, ...rest } = object as Json & { metadata: Json };
  const { labels, annotations, generation, finalizers } = metadata;
  const text = JSON.stringify({ ...rest, metadata: { labels, annotations, generation, finalizers } }, (_, value) => value ?? undefined);
  return JSON.parse(
    text
      .replaceAll(/kube-api-access-\w{5}/g, 'kube-api-access-x')
      .replaceAll(/10\.96\.\d+\.\d+/g, '<address>')
      .replaceAll(/"nodePort":\d+/g, '"nodePort":0')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>'),
  ) as Json;
}

const all = creations();

test('the transcript holds creations of many kinds', () => {
  expect(new Set(all.map(({ wanted }) => wanted['kind'])).size).toBeGreaterThan(14);
});

test.each(all.map((one, index) => ({ ...one, name: `${index}: ${one.cmd.slice(0, 60)} creates a ${one.wanted['kind']}` })))(
  '$name as a real server does',
  ({ request, wanted }) => {
    const actual = replay(createServer(), request);
    if (!isEqual(comparable(actual), comparable(wanted))) expect(comparable(actual)).toEqual(comparable(wanted));
  },
);
