import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseYaml } from '../../../../src/apimachinery/manifest.ts';
import { StatusError } from '../../../../src/apimachinery/status-error.ts';
import { decodeBody, decodeObject, type FieldValidation } from '../../../../src/simulator/apiserver/decode/body.ts';
import { openEnvelope } from '../../../../src/simulator/apiserver/decode/protobuf.ts';
import { messageOf } from '../../../../src/simulator/apiserver/model/schema.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const pods = { group: '', version: 'v1', kind: 'Pod' };
const deployments = { group: 'apps', version: 'v1', kind: 'Deployment' };
const configMaps = { group: '', version: 'v1', kind: 'ConfigMap' };

function refusal(text: string, expected = pods, validation: FieldValidation = 'Strict', contentType = 'application/json'): string {
  try {
    decodeBody(contentType, bytes(text), expected, validation);
  } catch (error) {
    if (error instanceof StatusError) return `${error.status.code} ${error.message}`;
    throw error;
  }
  return 'no refusal';
}

const json = (yaml: string) => JSON.stringify(parseYaml(yaml));
const podError = '400 Pod in version "v1" cannot be handled as a Pod: ';

test.each([
  [
    '{apiVersion: v1, kind: Pod, metadata: {name: a, lables: {x: y}}, spec: {replicas: 2, containers: [{name: a, image: nginx}]}}',
    'strict decoding error: unknown field "metadata.lables", unknown field "spec.replicas"',
  ],
  [
    '{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, imagee: nginx, image: nginx}]}}',
    'strict decoding error: unknown field "spec.containers[0].imagee"',
  ],
  [
    '{apiVersion: v1, kind: Pod, spec: {containers: {name: a, image: nginx}}}',
    'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
  ],
  [
    '{apiVersion: v1, kind: Pod, spec: {containers: [{env: [{name: A, value: 5}]}]}}',
    'json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string',
  ],
  [
    '{apiVersion: v1, kind: Pod, spec: {containers: [{ports: [{containerPort: "80"}]}]}}',
    'json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
  ],
  [
    '{apiVersion: v1, kind: Pod, spec: {containers: [{resources: {limits: {memory: lots}}}]}}',
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  [
    '{apiVersion: v1, kind: Pod, spec: {restartPolicy: 3}}',
    'json: cannot unmarshal number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy',
  ],
  [
    '{apiVersion: v1, kind: Pod, spec: {volumes: [{emptyDir: x}]}}',
    'json: cannot unmarshal string into Go struct field Volume.spec.volumes.emptyDir of type v1.EmptyDirVolumeSource',
  ],
  [
    '{apiVersion: v1, kind: Pod, spec: {containers: [x]}}',
    'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type v1.Container',
  ],
  [
    '{apiVersion: v1, kind: Pod, spec: {hostNetwork: "true"}}',
    'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
  ],
  [
    '{apiVersion: v1, kind: Pod, metadata: {labels: {a: 1}}}',
    'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
  ],
  [
    '{apiVersion: v1, kind: Pod, spec: {containers: [{livenessProbe: {httpGet: {port: 1.5}}}]}}',
    'json: cannot unmarshal number 1.5 into Go value of type int32',
  ],
  ['{apiVersion: v1, kind: Pod, spec: 5}', 'json: cannot unmarshal number into Go struct field Pod.spec of type v1.PodSpec'],
  [
    '{apiVersion: v1, kind: Pod, metadata: {deletionTimestamp: soon}}',
    'parsing time "soon" as "2006-01-02T15:04:05Z07:00": cannot parse "soon" as "2006"',
  ],
])('%s is no Pod', (yaml, message) => {
  expect(refusal(json(yaml))).toBe(podError + message);
});

test('numbers out of range, and data that is no base64, are refused in the words of a real server', () => {
  expect(refusal(json('{spec: {replicas: 2147483648}}'), deployments)).toBe(
    '400 Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32',
  );
  expect(refusal(json('{data: {a: "abc!"}}'), { group: '', version: 'v1', kind: 'Secret' })).toBe(
    '400 Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 3',
  );
});

test('a field that comes twice is an error for Strict, a warning for Warn, and nothing for Ignore', () => {
  const text = '{"kind":"ConfigMap","apiVersion":"v1","data":{"a":"1","a":"2"},"nosuch":1,"immutable":true,"immutable":false}';
  const found = 'duplicate field "data.a", unknown field "nosuch", duplicate field "immutable"';
  expect(refusal(text, configMaps)).toBe(`400 ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ${found}`);
  expect(decodeBody(undefined, bytes(text), configMaps, 'Warn')).toEqual({
    object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: {}, data: { a: '2' }, immutable: false },
    warnings: found.split(', '),
  });
  expect(decodeBody('application/json', bytes(text), configMaps, 'Ignore').warnings).toEqual([]);
});

test('bodies of another kind, another version or no kind at all', () => {
  expect(refusal(json('{apiVersion: v1, kind: Secret}'))).toBe(
    '400 Secret in version "v1" cannot be handled as a Pod: converting (v1.Secret) to (core.Pod): unknown conversion',
  );
  expect(refusal(json('{apiVersion: v1, kind: Nosuch}'))).toBe(
    '400 Nosuch in version "v1" cannot be handled as a Pod: no kind "Nosuch" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  );
  const autoscalers = { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' };
  expect(refusal(json('{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler}'), autoscalers)).toBe(
    '400 the API version in the data (autoscaling/v1) does not match the expected API version (autoscaling/v2)',
  );
  expect(decodeBody('application/json', bytes('{"metadata":{"name":"a"}}'), configMaps, 'Strict').object).toEqual({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'a' },
  });
  const options = decodeBody(
    'application/json',
    bytes('{"kind":"DeleteOptions","apiVersion":"apps/v1","gracePeriodSeconds":0}'),
    { group: '', version: 'v1', kind: 'DeleteOptions' },
    'Ignore',
  );
  expect(options.object['gracePeriodSeconds']).toBe(0);
});

test.each([
  ['', "couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)"],
  ['{"kind": x', `couldn't get version/kind; json parse error: invalid character 'x' looking for beginning of value ({"kind": x)`],
  ['nonsense', "couldn't get version/kind; json parse error: invalid character 'o' in literal null (expecting 'u') (6e6f6e73656e7365)"],
  ['{} 1', "couldn't get version/kind; json parse error: invalid character '1' after top-level value ({} 1)"],
  ['{"a":1,}', `couldn't get version/kind; json parse error: invalid character '}' looking for beginning of object key string ({"a":1,})`],
  [
    '{kind: Pod}',
    "couldn't get version/kind; json parse error: invalid character 'k' looking for beginning of object key string ({kind: Pod})",
  ],
])('%s is no object at all', (text, message) => {
  expect(refusal(text)).toBe(`400 the object provided is unrecognized (must be of type Pod): ${message}`);
});

test('YAML is read as Kubernetes reads it; other media types are refused', () => {
  const text = 'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: "y"\nimmutable: yes\n';
  expect(decodeBody('application/yaml', bytes(text), configMaps, 'Strict').object['immutable']).toBe(true);
  expect(refusal(text, configMaps, 'Strict', 'text/plain')).toBe(
    '415 the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
});

test('every body that kubectl sent is understood, in JSON and in protobuf', () => {
  const transcript = JSON.parse(gunzipSync(readFileSync('tests/recordings/kubernetes-1.34/transcript-kubectl-1.34.json.gz')).toString());
  let count = 0;
  for (const request of transcript.flatMap((command: { reqs?: object[] }) => command.reqs ?? [])) {
    const text = typeof request.body === 'string' ? request.body : '';
    if (!['POST', 'PUT'].includes(request.m) || request.status >= 300 || !(request.b64 || text.startsWith('{'))) continue;
    const body = request.b64 ? Buffer.from(request.b64, 'base64') : bytes(text);
    const { apiVersion, kind } = request.b64 ? openEnvelope(body) : JSON.parse(text);
    if (!messageOf(apiVersion, kind)) continue;
    const [version = '', group = ''] = apiVersion.split('/').reverse();
    const contentType = request.b64 ? 'application/vnd.kubernetes.protobuf' : 'application/json';
    expect(decodeBody(contentType, body, { group, version, kind }, 'Warn').object).toMatchObject({ kind, apiVersion });
    count++;
  }
  expect(count).toBeGreaterThan(40);
});

test('a patched object is checked against its struct', () => {
  expect(decodeObject('v1', 'ConfigMap', { data: { a: 'b' }, dataa: {} })).toEqual({
    object: { metadata: {}, data: { a: 'b' } },
    strictErrors: ['unknown field "dataa"'],
  });
  expect(() => decodeObject('v1', 'ConfigMap', { immutable: 'yes' })).toThrow(
    'json: cannot unmarshal string into Go struct field ConfigMap.immutable of type bool',
  );
});
