import { expect, test } from 'vitest';
import type { Service } from '../../../../src/apimachinery/objects.ts';
import { createLab, type Lab } from '../lab.ts';

function created(lab: Lab, name: string, spec: string): Service {
  const { status, body } = lab.create(`{apiVersion: v1, kind: Service, metadata: {name: ${name}}, spec: ${spec}}`);
  if (status !== 201) throw new Error(body.message);
  return body as unknown as Service;
}

test('services get different addresses of the range, the same for the same seed', () => {
  const addresses = (seed: number) => {
    const lab = createLab(seed);
    return ['a', 'b', 'c'].map((name) => created(lab, name, '{ports: [{port: 80}]}').spec!.clusterIP);
  };
  const first = addresses(1);
  expect(new Set(first).size).toBe(3);
  for (const address of first) expect(address).toMatch(/^10\.96\.\d+\.\d+$/);
  expect(addresses(1)).toEqual(first);
  expect(addresses(2)).not.toEqual(first);
});

test('an address that is taken is refused', () => {
  const lab = createLab();
  created(lab, 'a', '{clusterIP: 10.96.5.5, ports: [{port: 80}]}');
  const { body } = lab.create('{apiVersion: v1, kind: Service, metadata: {name: b}, spec: {clusterIP: 10.96.5.5, ports: [{port: 80}]}}');
  expect(body.message).toBe(
    'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.96.5.5"]: failed to allocate IP 10.96.5.5: provided IP is already allocated',
  );
});

test('a node port that is taken or out of range is refused', () => {
  const lab = createLab();
  created(lab, 'a', '{type: NodePort, ports: [{port: 80, nodePort: 30123}]}');
  const ask = (port: number) =>
    lab.create(`{apiVersion: v1, kind: Service, metadata: {name: b}, spec: {type: NodePort, ports: [{port: 80, nodePort: ${port}}]}}`).body
      .message;
  expect(ask(30123)).toBe('Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30123: provided port is already allocated');
  expect(ask(80)).toBe(
    'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
  );
});

test('the TCP and the UDP side of one port share a node port', () => {
  const { spec } = created(createLab(), 'dns', '{type: NodePort, ports: [{name: udp, port: 53, protocol: UDP}, {name: tcp, port: 53}]}');
  expect(spec!.ports![0]!.nodePort).toBe(spec!.ports![1]!.nodePort);
});

test('a service keeps its address and node port when a client writes it without them', () => {
  const lab = createLab();
  const before = created(lab, 'a', '{type: NodePort, ports: [{port: 80}]}');
  const { body } = lab.patch('/api/v1/namespaces/lab/services/a', { spec: { clusterIP: null, ports: [{ port: 80, targetPort: 8080 }] } });
  const after = body as unknown as Service;
  expect([after.spec!.clusterIP, after.spec!.ports![0]!.nodePort]).toEqual([before.spec!.clusterIP, before.spec!.ports![0]!.nodePort]);
});

test('a node port goes when the type no longer has one', () => {
  const lab = createLab();
  created(lab, 'a', '{type: NodePort, ports: [{port: 80}]}');
  const { body } = lab.patch('/api/v1/namespaces/lab/services/a', { spec: { type: 'ClusterIP' } });
  expect((body as unknown as Service).spec!.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }]);
});

test('an ExternalName gets nothing, and an address when it becomes a ClusterIP', () => {
  const lab = createLab();
  expect(created(lab, 'a', '{type: ExternalName, externalName: example.com}').spec).toEqual({
    type: 'ExternalName',
    externalName: 'example.com',
    sessionAffinity: 'None',
  });
  const { body } = lab.patch('/api/v1/namespaces/lab/services/a', {
    spec: { type: 'ClusterIP', externalName: null, ports: [{ port: 80 }] },
  });
  expect((body as unknown as Service).spec!.clusterIP).toMatch(/^10\.96\./);
});
