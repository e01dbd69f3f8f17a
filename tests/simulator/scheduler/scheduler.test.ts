// Placement and refusal, in the words that a real 1.34 printed (tests/recordings/scenarios: pending-*, cordon, priority).
import { expect, test } from 'vitest';
import { schedulerRig } from './scheduler-rig.ts';

const notHelpful = 'no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';

function refusalOf(spec: string, before = ''): string[] {
  const rig = schedulerRig();
  if (before) rig.apply(before);
  rig.apply(`{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {app: p}}, spec: ${spec}}`);
  return rig.refusals('p');
}

test('a pod that asks for more than any node has is refused with both resources', () => {
  expect(refusalOf('{containers: [{name: c, image: nginx, resources: {requests: {cpu: "64", memory: 2Ti}}}]}')).toEqual([
    `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu, 2 Insufficient memory. ${notHelpful}`,
  ]);
});

test('a label that no node has is refused by the node selector', () => {
  expect(refusalOf('{nodeSelector: {disktype: ssd}, containers: [{name: c, image: nginx}]}')).toEqual([
    `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector. ${notHelpful}`,
  ]);
});

test('an affinity to nobody, a missing label of a spread and a missing claim are refused in their words', () => {
  const near =
    'affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: nobody}}}]}}';
  expect(refusalOf(`{${near}, containers: [{name: c, image: nginx}]}`)).toEqual([
    `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match pod affinity rules. ${notHelpful}`,
  ]);
  const spread =
    'topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {a: b}}}]';
  expect(refusalOf(`{${spread}, containers: [{name: c, image: nginx}]}`)).toEqual([
    `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match pod topology spread constraints (missing required label). ${notHelpful}`,
  ]);
  expect(refusalOf('{volumes: [{name: v, persistentVolumeClaim: {claimName: not-there}}], containers: [{name: c, image: nginx}]}')).toEqual(
    ['0/3 nodes are available: persistentvolumeclaim "not-there" not found. not found'],
  );
});

test('a claim that waits for a volume of a class without delay holds its pod back', () => {
  const claim =
    '{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {storageClassName: manual, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}';
  expect(
    refusalOf('{volumes: [{name: v, persistentVolumeClaim: {claimName: data}}], containers: [{name: c, image: nginx}]}', claim),
  ).toEqual(['0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found']);
});

test('pods that shun each other fill the nodes, and one more finds no victims', () => {
  const rig = schedulerRig();
  const spec =
    '{affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: apart}}}]}}, containers: [{name: c, image: nginx}]}';
  for (const name of ['a', 'b', 'c'])
    rig.apply(`{apiVersion: v1, kind: Pod, metadata: {name: ${name}, labels: {app: apart}}, spec: ${spec}}`);
  expect(new Set([rig.pod('a').spec.nodeName, rig.pod('b').spec.nodeName])).toEqual(new Set(['one', 'two']));
  expect(rig.refusals('c')).toEqual([
    "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.",
  ]);
  expect(rig.pod('c').status.conditions).toMatchObject([{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }]);
  rig.client.resource('pods').delete('default', 'a', { gracePeriodSeconds: 0 });
  rig.run(2);
  expect(rig.pod('c').spec.nodeName).toBeDefined();
});

test('host ports collide', () => {
  const rig = schedulerRig();
  for (const name of ['a', 'b', 'c']) {
    rig.apply(
      `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80, hostPort: 18999}]}]}}`,
    );
  }
  expect(rig.refusals('c')[0]).toMatch(
    /^0\/3 nodes are available: 1 node\(s\) had untolerated taint\(s\), 2 node\(s\) didn't have free ports for the requested pod ports\. no new/,
  );
});

test('cordoned nodes say so, and an uncordoned one takes the pod that waits', () => {
  const rig = schedulerRig();
  for (const node of ['one', 'two'])
    rig.client.resource('nodes').modify('', node, (draft) => Object.assign(draft.spec, { unschedulable: true }));
  rig.apply('{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: nginx}]}}');
  expect(rig.refusals('p')).toEqual([
    `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) were unschedulable. ${notHelpful}`,
  ]);
  rig.client.resource('nodes').modify('', 'two', (draft) => Object.assign(draft.spec, { unschedulable: undefined }));
  rig.run(2);
  expect(rig.pod('p').spec.nodeName).toBe('two');
  expect(rig.events('p').at(-1)).toMatchObject({ reason: 'Scheduled', message: 'Successfully assigned default/p to two' });
});

test('replicas spread over the nodes', () => {
  const rig = schedulerRig();
  rig.apply('{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}');
  for (let index = 0; index < 6; index++) {
    rig.apply(
      `{apiVersion: v1, kind: Pod, metadata: {name: web-${index}, labels: {app: web}}, spec: {containers: [{name: c, image: nginx}]}}`,
    );
  }
  const placed = rig.client
    .resource('pods')
    .list()
    .map(({ spec }) => spec.nodeName);
  expect(placed.filter((name) => name === 'one')).toHaveLength(3);
  expect(placed.filter((name) => name === 'two')).toHaveLength(3);
});

test('a hard spread keeps the difference within its skew', () => {
  const rig = schedulerRig();
  const spread =
    'topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: Honor, labelSelector: {matchLabels: {app: even}}}]';
  for (let index = 0; index < 4; index++) {
    rig.apply(
      `{apiVersion: v1, kind: Pod, metadata: {name: even-${index}, labels: {app: even}}, spec: {${spread}, containers: [{name: c, image: nginx}]}}`,
    );
  }
  const placed = rig.client
    .resource('pods')
    .list()
    .map(({ spec }) => spec.nodeName)
    .sort();
  expect(placed).toEqual(['one', 'one', 'two', 'two']);
});

test('a more important pod drives a lesser one out', () => {
  const rig = schedulerRig();
  const pod = (name: string, priority = '') =>
    `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {${priority}nodeSelector: {kubernetes.io/hostname: one}, containers: [{name: c, image: redis, resources: {requests: {cpu: 1200m}}}]}}`;
  rig.apply('{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: important}, value: 1000}');
  rig.apply(pod('low'));
  rig.apply(pod('same'));
  expect(rig.refusals('same')[0]).toBe(
    "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
  );
  rig.apply(pod('high', 'priorityClassName: important, '));
  expect(rig.refusals('high')[0]).toBe(
    "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s).",
  );
  expect(rig.events('low').at(-1)?.message).toMatch(/^Preempted by pod [-0-9a-f]+ on node one$/);
  rig.client.resource('pods').delete('default', 'low', { gracePeriodSeconds: 0 });
  rig.run(2);
  expect(rig.pod('high').spec.nodeName).toBe('one');
});
