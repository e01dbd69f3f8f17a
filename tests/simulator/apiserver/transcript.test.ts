// What kubectl 1.34 sent to a real cluster when it created things, sent to ours: the answers must say the same.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { isEqual } from '../../../src/apimachinery/clone.ts';
import { findResource, reviewKinds } from '../../../src/apimachinery/kinds.ts';
import { ApiServer } from '../../../src/simulator/apiserver/api-server.ts';
import { decodeProtobuf, openEnvelope } from '../../../src/simulator/apiserver/decode/protobuf.ts';
import { printed } from '../../../src/simulator/apiserver/model/round-trip.ts';
import { requestInfo } from '../../../src/simulator/apiserver/request-info.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { Random } from '../../../src/simulator/random.ts';
import { ApiClient } from './api-client.ts';

interface RecordedRequest {
  m: string;
  url: string;
  accept?: string;
  ct?: string;
  ua?: string;
  body?: string;
  b64?: string;
  status: number;
  rct?: string;
  rh?: { warn?: string };
  resp?: string;
}

type Json = Record<string, unknown>;

const file = 'tests/recordings/kubernetes-1.34/transcript-kubectl-1.34.json.gz';
const recorded = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { cmd: string; reqs: RecordedRequest[] }[];
const clock = new Clock(Date.parse('2026-11-24T23:07:00Z'));
const server = new ApiServer({ clock, random: new Random(1), firstRevision: 1000, adminToken: 'admin' });
const api = new ApiClient(server, { authorization: 'Bearer admin' });

function isServed({ m, url }: RecordedRequest): boolean {
  if (m !== 'POST' && m !== 'DELETE') return false;
  const [path = ''] = url.split('?');
  const { group, version, resource, subresource } = requestInfo({
    method: m,
    path,
    query: new URLSearchParams(),
    headers: {},
    body: new Uint8Array(),
  });
  if (subresource !== '' && subresource !== 'token') return false;
  return (
    findResource(group, version, resource) !== undefined || reviewKinds.some((kind) => kind.group === group && kind.resource === resource)
  );
}

function send(request: RecordedRequest): { status: number; json: Json; warning: unknown } {
  const [path = '', query = ''] = request.url.split('?');
  const answer = server.handle({
    method: request.m,
    path,
    query: new URLSearchParams(query),
    headers: {
      authorization: 'Bearer admin',
      'content-type': request.ct ?? '',
      accept: request.accept ?? '',
      'user-agent': request.ua ?? '',
    },
    body: request.b64 ? Buffer.from(request.b64, 'base64') : new TextEncoder().encode(request.body),
  });
  if (answer.kind !== 'response') throw new Error(`${request.url} was answered by a stream`);
  return { status: answer.status, json: JSON.parse(new TextDecoder().decode(answer.body)) as Json, warning: answer.headers['warning'] };
}

function answerOf({ rct, resp }: RecordedRequest): Json {
  if (!rct?.includes('protobuf')) return JSON.parse(resp!) as Json;
  return decodeProtobuf(openEnvelope(Buffer.from(resp!, 'base64'))) as Json;
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Leaves out what differs from one cluster to the next. */
function normalised(object: Json): unknown {
  const whole = typeof object['apiVersion'] === 'string' ? printed(object['apiVersion'], String(object['kind']), object) : object;
  return JSON.parse(
    JSON.stringify(whole, (key, value) => {
      if (['uid', 'resourceVersion', 'creationTimestamp', 'time', 'expirationTimestamp', 'token', 'extra'].includes(key)) return undefined;
      if (['clusterIP', 'clusterIPs', 'nodePort', 'username', 'groups'].includes(key)) return value ? '<any>' : value;
      if (key === 'resourceRules' || key === 'nonResourceRules') return value.map((rule: unknown) => JSON.stringify(rule)).sort();
      if (typeof value === 'string') return value.replace(/kube-api-access-\w{5}/, 'kube-api-access-x').replace(uuid, '<uid>');
      return value;
    }),
  );
}

const served = recorded
  .filter(({ cmd }) => !cmd.includes('--as='))
  .flatMap(({ cmd, reqs }) => reqs.filter(isServed).map((request) => ({ cmd, request })));

const standardClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'rancher.io/local-path',
};

test('every POST of the transcript to a kind that is served is answered as the real server did', () => {
  api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 't134' } });
  api.send('POST', '/api/v1/namespaces/t134/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
  api.send('POST', '/apis/storage.k8s.io/v1/storageclasses', standardClass);
  expect(served.length).toBeGreaterThan(40);
  const differences: string[] = [];
  for (const { cmd, request } of served) {
    const actual = send(request);
    // What is left after a deletion is the controllers' work.
    if (request.m === 'DELETE') continue;
    const wanted = answerOf(request);
    const one = normalised(actual.json);
    const other = normalised(wanted);
    // The transcript's certificates are blanked out, which ours says.
    const warnings = cmd.startsWith('create secret tls') ? request.rh?.warn : (actual.warning as string[] | undefined)?.join();
    if (actual.status === request.status && isEqual(one, other) && warnings === request.rh?.warn) continue;
    differences.push(`${cmd}\n  ${actual.status} ${JSON.stringify(one)}\n  ${request.status} ${JSON.stringify(other)}`);
  }
  expect(differences).toEqual([]);
});
