import { describe, expect, test } from 'vitest';
import { NetworkRig, nodes } from './network-rig.ts';

describe('a service', () => {
  test('sends a connection to one of its ready endpoints, all in turn by chance', () => {
    const rig = new NetworkRig();
    const client = rig.pod('client');
    const pods = ['a', 'b', 'c'].map((name) => rig.pod(name));
    for (const pod of pods) pod.listen(8080);
    const service = rig.service('web', { ports: [{ port: 80, targetPort: 8080 }] }, [pods[0]!.ip, pods[1]!.ip, `!${pods[2]!.ip}`]);
    const seen = new Map<string, number>();
    for (let index = 0; index < 200; index++) {
      const outcome = rig.outcome(client, service.spec!.clusterIP!, 80);
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual([`open ${pods[0]!.ip}:8080`, `open ${pods[1]!.ip}:8080`]);
    for (const count of seen.values()) expect(count).toBeGreaterThan(60);
  });

  test('refuses when it has no ready endpoint, and at a port that it does not have', () => {
    const rig = new NetworkRig();
    const client = rig.pod('client');
    const pod = rig.pod('a');
    pod.listen(80);
    const service = rig.service('web', { ports: [{ port: 80 }] }, [`!${pod.ip}`]);
    expect(rig.outcome(client, service.spec!.clusterIP!, 80)).toBe('refused: no endpoints');
    expect(rig.outcome(client, service.spec!.clusterIP!, 81)).toBe('refused: no such port');
  });

  test('falls back to endpoints that are going away but still serve when there are no others', () => {
    const rig = new NetworkRig();
    const client = rig.pod('client');
    const pod = rig.pod('a');
    pod.listen(80);
    const service = rig.service('web', { ports: [{ port: 80 }] }, [pod.ip]);
    rig.client.resource('endpointslices').modify('default', 'web-x', (slice) => {
      slice.endpoints[0]!.conditions = { ready: false, serving: true, terminating: true };
    });
    rig.settle();
    expect(rig.outcome(client, service.spec!.clusterIP!, 80)).toBe(`open ${pod.ip}:80`);
  });

  test('leads to the port that its endpoint slice names, which may differ from slice to slice', () => {
    const rig = new NetworkRig();
    const client = rig.pod('client');
    const pod = rig.pod('a');
    pod.listen(5678);
    const service = rig.service('web', { ports: [{ name: 'http', port: 80, targetPort: 'web' }] }, [pod.ip], {
      slicePorts: [{ name: 'http', port: 5678, protocol: 'TCP' }],
    });
    expect(rig.outcome(client, service.spec!.clusterIP!, 80)).toBe(`open ${pod.ip}:5678`);
  });

  test('with session affinity keeps a client at one endpoint until the time is over', () => {
    const rig = new NetworkRig();
    const clients = Array.from({ length: 8 }, (_, index) => rig.pod(`client-${index}`));
    const pods = ['a', 'b', 'c'].map((name) => rig.pod(name));
    for (const pod of pods) pod.listen(80);
    const spec = { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } }, ports: [{ port: 80 }] };
    const ip = rig.service(
      'web',
      spec,
      pods.map((pod) => pod.ip),
    ).spec!.clusterIP!;
    const first = clients.map((client) => rig.outcome(client, ip, 80));
    for (let round = 0; round < 10; round++) expect(clients.map((client) => rig.outcome(client, ip, 80))).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(1);
    const later = new Set<string>();
    for (let round = 0; round < 20; round++) {
      rig.clock.runUntil(rig.clock.now + 61_000);
      later.add(rig.outcome(clients[0]!, ip, 80));
    }
    expect(later.size).toBeGreaterThan(1);
  });

  test('of type NodePort is reached at every node, from inside and from a node', () => {
    const rig = new NetworkRig();
    const client = rig.pod('client');
    const pod = rig.pod('a', { node: 'node-two' });
    pod.listen(80);
    rig.service('web', { type: 'NodePort', ports: [{ port: 8000, targetPort: 80, nodePort: 30080 }] }, [`${pod.ip}@node-two`]);
    for (const ip of Object.values(nodes)) expect(rig.outcome(client, ip, 30080)).toBe(`open ${pod.ip}:80`);
    expect(rig.outcome(rig.network.node('node-one'), nodes.two, 30080)).toBe(`open ${pod.ip}:80`);
    expect(rig.outcome(client, nodes.one, 30081)).toBe('refused: nothing listens');
    expect(rig.outcome(client, nodes.one, 8000)).toBe('refused: nothing listens');
  });

  test('with externalTrafficPolicy Local is dropped at nodes without an endpoint, except for pods of that node', () => {
    const rig = new NetworkRig();
    const far = rig.pod('far', { node: 'node-one' });
    const near = rig.pod('near', { node: 'node-two' });
    const pod = rig.pod('a', { node: 'node-two' });
    pod.listen(80);
    rig.service('web', { type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30080 }] }, [
      `${pod.ip}@node-two`,
    ]);
    const outside = (node: 'one' | 'two'): string =>
      rig.network.decide({ ip: '172.18.0.1', nodeName: `node-${node}` }, nodes[node], 30080).outcome;
    expect([outside('one'), outside('two')]).toEqual(['dropped', 'open']);
    // As seen on Kubernetes 1.34.4, with kindnet: a pod's packet to another node arrives there under its own node's address.
    expect([rig.outcome(far, nodes.one, 30080), rig.outcome(far, nodes.two, 30080)]).toEqual([`open ${pod.ip}:80`, `open ${pod.ip}:80`]);
    expect(rig.outcome(near, nodes.one, 30080)).toBe('dropped: no endpoint on this node');
    expect(rig.outcome(near, nodes.two, 30080)).toBe(`open ${pod.ip}:80`);
  });

  test('with internalTrafficPolicy Local is served by its own node or not at all', () => {
    const rig = new NetworkRig();
    const near = rig.pod('near', { node: 'node-two' });
    const far = rig.pod('far', { node: 'node-one' });
    const pod = rig.pod('a', { node: 'node-two' });
    pod.listen(80);
    const ip = rig.service('web', { internalTrafficPolicy: 'Local', ports: [{ port: 80 }] }, [`${pod.ip}@node-two`]).spec!.clusterIP!;
    expect([rig.outcome(near, ip, 80), rig.outcome(far, ip, 80)]).toEqual([`open ${pod.ip}:80`, 'dropped: no endpoint on this node']);
  });

  test('answers at its external addresses too', () => {
    const rig = new NetworkRig();
    const client = rig.pod('client');
    const pod = rig.pod('a');
    pod.listen(80);
    rig.service('web', { externalIPs: ['192.0.2.10'], ports: [{ port: 80 }] }, [pod.ip]);
    expect(rig.outcome(client, '192.0.2.10', 80)).toBe(`open ${pod.ip}:80`);
  });
});

describe('an address', () => {
  test('of nobody in the pod network is unreachable, outside it goes nowhere', () => {
    const rig = new NetworkRig();
    const client = rig.pod('client');
    expect(rig.outcome(client, '10.244.1.250', 80)).toBe('unreachable: no such address');
    expect(rig.outcome(client, '8.8.8.8', 53)).toBe('dropped: no way out');
  });

  test('of a pod that is gone is unreachable, and its ports are free again in a new one', () => {
    const rig = new NetworkRig();
    const client = rig.pod('client');
    const pod = rig.pod('a');
    pod.listen(80);
    expect(() => pod.listen(80)).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }));
    expect(() => pod.listen(80, { address: '127.0.0.1' })).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }));
    rig.network.remove(pod);
    expect(rig.outcome(client, pod.ip, 80)).toBe('unreachable: no such address');
  });

  test('of the loopback reaches what listens there, from inside only', () => {
    const rig = new NetworkRig();
    const client = rig.pod('client');
    const pod = rig.pod('a');
    pod.listen(80, { address: '127.0.0.1' });
    expect(rig.outcome(pod, '127.0.0.1', 80)).toMatch(/^open/);
    expect(rig.outcome(client, pod.ip, 80)).toBe('refused: nothing listens');
    expect(pod.connectLocally(80)).toBeDefined();
    expect(pod.connectLocally(81)).toBeUndefined();
  });

  test('of a pod on the host network is its node', () => {
    const rig = new NetworkRig();
    const client = rig.pod('client');
    rig.pod('proxy', { hostNetwork: true, node: 'node-two' }).listen(9100);
    expect(rig.outcome(client, nodes.two, 9100)).toBe(`open ${nodes.two}:9100`);
  });
});

describe('a connection', () => {
  test('carries bytes both ways, ends in order, and can be reset', () => {
    const rig = new NetworkRig();
    const server = rig.pod('a');
    const listener = server.listen(80);
    const heard: string[] = [];
    const listenTo = (
      name: string,
      connection: { listen: import('../../../src/simulator/network/connection.ts').Connection['listen'] },
    ): void => {
      connection.listen(rig.clock, {
        data: (bytes) => heard.push(`${name} ${new TextDecoder().decode(bytes)}`),
        end: (error) => heard.push(`${name} ${error ? error.code : 'end'}`),
      });
    };
    const connect = (): void => {
      rig.network.connectFromNode('node-one', server.ip, 80, {}, (result) => {
        if (result.outcome !== 'connected') return;
        listenTo('client', result.connection);
        result.connection.send(new TextEncoder().encode('ping'));
        result.connection.shutdown();
      });
    };
    const accept = (): import('../../../src/simulator/network/connection.ts').Connection => {
      rig.settle();
      const step = listener.accept().next();
      if (!step.done) throw new Error('nobody connected');
      return step.value;
    };
    connect();
    const first = accept();
    listenTo('server', first);
    rig.settle();
    first.send(new TextEncoder().encode('pong'));
    first.close();
    rig.settle();
    expect(heard).toEqual(['server ping', 'server end', 'client pong', 'client end']);
    heard.length = 0;
    connect();
    accept().reset();
    rig.settle();
    expect(heard).toEqual(['client ECONNRESET']);
  });
});
