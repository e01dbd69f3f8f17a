// LimitRanges and ResourceQuotas, word for word as the recorded scenarios limit-range and quota-pods.
import { expect, test } from 'vitest';
import type { Pod } from '../../../../src/apimachinery/objects.ts';
import { createLab, type Lab } from '../lab.ts';

function labWithLimits(): Lab {
  const lab = createLab();
  lab.create(
    '{apiVersion: v1, kind: LimitRange, metadata: {name: defaults}, spec: {limits: [{type: Container, default: {cpu: 200m, memory: 128Mi}, defaultRequest: {cpu: 100m, memory: 64Mi}, max: {memory: 256Mi}}]}}',
  );
  return lab;
}

test('containers that ask for nothing get the defaults of their namespace, and an annotation says so', () => {
  const { body } = labWithLimits().create(
    '{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: web, image: nginx}]}}',
  );
  const pod = body as unknown as Pod;
  expect(pod.spec!.containers[0]!.resources).toEqual({
    limits: { cpu: '200m', memory: '128Mi' },
    requests: { cpu: '100m', memory: '64Mi' },
  });
  expect(pod.metadata.annotations).toEqual({
    'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu, memory request for container web; cpu, memory limit for container web',
  });
});

test('a container above the maximum is refused', () => {
  const { status, body } = labWithLimits().create(
    '{apiVersion: v1, kind: Pod, metadata: {name: over}, spec: {containers: [{name: over, image: nginx, resources: {limits: {memory: 512Mi}}}]}}',
  );
  expect(status).toBe(403);
  expect(body.message).toBe('pods "over" is forbidden: maximum memory usage per Container is 256Mi, but limit is 512Mi');
});

function labWithQuota(): Lab {
  const lab = createLab();
  lab.create('{apiVersion: v1, kind: ResourceQuota, metadata: {name: small}, spec: {hard: {pods: 2, requests.cpu: 500m, services: 1}}}');
  return lab;
}

const asking = (name: string, cpu: string) =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {containers: [{name: ${name}, image: nginx, resources: {requests: {cpu: ${cpu}}}}]}}`;

test('a quota of CPU wants every container to say how much', () => {
  const { body } = labWithQuota().create(
    '{apiVersion: v1, kind: Pod, metadata: {name: one}, spec: {containers: [{name: one, image: nginx}]}}',
  );
  expect(body.message).toBe('pods "one" is forbidden: failed quota: small: must specify requests.cpu for: one');
});

test('a pod beyond the quota is refused with what is asked, used and allowed', () => {
  const lab = labWithQuota();
  lab.create(asking('a', '200m'));
  lab.create(asking('b', '200m'));
  expect(lab.create(asking('big', '400m')).body.message).toBe(
    'pods "big" is forbidden: exceeded quota: small, requested: pods=1,requests.cpu=400m, used: pods=2,requests.cpu=400m, limited: pods=2,requests.cpu=500m',
  );
});

test('other objects count too', () => {
  const lab = labWithQuota();
  lab.create('{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}}');
  expect(lab.create('{apiVersion: v1, kind: Service, metadata: {name: b}, spec: {ports: [{port: 80}]}}').body.message).toBe(
    'services "b" is forbidden: exceeded quota: small, requested: services=1, used: services=1, limited: services=1',
  );
});

/** A sidecar, an init container, a second sidecar and a container. */
const withSidecars = (cpus: readonly string[]) => {
  const container = (name: string, index: number, more = '') =>
    `{name: ${name}, image: busybox${more}, resources: {requests: {cpu: ${cpus[index]}}, limits: {cpu: ${cpus[index]}, memory: 1Mi}}}`;
  const always = ', restartPolicy: Always';
  const initial = [container('s1', 0, always), container('i1', 1), container('s2', 2, always)];
  return `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {initContainers: [${initial.join(', ')}], containers: [${container('c', 3)}]}}`;
};

// As a Kubernetes 1.34.4 says it.
test.each([
  [['600m', '100m', '10m', '500m'], '1110m'],
  [['600m', '500m', '10m', '10m'], '1100m'],
  [['600m', '1', '600m', '600m'], '1800m'],
])('sidecars count with the containers, and with the init containers after them: %j', (cpus, total) => {
  const lab = createLab();
  lab.create('{apiVersion: v1, kind: LimitRange, metadata: {name: l}, spec: {limits: [{type: Pod, max: {cpu: "1", memory: 1Gi}}]}}');
  expect(lab.create(withSidecars(cpus)).body.message).toBe(`pods "p" is forbidden: maximum cpu usage per Pod is 1, but limit is ${total}`);
});

test('a quota reckons with sidecars too', () => {
  const lab = createLab();
  lab.create('{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {requests.cpu: 1500m, limits.cpu: "20"}}}');
  expect(lab.create(withSidecars(['600m', '1', '10m', '10m'])).body.message).toBe(
    'pods "p" is forbidden: exceeded quota: q, requested: requests.cpu=1600m, used: requests.cpu=0, limited: requests.cpu=1500m',
  );
});
