// What admission adds to pods, and which pods it refuses.
import { expect, test } from 'vitest';
import type { Pod } from '../../../../src/apimachinery/objects.ts';
import { createLab } from '../lab.ts';

function created(manifest: string, lab = createLab()): Pod {
  const { status, body } = lab.create(manifest);
  if (status !== 201) throw new Error(body.message);
  return body as unknown as Pod;
}

const plain = '{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: web, image: nginx}]}}';

test('a pod gets the token of its service account, mounted into every container', () => {
  const { spec } = created(plain);
  const volume = spec!.volumes![0]!;
  expect(volume.name).toMatch(/^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  expect(volume.projected!.sources![0]).toEqual({ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } });
  expect(spec!.containers[0]!.volumeMounts).toEqual([
    { name: volume.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
  ]);
});

test('a pod that wants no token gets none', () => {
  const { spec } = created(
    '{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {automountServiceAccountToken: false, containers: [{name: web, image: nginx}]}}',
  );
  expect(spec!.volumes).toBeUndefined();
});

test('a pod of a service account that does not exist is refused', () => {
  const { status, body } = createLab().create(
    '{apiVersion: v1, kind: Pod, metadata: {name: nobody}, spec: {serviceAccountName: nobody, containers: [{name: web, image: nginx}]}}',
  );
  expect(status).toBe(403);
  expect(body.message).toBe('pods "nobody" is forbidden: error looking up service account lab/nobody: serviceaccount "nobody" not found');
});

test('a pod stays five minutes on a lost node, and its own tolerations stand first', () => {
  const { spec } = created(
    '{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 5}], containers: [{name: web, image: nginx}]}}',
  );
  expect(spec!.tolerations).toEqual([
    { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
    { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
  ]);
});

test('a priority class gives its value and its policy', () => {
  const lab = createLab();
  lab.create('{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000, preemptionPolicy: Never}');
  const { spec } = created(
    '{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {priorityClassName: high, containers: [{name: web, image: nginx}]}}',
    lab,
  );
  expect([spec!.priority, spec!.preemptionPolicy]).toEqual([1000, 'Never']);
});

test('a priority class that does not exist is refused', () => {
  const { body } = createLab().create(
    '{apiVersion: v1, kind: Pod, metadata: {name: none}, spec: {priorityClassName: not-there, containers: [{name: web, image: nginx}]}}',
  );
  expect(body.message).toBe('pods "none" is forbidden: no PriorityClass with name not-there was found');
});
