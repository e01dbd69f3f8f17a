// Pod Security admission, word for word as the recorded scenarios pod-security-restricted and locked-root.
import { expect, test } from 'vitest';
import { createLab, type Lab } from '../lab.ts';

const bareFaults =
  'allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "web" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "web" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")';

function labAt(level: string, mode = 'enforce'): Lab {
  const lab = createLab();
  lab.patch('/api/v1/namespaces/lab', { metadata: { labels: { [`pod-security.kubernetes.io/${mode}`]: level } } });
  return lab;
}

test('a bare pod is refused by the restricted level with all its faults', () => {
  const { status, body } = labAt('restricted').create(
    '{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: web, image: "nginx:1.27"}]}}',
  );
  expect(status).toBe(403);
  expect(body.message).toBe(`pods "web" is forbidden: violates PodSecurity "restricted:latest": ${bareFaults}`);
});

test('a pod that does as it is told is let in', () => {
  const manifest =
    '{apiVersion: v1, kind: Pod, metadata: {name: good}, spec: {securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: web, image: nginx, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}';
  expect(labAt('restricted').create(manifest).status).toBe(201);
});

test('faults of the baseline come before those of the restricted level', () => {
  const manifest =
    '{apiVersion: v1, kind: Pod, metadata: {name: half}, spec: {hostNetwork: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, volumes: [{name: v, hostPath: {path: /}}], containers: [{name: half, image: busybox, securityContext: {runAsUser: 0, allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [SYS_ADMIN]}}}]}}';
  expect(labAt('restricted').create(manifest).body.message).toBe(
    'pods "half" is forbidden: violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true), unrestricted capabilities (container "half" must not include "SYS_ADMIN" in securityContext.capabilities.add), restricted volume types (volume "v" uses restricted volume type "hostPath"), runAsUser=0 (container "half" must not set runAsUser=0)',
  );
});

test('a deployment is only warned of', () => {
  const manifest =
    '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: nginx}]}}}}';
  const { status, warnings } = labAt('restricted', 'warn').create(manifest);
  expect(status).toBe(201);
  expect(warnings).toEqual([`would violate PodSecurity "restricted:latest": ${bareFaults}`]);
});

test('the baseline level allows no port of the host', () => {
  const manifest =
    '{apiVersion: v1, kind: Pod, metadata: {name: port}, spec: {containers: [{name: port, image: nginx, ports: [{containerPort: 80, hostPort: 8080}]}]}}';
  expect(labAt('baseline').create(manifest).body.message).toBe(
    'pods "port" is forbidden: violates PodSecurity "baseline:latest": hostPort (container "port" uses hostPort 8080)',
  );
});

test('a namespace that becomes stricter names the pods that would not be let in again', () => {
  const lab = createLab();
  lab.create(
    '{apiVersion: v1, kind: Pod, metadata: {name: net}, spec: {containers: [{name: app, image: busybox, securityContext: {capabilities: {add: [NET_ADMIN]}}}]}}',
  );
  lab.create('{apiVersion: v1, kind: Pod, metadata: {name: fine}, spec: {containers: [{name: app, image: busybox}]}}');
  const { warnings } = lab.patch('/api/v1/namespaces/lab', { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } } });
  expect(warnings).toEqual([
    'existing pods in namespace "lab" violate the new PodSecurity enforce level "baseline:latest"',
    'net: non-default capabilities',
  ]);
});

test('a level that does not exist is refused', () => {
  const { body } = createLab().patch('/api/v1/namespaces/lab', { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'very' } } });
  expect(body.message).toBe(
    'Namespace "lab" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "very": must be one of privileged, baseline, restricted',
  );
});
