import { beforeEach, describe, expect, test } from 'vitest';
import { exec, type Result, type Started, startContainer } from '../../../network/container-rig.ts';
import { NetworkRig } from '../../../network/network-rig.ts';

describe('kubectl inside a pod', () => {
  let rig: NetworkRig;
  let admin: Started;
  const account = '/var/run/secrets/kubernetes.io/serviceaccount';

  beforeEach(() => {
    rig = new NetworkRig();
    // The token stands for an administrator's: what a service account may do is the API server's own business.
    rig.network.apiServer = ({ headers: { authorization, ...headers }, ...request }) =>
      rig.server.handle({
        ...request,
        headers,
        ...(authorization === 'Bearer token' && { certificate: { commonName: 'admin', organizations: ['system:masters'] } }),
      });
    startContainer(rig, rig.pod('api', { hostNetwork: true }), 'registry.k8s.io/kube-apiserver:v1.34.4', ['kube-apiserver']);
    rig.service('kubernetes', { clusterIP: '10.96.0.1', ports: [{ port: 443, targetPort: 6443 }] }, ['172.18.0.3']);
    admin = start('token');
    rig.settle();
  });

  const start = (token: string): Started =>
    startContainer(rig, rig.pod(`admin-${token}`, { labels: { app: 'admin' } }), 'bitnami/kubectl:latest', ['sh', '-c', 'sleep 100000'], {
      user: 0,
      environment: { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' },
      files: { [`${account}/token`]: token, [`${account}/namespace`]: 'default' },
    });
  const kubectl = (...args: string[]): Result => exec(rig, admin, ['kubectl', ...args]);

  test('gets objects as tables, names, YAML, JSON and single fields', () => {
    expect(kubectl('get', 'pods').stdout).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE\nadmin-token +0\/1 /);
    expect(kubectl('get', 'pods', '-l', 'app=admin', '-o', 'name').stdout).toBe('pod/admin-token\n');
    expect(kubectl('get', 'svc', 'kubernetes', '-o', 'jsonpath={.spec.clusterIP}{"\\n"}').stdout).toBe('10.96.0.1\n');
    expect(kubectl('get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}').stdout).toBe('admin-token api');
    expect(kubectl('get', 'pod/admin-token', '-o', 'yaml').stdout).toMatch(/^apiVersion: v1\nkind: Pod\nmetadata:\n/);
    expect(JSON.parse(kubectl('get', 'pods', '-o', 'json').stdout)).toMatchObject({
      kind: 'List',
      items: [{ kind: 'Pod' }, { kind: 'Pod' }],
    });
    expect(kubectl('get', 'pods', '-n', 'kube-system').output).toBe('No resources found in kube-system namespace.\n');
  });

  test('deletes, and says what is not there or not known', () => {
    expect(kubectl('delete', 'service', 'kubernetes').stdout).toBe('service "kubernetes" deleted from default namespace\n');
    expect(kubectl('get', 'gadgets').output).toBe('error: the server doesn\'t have a resource type "gadgets"\n');
    const missing = kubectl('get', 'pod', 'nobody');
    expect([missing.output, missing.code]).toEqual(['Error from server (NotFound): pods "nobody" not found\n', 1]);
    expect(kubectl('apply', '-f', 'x').output).toMatch(/^error: unknown shorthand flag: 'f' in -f\n/);
    expect(kubectl('apply').output).toBe('error: kubectl apply inside a pod is not simulated in this cluster\n');
  });

  test('is told what its account may not do', () => {
    admin = start('other');
    const refused = kubectl('get', 'secrets');
    expect(refused.output).toMatch(/^Error from server \((Forbidden|Unauthorized)\): /);
    expect(refused.code).toBe(1);
  });

  test('says when the API server cannot be reached', () => {
    rig.apply(
      '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: p }, spec: { podSelector: {}, policyTypes: [Egress] } }',
    );
    rig.settle();
    const result = kubectl('get', 'pods');
    expect(result.output).toBe('Unable to connect to the server: dial tcp 10.96.0.1:443: i/o timeout\n');
    expect(Math.round(result.seconds)).toBe(30);
  });
});
