// What may not be changed, in the words of the recorded scenarios immutable, job, job-indexed, statefulset-claims, priority and surge.
import { expect, test } from 'vitest';
import { createLab } from '../lab.ts';

const template = '{metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: nginx}]}}';
const workload = (kind: string, more = '') =>
  `{apiVersion: apps/v1, kind: ${kind}, metadata: {name: a}, spec: {selector: {matchLabels: {app: a}}, ${more} template: ${template}}}`;
const job = (more: string) =>
  `{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {${more} template: {spec: {restartPolicy: Never, containers: [{name: a, image: nginx}]}}}}`;

test.each([
  [
    'the selector of a Deployment',
    workload('Deployment'),
    '/apis/apps/v1/namespaces/lab/deployments/a',
    { spec: { selector: { matchLabels: { app: 'other' } }, template: { metadata: { labels: { app: 'other' } } } } },
    'Deployment.apps "a" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable',
  ],
  [
    'the service name of a StatefulSet',
    workload('StatefulSet', 'serviceName: a,'),
    '/apis/apps/v1/namespaces/lab/statefulsets/a',
    { spec: { serviceName: 'b' } },
    `StatefulSet.apps "a" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden`,
  ],
  [
    'the completions of a Job',
    job('completions: 2,'),
    '/apis/batch/v1/namespaces/lab/jobs/a',
    { spec: { completions: 4 } },
    'Job.batch "a" is invalid: spec.completions: Invalid value: 4: field is immutable',
  ],
  [
    'the completions of an indexed Job, without its parallelism',
    job('completions: 2, parallelism: 2, completionMode: Indexed,'),
    '/apis/batch/v1/namespaces/lab/jobs/a',
    { spec: { completions: 3 } },
    'Job.batch "a" is invalid: spec.completions: Invalid value: 3: can only be modified in tandem with spec.parallelism',
  ],
  [
    'the type of a Secret',
    '{apiVersion: v1, kind: Secret, metadata: {name: a}, type: Opaque}',
    '/api/v1/namespaces/lab/secrets/a',
    { type: 'example.com/other' },
    'Secret "a" is invalid: type: Invalid value: "example.com/other": field is immutable',
  ],
  [
    'the value of a PriorityClass',
    '{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: a}, value: 5}',
    '/apis/scheduling.k8s.io/v1/priorityclasses/a',
    { value: 6 },
    'PriorityClass.scheduling.k8s.io "a" is invalid: value: Forbidden: may not be changed in an update.',
  ],
  [
    'the address of a Service',
    '{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}}',
    '/api/v1/namespaces/lab/services/a',
    { spec: { clusterIP: '10.96.77.77' } },
    'Service "a" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.77.77"]: may not change once set',
  ],
  [
    'the data of an immutable ConfigMap',
    '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, immutable: true, data: {a: b}}',
    '/api/v1/namespaces/lab/configmaps/a',
    { data: { a: 'c' } },
    'ConfigMap "a" is invalid: data: Forbidden: field is immutable when `immutable` is set',
  ],
  [
    'the surge of a Deployment, to no percentage',
    workload('Deployment'),
    '/apis/apps/v1/namespaces/lab/deployments/a',
    { spec: { strategy: { rollingUpdate: { maxSurge: '25' } } } },
    `Deployment.apps "a" is invalid: spec.strategy.rollingUpdate.maxSurge: Invalid value: "25": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
  ],
])('%s may not be changed', (_, manifest, path, patch, words) => {
  const lab = createLab();
  expect(lab.create(manifest).body.message).toBeUndefined();
  const { status, body } = lab.patch(path, patch);
  expect(body.message).toBe(words);
  expect(status).toBe(422);
});

test("a pod's image may be changed, its node only once", () => {
  const lab = createLab();
  lab.create('{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {nodeName: one, containers: [{name: a, image: nginx}]}}');
  const path = '/api/v1/namespaces/lab/pods/a';
  expect(lab.patch(path, { spec: { containers: [{ name: 'a', image: 'redis' }] } }, 'strategic-merge').status).toBe(200);
  const { body } = lab.patch(path, { spec: { nodeName: 'two' } });
  expect(body.message).toContain(
    'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`',
  );
  expect(body.message).toContain('\n- "NodeName": "one",\n+ "NodeName": "two",\n  "SecurityContext": {\n');
});

test('the template of a Job is printed with Go names', () => {
  const lab = createLab();
  lab.create(job(''));
  const { body } = lab.patch('/apis/batch/v1/namespaces/lab/jobs/a', { spec: { template: { spec: { restartPolicy: 'OnFailure' } } } });
  expect(body.message).toMatch(
    /^Job.batch "a" is invalid: spec.template: Invalid value: \{"labels":\{"batch.kubernetes.io\/controller-uid":.*"RestartPolicy":"OnFailure",.*: field is immutable$/,
  );
});
