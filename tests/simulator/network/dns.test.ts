import { beforeAll, describe, expect, test } from 'vitest';
import { NetworkRig } from './network-rig.ts';

describe('CoreDNS answers for the cluster', () => {
  let rig: NetworkRig;
  const domain = 'svc.cluster.local';

  beforeAll(() => {
    rig = new NetworkRig();
    rig.namespace('shop');
    rig.service(
      'web',
      {
        clusterIP: '10.96.7.7',
        ports: [
          { name: 'http', port: 80 },
          { name: 'metrics', port: 9090 },
        ],
      },
      ['10.244.1.5=web-0', '10.244.2.6'],
      { namespace: 'shop' },
    );
    rig.service(
      'flat',
      { clusterIP: 'None', ports: [{ name: 'db', port: 5432 }] },
      ['10.244.1.11=flat-0', '10.244.2.12=flat-1', '!10.244.2.13=flat-2'],
      { namespace: 'shop' },
    );
    rig.service('empty', { clusterIP: 'None', ports: [{ port: 80 }] }, [], { namespace: 'shop' });
    rig.service('away', { type: 'ExternalName', externalName: 'search.example.net' }, [], { namespace: 'shop' });
    rig.service('astray', { type: 'ExternalName', externalName: `nobody.shop.${domain}` }, [], { namespace: 'shop' });
    rig.service('ring', { type: 'ExternalName', externalName: `gnir.shop.${domain}` }, [], { namespace: 'shop' });
    rig.service('gnir', { type: 'ExternalName', externalName: `ring.shop.${domain}` }, [], { namespace: 'shop' });
    rig.service('inner', { type: 'ExternalName', externalName: `web.shop.${domain}` }, [], { namespace: 'shop' });
  });

  test.each([
    ['a service by its cluster IP', `web.shop.${domain}`, 'A', '10.96.7.7'],
    ['with no IPv6 address, but knowing the name', `web.shop.${domain}`, 'AAAA', 'NOERROR'],
    ['a service of another namespace not at all', `web.default.${domain}`, 'A', 'NXDOMAIN'],
    ['nothing in a namespace that is not there', `web.nowhere.${domain}`, 'A', 'NXDOMAIN'],
    ['a headless service by its ready endpoints', `flat.shop.${domain}`, 'A', '10.244.1.11 10.244.2.12'],
    ['a headless service without ready endpoints not at all', `empty.shop.${domain}`, 'A', 'NXDOMAIN'],
    ['a pod of a headless service by its host name', `flat-1.flat.shop.${domain}`, 'A', '10.244.2.12'],
    ['a pod that is not ready not at all', `flat-2.flat.shop.${domain}`, 'A', 'NXDOMAIN'],
    ['a pod by its host name behind a service with a cluster IP too', `web-0.web.shop.${domain}`, 'A', '10.244.1.5'],
    ['an endpoint without a host name by its address', `10-244-2-6.web.shop.${domain}`, 'A', '10.244.2.6'],
    ['any address under pod', '10-1-2-3.shop.pod.cluster.local', 'A', '10.1.2.3'],
    ['no address under pod of a namespace that is not there', '10-1-2-3.nowhere.pod.cluster.local', 'A', 'NXDOMAIN'],
    ['the ports of a service', `web.shop.${domain}`, 'SRV', `0 50 80 web.shop.${domain}. 0 50 9090 web.shop.${domain}.`],
    ['one port of a service', `_http._tcp.web.shop.${domain}`, 'SRV', `0 100 80 web.shop.${domain}.`],
    ['no port of that name', `_nope._tcp.web.shop.${domain}`, 'SRV', 'NXDOMAIN'],
    [
      'the ports of pods',
      `_db._tcp.flat.shop.${domain}`,
      'SRV',
      `0 50 5432 flat-0.flat.shop.${domain}. 0 50 5432 flat-1.flat.shop.${domain}.`,
    ],
    ['an external name by a CNAME', `away.shop.${domain}`, 'CNAME', 'search.example.net.'],
    ['an external name that nobody knows by the CNAME alone', `away.shop.${domain}`, 'A', 'CNAME search.example.net.'],
    ['an external name inside the cluster with its address', `inner.shop.${domain}`, 'A', `CNAME web.shop.${domain}. 10.96.7.7`],
    ['an external name inside the cluster with nothing, where it has no IPv6 address', `inner.shop.${domain}`, 'AAAA', 'NOERROR'],
    ['an external name inside the cluster that nobody has with nothing', `astray.shop.${domain}`, 'A', 'NOERROR'],
    ['names that lead to one another with nothing', `ring.shop.${domain}`, 'A', 'NOERROR'],
    ['a cluster IP backwards', '7.7.96.10.in-addr.arpa', 'PTR', `web.shop.${domain}.`],
    ['an endpoint backwards', '11.1.244.10.in-addr.arpa', 'PTR', `flat-0.flat.shop.${domain}.`],
    ['an unknown address backwards not at all', '9.9.9.9.in-addr.arpa', 'PTR', 'NXDOMAIN'],
    ['names in any case', `WEB.shop.${domain}.`, 'A', '10.96.7.7'],
    ['a namespace as a name that only has others below', `shop.${domain}`, 'A', 'NOERROR'],
    ['the world outside not at all', 'example.com', 'A', 'NXDOMAIN'],
    ['what is too long not at all', `a.b.c.web.shop.${domain}`, 'A', 'NXDOMAIN'],
  ] as const)('%s', (_what, name, type, expected) => {
    expect(rig.lookUp(name, type)).toBe(expected);
  });

  test('a pod is asked for names only while a ready CoreDNS pod and the policies let it', () => {
    const own = new NetworkRig();
    const client = own.pod('client');
    const ask = (): string => client.ask('10.96.0.10', `kubernetes.default.${domain}`, 'A').kind;
    expect(ask()).toBe('silent');
    own.dns();
    expect(ask()).toBe('answer');
    own.apply(
      '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: p, namespace: default }, spec: { podSelector: {}, policyTypes: [Egress] } }',
    );
    own.settle();
    expect(ask()).toBe('silent');
    own.client.resource('networkpolicies').delete('default', 'p');
    own.service('kube-dns', { clusterIP: '10.96.0.10', ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] }, [], {
      namespace: 'kube-system',
    });
    expect(ask()).toBe('refused');
  });

  test("the nodes' own name server answers, and knows no name of the cluster", () => {
    const own = new NetworkRig();
    const client = own.pod('client');
    own.dns();
    const reply = client.ask('172.18.0.1', `kubernetes.default.${domain}`, 'A');
    expect(reply.kind === 'answer' && reply.answer.code).toBe('NXDOMAIN');
    own.apply(
      '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: p, namespace: default }, spec: { podSelector: {}, policyTypes: [Egress] } }',
    );
    own.settle();
    expect(client.ask('172.18.0.1', 'example.com', 'A').kind).toBe('silent');
  });
});
