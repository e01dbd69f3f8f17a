// Writes src/simulator/bootstrap/model/kubeadm-objects.json: what kubeadm and the control plane leave on a fresh cluster,
// from the objects recorded on a real 1.34.4 (tests/recordings/kubernetes-1.34/system-objects.json.gz).
// What controllers, scheduler and kubelets make by themselves (pods, ReplicaSets, endpoints, statuses, default accounts) is left out.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const nodeNames = { '<control-plane>': 'k8squest-control-plane', '<worker>': 'k8squest-worker', '<worker2>': 'k8squest-worker2' };
const text = gunzipSync(readFileSync('tests/recordings/kubernetes-1.34/system-objects.json.gz')).toString();
const recorded = JSON.parse(text.replace(/<(control-plane|worker2?)>/g, (mark) => nodeNames[mark]));

const isStatic = (pod) => pod.metadata.annotations?.['kubernetes.io/config.source'] === 'file';
// Values that no two clusters share; bootstrap.ts fills them in: <cert> by the CA, <time> and the date by the present.
const secretOfToken = {
  'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token',
  expiration: '<expiration>',
  'token-id': 'abcdef',
  'token-secret': '0123456789abcdef',
  'usage-bootstrap-authentication': 'true',
  'usage-bootstrap-signing': 'true',
};

function withoutStatus({ status: _, ...object }) {
  const { generation: __, ...metadata } = object.metadata;
  delete metadata.annotations?.['deployment.kubernetes.io/revision'];
  if (metadata.annotations && Object.keys(metadata.annotations).length === 0) delete metadata.annotations;
  return { ...object, metadata };
}

const items = (key) => recorded[key].map(withoutStatus);
const objects = {
  namespaces: items('v1 namespaces'),
  priorityclasses: items('scheduling.k8s.io/v1 priorityclasses'),
  serviceaccounts: items('v1 serviceaccounts').filter(({ metadata }) => metadata.name !== 'default'),
  configmaps: items('v1 configmaps').filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt'),
  secrets: items('v1 secrets').map((secret) => ({ ...secret, data: encode(secretOfToken) })),
  services: items('v1 services'),
  daemonsets: items('apps/v1 daemonsets'),
  deployments: items('apps/v1 deployments'),
  leases: items('coordination.k8s.io/v1 leases').filter(({ metadata }) => metadata.namespace === 'kube-system'),
};

const configMap = (name) => objects.configmaps.find((map) => map.metadata.name === name);
configMap('cluster-info').data['jws-kubeconfig-abcdef'] = 'eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..<id>';
configMap('kube-apiserver-legacy-service-account-token-tracking').data.since = '<date>';

// Pods of the control plane's own manifests; the kubelet that runs them takes them for its own.
objects.pods = recorded['v1 pods'].filter(isStatic).map(({ status: _, ...pod }) => {
  const { ownerReferences: __, generation: ___, ...metadata } = pod.metadata;
  return { ...pod, metadata };
});

function encode(data) {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, value.startsWith('<') ? value : Buffer.from(value).toString('base64')]),
  );
}

writeFileSync('src/simulator/bootstrap/model/kubeadm-objects.json', `${JSON.stringify(objects)}\n`);
