import { beforeAll, describe, expect, test } from 'vitest';
import { exec, type Result, type Started, startContainer } from '../../../network/container-rig.ts';
import { NetworkRig } from '../../../network/network-rig.ts';

describe("bind's tools", () => {
  let rig: NetworkRig;
  let client: Started;
  beforeAll(() => {
    rig = new NetworkRig();
    rig.dns();
    rig.service('web', { clusterIP: '10.96.7.7', ports: [{ name: 'http', port: 80 }] }, []);
    rig.service('a-much-longer-name-than-that', { clusterIP: '10.96.7.8', ports: [{ port: 80 }] }, []);
    client = startContainer(rig, rig.pod('client'), 'nicolaka/netshoot:v0.13', ['sleep', '1000000']);
  });
  const run = (...argv: string[]): Result => exec(rig, client, argv);

  test('dig lines up names, types and data as bind does', () => {
    const { stdout } = run('dig', 'web.default.svc.cluster.local');
    expect(stdout).toContain(
      '\n;; QUESTION SECTION:\n;web.default.svc.cluster.local.\tIN\tA\n\n;; ANSWER SECTION:\nweb.default.svc.cluster.local. 30 IN\tA\t10.96.7.7\n',
    );
    const long = run('dig', '+noall', '+answer', 'a-much-longer-name-than-that.default.svc.cluster.local').stdout;
    expect(long).toBe('a-much-longer-name-than-that.default.svc.cluster.local. 30 IN A 10.96.7.8\n\n');
    expect(run('dig', 'nope.default.svc.cluster.local').stdout).toMatch(
      /;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: \d+\n[\s\S]*\ncluster\.local\.\t\t30\tIN\tSOA\tns\.dns\.cluster\.local\. /,
    );
  });

  test('dig asks for types, backwards, other servers and several names', () => {
    expect(run('dig', '+short', '-t', 'SRV', '_http._tcp.web.default.svc.cluster.local').stdout).toBe(
      '0 100 80 web.default.svc.cluster.local.\n',
    );
    expect(run('dig', '+short', '-x', '10.96.7.7').stdout).toBe('web.default.svc.cluster.local.\n');
    expect(run('dig', '+short', 'web.default.svc.cluster.local', 'kube-dns.kube-system.svc.cluster.local').stdout).toBe(
      '10.96.7.7\n10.96.0.10\n',
    );
    const silent = run('dig', '+short', '+time=1', '+tries=2', '@10.96.7.7', 'web');
    expect([silent.stdout, silent.code]).toEqual([
      ';; communications error to 10.96.7.7#53: connection refused\n;; communications error to 10.96.7.7#53: connection refused\n;; no servers could be reached\n',
      9,
    ]);
  });

  test('dig asks by connection when it is told to, where the policies may say otherwise than for datagrams', () => {
    const name = 'web.default.svc.cluster.local';
    expect(run('dig', '+tcp', name).stdout).toContain(';; SERVER: 10.96.0.10#53(10.96.0.10) (TCP)\n');
    rig.apply(
      '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: udp-only }, spec: { podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }] }] } }',
    );
    rig.settle();
    expect([run('dig', '+short', name).code, run('dig', '+short', '+tcp', '+tries=1', '+time=1', name).code]).toEqual([0, 9]);
    rig.client.resource('networkpolicies').delete('default', 'udp-only');
    rig.settle();
  });

  test('nslookup and host find names backwards and by the search list', () => {
    expect(run('nslookup', '10.96.7.7').stdout).toBe(
      ';; Got recursion not available from 10.96.0.10\n7.7.96.10.in-addr.arpa\tname = web.default.svc.cluster.local.\n\n',
    );
    expect(run('host', '10.96.7.7').stdout).toBe('7.7.96.10.in-addr.arpa domain name pointer web.default.svc.cluster.local.\n');
    expect(run('host', '-t', 'SRV', '_http._tcp.web').stdout).toBe(
      '_http._tcp.web.default.svc.cluster.local has SRV record 0 100 80 web.default.svc.cluster.local.\n',
    );
  });
});
