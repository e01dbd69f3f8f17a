import { beforeAll, describe, expect, test } from 'vitest';
import { NetworkRig } from './network-rig.ts';

// The table that a real cluster was held to: policy by policy, who may then reach what. `server` is a service: 80 → web (8080), 85 → 8085.
type Verdict = 'open' | 'timeout' | 'refused' | 'no name';
type Case = [verdict: Verdict, from: 'pol' | 'other', to: string, port: number];
const table: [title: string, spec: object | undefined, cases: Case[]][] = [
  [
    'no policy',
    undefined,
    [
      ['open', 'pol', 'pol/server', 80],
      ['open', 'other', 'pol/server', 80],
      ['refused', 'pol', 'pol/server', 99],
    ],
  ],
  [
    'deny ingress',
    { podSelector: {}, policyTypes: ['Ingress'] },
    [
      ['timeout', 'pol', 'pol/server', 80],
      ['timeout', 'other', 'pol/server', 80],
      ['open', 'pol', 'other/server', 80],
    ],
  ],
  [
    'namespace',
    { podSelector: { matchLabels: { app: 'server' } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'other' } } }] }] },
    [
      ['timeout', 'pol', 'pol/server', 80],
      ['open', 'other', 'pol/server', 80],
    ],
  ],
  [
    'namespace and pod',
    {
      podSelector: {},
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'other' } }, podSelector: { matchLabels: { app: 'nobody' } } }] }],
    },
    [['timeout', 'other', 'pol/server', 80]],
  ],
  [
    'named port',
    { podSelector: { matchLabels: { app: 'server' } }, ingress: [{ ports: [{ port: 'web' }] }] },
    [
      ['open', 'pol', 'pol/server', 80],
      ['timeout', 'pol', 'pol/server', 85],
    ],
  ],
  [
    'port range',
    { podSelector: { matchLabels: { app: 'server' } }, ingress: [{ ports: [{ port: 8081, endPort: 8090 }] }] },
    [
      ['timeout', 'pol', 'pol/server', 80],
      ['open', 'pol', 'pol/server', 85],
    ],
  ],
  [
    'ipBlock and except',
    {
      podSelector: { matchLabels: { app: 'server' } },
      ingress: [{ from: [{ ipBlock: { cidr: '10.244.0.0/16', except: ['CLIENT/32'] } }] }],
    },
    [
      ['timeout', 'pol', 'pol/server', 80],
      ['open', 'other', 'pol/server', 80],
    ],
  ],
  [
    'deny egress',
    { podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'] },
    [
      ['no name', 'pol', 'pol/server', 80],
      ['timeout', 'pol', 'IP/server', 8080],
    ],
  ],
  [
    'egress to DNS',
    { podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'], egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }] },
    [['timeout', 'pol', 'pol/server', 80]],
  ],
  [
    'egress to pod and port',
    {
      podSelector: { matchLabels: { app: 'client' } },
      policyTypes: ['Egress'],
      egress: [
        { ports: [{ port: 53, protocol: 'UDP' }] },
        { to: [{ podSelector: { matchLabels: { app: 'server' } } }], ports: [{ port: 8080 }] },
      ],
    },
    [
      ['open', 'pol', 'pol/server', 80],
      ['timeout', 'pol', 'pol/server', 85],
      ['timeout', 'pol', 'other/server', 80],
    ],
  ],
  [
    'both directions',
    {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: {} }] }],
      egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }, { to: [{ podSelector: {} }] }],
    },
    [
      ['open', 'pol', 'pol/server', 80],
      ['timeout', 'other', 'pol/server', 80],
      ['timeout', 'pol', 'other/server', 80],
    ],
  ],
  ['allow all', { podSelector: { matchLabels: { app: 'server' } }, ingress: [{}] }, [['open', 'pol', 'pol/server', 80]]],
];

describe('network policies give the verdicts of a real cluster', () => {
  let rig: NetworkRig;
  const addresses = new Map<string, string>();

  beforeAll(() => {
    rig = new NetworkRig();
    rig.dns();
    for (const namespace of ['pol', 'other']) {
      rig.namespace(namespace, { team: namespace });
      const server = rig.pod('server', {
        namespace,
        labels: { app: 'server' },
        node: 'node-two',
        ports: [{ name: 'web', containerPort: 8080 }],
      });
      for (const port of [8080, 8085]) server.listen(port);
      rig.pod('client', { namespace, labels: { app: 'client' } });
      const ports = [
        { name: 'web', port: 80, targetPort: 8080 },
        { name: 'more', port: 85, targetPort: 8085 },
      ];
      const service = rig.service('server', { selector: { app: 'server' }, ports }, [server.ip], { namespace });
      addresses.set(`${namespace}/server`, service.spec?.clusterIP ?? '');
      addresses.set('IP/server', rig.pods.get('pol/server')!.ip);
    }
  });

  const seen = (from: string, to: string, port: number): Verdict => {
    const client = rig.pods.get(`${from}/client`)!;
    const [namespace, name] = to.split('/');
    if (namespace !== 'IP' && client.ask('10.96.0.10', `${name}.${namespace}.svc.cluster.local`, 'A').kind !== 'answer') return 'no name';
    const { outcome } = rig.network.decide(client.sender, addresses.get(to)!, port);
    return outcome === 'dropped' ? 'timeout' : outcome === 'refused' ? 'refused' : outcome === 'open' ? 'open' : 'no name';
  };

  test.each(table)('%s', (_title, spec, cases) => {
    if (spec) {
      const text = JSON.stringify({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'p', namespace: 'pol' },
        spec,
      });
      rig.apply(text.replace('CLIENT', rig.pods.get('pol/client')!.ip));
      rig.settle();
    }
    expect(cases.map(([, from, to, port]) => [seen(from, to, port), from, to, port])).toEqual(cases);
  });
});

describe('a verdict says why', () => {
  const policy = (name: string, spec: object) =>
    JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'default' }, spec });

  test('the policies that select a pod and none of whose rules match are named, and so is the rule that lets a packet pass', () => {
    const rig = new NetworkRig();
    const client = rig.pod('client', { labels: { app: 'client' } });
    const server = rig.pod('server', { labels: { app: 'server' } });
    server.listen(80);
    rig.apply(policy('admin-only', { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'admin' } } }] }] }));
    rig.settle();
    expect(rig.network.decide(client.sender, server.ip, 80)).toMatchObject({
      outcome: 'dropped',
      why: 'policy',
      verdict: { direction: 'Ingress', pod: 'server', policies: ['admin-only'] },
    });
    rig.apply(
      policy('clients', {
        podSelector: {},
        ingress: [{ ports: [{ port: 1 }] }, { from: [{ podSelector: { matchLabels: { app: 'client' } } }] }],
      }),
    );
    rig.settle();
    const flow = {
      source: { ip: client.ip, pod: rig.network.view.pod('default', 'client')! },
      destination: { ip: server.ip, pod: rig.network.view.pod('default', 'server')! },
      port: 80,
      protocol: 'TCP' as const,
    };
    expect(rig.network.judge(flow)).toEqual({ allowed: true, by: [{ direction: 'Ingress', policy: 'clients', rule: 1 }] });
  });

  test('a policy takes effect a third of a second after it is written, and so does a changed label', () => {
    const rig = new NetworkRig();
    const client = rig.pod('client', { labels: { app: 'client' } });
    const server = rig.pod('server');
    server.listen(80);
    rig.apply(policy('p', { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'admin' } } }] }] }));
    rig.clock.runUntil(rig.clock.now + 290);
    expect(rig.outcome(client, server.ip, 80)).toMatch(/^open/);
    rig.clock.runUntil(rig.clock.now + 20);
    expect(rig.outcome(client, server.ip, 80)).toBe('dropped: policy');
    rig.client.resource('pods').modify('default', 'client', (pod) => {
      pod.metadata.labels = { app: 'admin' };
    });
    rig.clock.runUntil(rig.clock.now + 290);
    expect(rig.outcome(client, server.ip, 80)).toBe('dropped: policy');
    rig.clock.runUntil(rig.clock.now + 20);
    expect(rig.outcome(client, server.ip, 80)).toMatch(/^open/);
  });

  test('a node reaches its own pods whatever policies say, another node does not', () => {
    const rig = new NetworkRig();
    const server = rig.pod('server', { node: 'node-one' });
    server.listen(80);
    rig.apply(policy('deny', { podSelector: {}, policyTypes: ['Ingress'] }));
    rig.settle();
    expect(rig.outcome(rig.network.node('node-one'), server.ip, 80)).toMatch(/^open/);
    expect(rig.outcome(rig.network.node('node-two'), server.ip, 80)).toBe('dropped: policy');
  });

  test('a pod reaches itself, also through its service, whatever policies say', () => {
    const rig = new NetworkRig();
    const server = rig.pod('server');
    server.listen(80);
    const service = rig.service('self', { selector: { a: 'b' }, ports: [{ port: 8000, targetPort: 80 }] }, [server.ip]);
    rig.apply(policy('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }));
    rig.settle();
    expect(rig.outcome(server, server.ip, 80)).toMatch(/^open/);
    expect(rig.outcome(server, '127.0.0.1', 80)).toMatch(/^open/);
    expect(rig.outcome(server, service.spec!.clusterIP!, 8000)).toMatch(/^open/);
  });

  test('a network that ignores policies lets everything pass, and one that rejects refuses', () => {
    for (const [options, expected] of [
      [{ policies: 'ignored' }, /^open/],
      [{ policies: 'enforced', policyAction: 'reject' }, /^refused: policy$/],
    ] as const) {
      const rig = new NetworkRig(options);
      const client = rig.pod('client');
      const server = rig.pod('server');
      server.listen(80);
      rig.apply(policy('deny', { podSelector: {}, policyTypes: ['Ingress'] }));
      rig.settle();
      expect(rig.outcome(client, server.ip, 80)).toMatch(expected);
    }
  });
});
