// Who may come in, and what they may do.
import { beforeEach, expect, test } from 'vitest';
import { ApiServer } from '../../../src/simulator/apiserver/api-server.ts';
import { Clock } from '../../../src/simulator/clock.ts';
import { Random } from '../../../src/simulator/random.ts';
import { ApiClient } from './api-client.ts';

let clock: Clock;
let server: ApiServer;
let admin: ApiClient;
const tokens = '/api/v1/namespaces/default/serviceaccounts/bot/token';

beforeEach(() => {
  clock = new Clock(Date.parse('2026-11-24T10:00:00Z'));
  server = new ApiServer({ clock, random: new Random(1), firstRevision: 1000, adminToken: 'admin' });
  admin = new ApiClient(server);
  admin.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  admin.send('POST', '/api/v1/namespaces/default/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'bot' } });
});

const tokenRequest = (spec: object) => ({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec });
const accessReview = (spec: object) => ({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec });

test('without credentials only health and version are open', () => {
  const nobody = new ApiClient(server, {});
  expect(nobody.get('/healthz').text).toBe('ok');
  expect(nobody.get('/version').status).toBe(200);
  expect(nobody.get('/api').json).toMatchObject({ code: 403, message: 'forbidden: User "system:anonymous" cannot get path "/api"' });
});

test('a wrong token is nobody', () => {
  const stranger = new ApiClient(server, { authorization: 'Bearer nonsense' });
  expect(stranger.get('/version').json).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'Unauthorized',
    reason: 'Unauthorized',
    code: 401,
  });
});

test('a client certificate names the user and the groups', () => {
  const answer = server.handle({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' })),
    certificate: { commonName: 'jane', organizations: ['developers'] },
  });
  const text = answer.kind === 'response' ? new TextDecoder().decode(answer.body) : '';
  expect(JSON.parse(text).status.userInfo).toEqual({ username: 'jane', groups: ['developers', 'system:authenticated'] });
});

test('whoever may nothing is told so in full', () => {
  const bob = admin.with({ 'impersonate-user': 'bob' });
  expect(bob.get('/api/v1/namespaces/default/pods').json).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message: 'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "default"',
    details: { kind: 'pods' },
  });
  expect(bob.get('/api/v1/nodes/n').json.message).toBe(
    'nodes "n" is forbidden: User "bob" cannot get resource "nodes" in API group "" at the cluster scope',
  );
  expect(bob.get('/api').status).toBe(200);
});

test('only who may impersonate can speak for others', () => {
  const bob = admin.with({ 'impersonate-user': 'bob' });
  const asJane = new ApiClient(server, { authorization: `Bearer ${botToken()}`, 'impersonate-user': 'jane' });
  expect(bob.get('/version').status).toBe(200);
  expect(asJane.get('/version').json.message).toBe(
    'users "jane" is forbidden: User "system:serviceaccount:default:bot" cannot impersonate resource "users" in API group "" at the cluster scope',
  );
});

function botToken(): string {
  return admin.send('POST', tokens, tokenRequest({})).json.status.token;
}

test('a token of a service account is its account, until it is too old or the account is gone', () => {
  const bot = new ApiClient(server, { authorization: `Bearer ${botToken()}` });
  const { userInfo } = bot.send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { kind: 'SelfSubjectReview' }).json.status;
  expect(userInfo).toMatchObject({
    username: 'system:serviceaccount:default:bot',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
  });
  clock.runUntil(clock.now + 3_600_000);
  expect(bot.get('/version').status).toBe(401);
  const fresh = new ApiClient(server, { authorization: `Bearer ${botToken()}` });
  expect(fresh.get('/version').status).toBe(200);
  admin.send('DELETE', '/api/v1/namespaces/default/serviceaccounts/bot');
  expect(fresh.get('/version').status).toBe(401);
});

test('a token that was tampered with is refused', () => {
  const [head, body, signature] = botToken().split('.');
  const claims = JSON.parse(Buffer.from(body!, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString('base64url');
  expect(new ApiClient(server, { authorization: `Bearer ${head}.${forged}.${signature}` }).get('/version').status).toBe(401);
});

test('tokens live at least ten minutes', () => {
  expect(admin.send('POST', tokens, tokenRequest({ expirationSeconds: 60 })).json.message).toBe(
    'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
  );
});

test('access reviews say yes and why, or no', () => {
  const url = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const question = accessReview({ resourceAttributes: { namespace: 'default', verb: 'create', resource: 'pods' } });
  expect(admin.send('POST', url, question).json.status).toEqual({
    allowed: true,
    reason: 'RBAC: allowed by ClusterRoleBinding "kubeadm:cluster-admins" of ClusterRole "cluster-admin" to Group "kubeadm:cluster-admins"',
  });
  expect(admin.with({ 'impersonate-user': 'bob' }).send('POST', url, question).json.status).toEqual({ allowed: false });
  expect(admin.send('POST', url, accessReview({})).status).toBe(422);
});

test('the rules of somebody without rights are those of everyone', () => {
  const bob = admin.with({ 'impersonate-user': 'bob' });
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace: 'default' } };
  const { status } = bob.send('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', review).json;
  expect(status.resourceRules.flatMap((rule: { resources: string[] }) => rule.resources)).toEqual([
    'selfsubjectaccessreviews',
    'selfsubjectrulesreviews',
    'selfsubjectreviews',
  ]);
  expect(status.incomplete).toBe(false);
});

test('a token review names the bearer', () => {
  const review = (token: string) => ({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } });
  const send = (token: string) => admin.send('POST', '/apis/authentication.k8s.io/v1/tokenreviews', review(token)).json.status;
  expect(send(botToken())).toMatchObject({ authenticated: true, user: { username: 'system:serviceaccount:default:bot' } });
  expect(send('nonsense')).toMatchObject({ error: 'invalid bearer token' });
});
